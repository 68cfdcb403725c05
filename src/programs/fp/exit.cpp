#include "programs/fp/exit.hpp"

#include "answers/chain_run.hpp"
#include "answers/grid_sequence.hpp"
#include "answers/nested.hpp"
#include "output/summary.hpp"
#include "quantities/exit_time.hpp"
#include "quantities/interpolate.hpp"
#include "quantities/way_out.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <functional>
#include <memory>
#include <utility>

namespace escapade {

namespace {

std::string key(const char* what, std::size_t start, std::size_t part = 0) {
  return std::string(what) + " " + std::to_string(start) + " " + std::to_string(part);
}

/// Everything at the starts; probabilities are scaled so that their sum is 1 in spite of the
/// interpolation between cells.
std::vector<Measurement> measure(const Cells& grid, const Setup& setup, const ExitQuantities& q,
                                 const std::vector<LogVector>& moments, const Halo& halo) {
  std::vector<Measurement> out;
  for (std::size_t s = 0; s < setup.starts.size(); ++s) {
    const auto value = [&](const LogVector& v) {
      return log_value_at(grid, v, setup.starts[s], halo);
    };
    out.push_back({key("mean", s), value(q.mean), true});
    out.push_back({key("std", s), 0.5L * value(q.variance), true});
    long double sum = 0;
    std::vector<long double> log_h;
    for (const LogVector& h : q.probability) {
      log_h.push_back(value(h));
      sum += std::exp(log_h.back());
    }
    for (std::size_t k = 0; k < log_h.size(); ++k)
      out.push_back({key("part", s, k), log_h[k] - std::log(sum), true});
    for (std::size_t n = 0; n < moments.size(); ++n)
      out.push_back({key("moment", s, n), value(moments[n]), true});
  }
  return out;
}

/// What the fields are made of when they are written.
struct Shown {
  Cells grid;
  OwnCells own;
  ExitQuantities q;
};

FieldFile fields_of(const std::shared_ptr<const Shown>& s, const Problem& problem) {
  FieldFile file = field_file(s->grid, s->own, problem);
  const std::shared_ptr<const Cells> grid(s, &s->grid);
  const auto add = [&](const std::string& name, const char* units,
                       std::function<void(std::size_t, double*)> f) {
    file.fields.push_back(made_field(grid, s->own, name, units, 1, std::move(f)));
  };
  add("mean_exit_time", "time", [s](std::size_t k, double* v) { *v = exp_of(s->q.mean[k]); });
  add("log_mean_exit_time", "",
      [s](std::size_t k, double* v) { *v = static_cast<double>(s->q.mean[k]); });
  for (std::size_t part = 0; part < s->q.probability.size(); ++part)
    add("exit_probability_" + std::to_string(part), "",
        [s, part](std::size_t k, double* v) { *v = exp_of(s->q.probability[part][k]); });
  return file;
}

/// Where exits are rare, x is visited in proportion to its mass π_x and to the chance of getting
/// from there to the well first, about τ_x over its largest value; all visits together last
/// τ_start.
std::vector<double> guess_of_occupation(const LogVector& mean, std::vector<double> log_mass,
                                        std::int64_t start, const Halo& halo) {
  if (halo.sum(static_cast<long double>(log_mass.size())) == 0) // nobody knows π
    return {};
  long double top = -INFINITY, sum = 0, from_start = -INFINITY;
  for (std::size_t x = 0; x < log_mass.size(); ++x) {
    log_mass[x] += static_cast<double>(mean[x]);
    top = std::max<long double>(top, log_mass[x]);
  }
  top = halo.max(top);
  for (double l : log_mass)
    sum += std::exp(l - top);
  if (start >= 0 && start < static_cast<std::int64_t>(mean.size()))
    from_start = mean[start];
  const auto scale = static_cast<double>(halo.max(from_start) - top - std::log(halo.sum(sum)));
  for (double& l : log_mass)
    l += scale;
  return log_mass;
}

/// The way out from the first start and the largest drift over an edge along it.
void trace_way_out(const Setup& setup, ChainRun& run, const LogVector& mean, const Halo& halo,
                   ExitAnswer& answer) {
  const Cells& grid = run.chain.grid;
  const Generator& rows = run.chain.generator;
  const std::int64_t nearest = grid.nearest(setup.starts.front()); // the same on every rank
  LogVector source(static_cast<std::size_t>(rows.rows()), -INFINITY);
  if (nearest >= rows.first && nearest < rows.first + rows.rows())
    source[static_cast<std::size_t>(nearest - rows.first)] = 0;
  run.solver->guess(guess_of_occupation(mean, run.solver->masses(), nearest - rows.first, halo));
  const WayOut way = way_out(grid, rows, run.solver->forward(source), halo);
  answer.way = way.points;
  double largest = 0;
  for (std::int32_t u : way.cells)
    if (u >= rows.first && u < rows.first + rows.rows())
      largest = std::max(largest, static_cast<double>(run.chain.peclet[u - rows.first]));
  answer.drift_on_way = static_cast<double>(halo.max(largest));
}

} // namespace

ExitAnswer solve_exits(Session& session, const Setup& setup, int moments) {
  ExitAnswer answer;
  const MPI_Comm comm = session.comm();
  const std::vector<GridShape> shapes = grid_sequence(setup.shape, setup.error_estimate);
  std::vector<Level> levels(shapes.size());
  Nested nested(session, setup, shapes, setup.exit, Demand::exits);
  const auto start = [&](const GridShape& shape) {
    return start_level(session, setup, shape, setup.exit, CutRule::shortley_weller, Demand::exits);
  };
  const auto solve = [&](ChainRun& run, bool keep) {
    run.solver->guess_masses(nested.masses_on(run.chain));
    ExitQuantities q =
        exit_quantities(comm, *run.solver, run.chain.generator, setup.parts.size(),
                        [&](std::size_t k) { return nested.value_on(run.chain, k); });
    if (keep)
      nested.keep(run.chain, run.solver->masses(), guess_from(q));
    return q;
  };
  nested.prepare([&](const GridShape& shape) {
    ChainRun run = start(shape);
    solve(run, true);
    return run.solver->report().products;
  });
  for (const std::size_t shape : nested.order()) {
    ChainRun run = start(shapes[shape]);
    const Cells& grid = run.chain.grid;
    const Halo halo(comm, run.chain.generator);
    ExitQuantities q = solve(run, nested.wants(shape));
    Level level{
        measure(grid, setup, q, exit_time_moments(*run.solver, run.chain.generator, moments), halo),
        grid.spacing(), has_oblique_walls(grid)};
    q.variance = {}; // its memory is wanted
    if (shape == 0) {
      trace_way_out(setup, run, q.mean, halo, answer);
      answer.grid = describe_grid(run);
      answer.grid["largest_edge_drift_on_way_out"] = answer.drift_on_way;
      answer.solver = describe_solver(session, run);
      const OwnCells own = own_cells(comm, run.chain);
      answer.fields = fields_of(
          std::make_shared<const Shown>(Shown{std::move(run.chain.grid), own, std::move(q)}),
          setup.problem);
    }
    levels[shape] = std::move(level);
  }
  const auto numbers = with_errors(levels);
  for (std::size_t s = 0; s < setup.starts.size(); ++s) {
    ExitNumbers at;
    at.mean_exit_time = number_named(numbers, key("mean", s));
    at.exit_time_std = number_named(numbers, key("std", s));
    for (std::size_t k = 0; k < setup.parts.size(); ++k)
      at.exit_probability.push_back(number_named(numbers, key("part", s, k)));
    for (std::size_t n = 0; n < static_cast<std::size_t>(moments); ++n)
      at.moments.push_back(number_named(numbers, key("moment", s, n)));
    answer.at_start.push_back(at);
  }
  return answer;
}

void warn_of_coarse_grid(const Session& session, const ExitAnswer& answer) {
  if (answer.drift_on_way > 2) {
    char text[200];
    std::snprintf(
        text, sizeof text,
        "along the way out the drift over an edge reaches %.3g times the noise (at most 2 "
        "is well resolved): more -cells make the answer better",
        answer.drift_on_way);
    session.notice(text);
  }
}

Outcome exit_study(Session& session, const Options& options, const Setup& setup) {
  const int moments = options.given("moments") ? static_cast<int>(options.integer("moments")) : 0;
  ExitAnswer answer = solve_exits(session, setup, moments);
  Outcome out;
  out.grid = answer.grid;
  out.solver = answer.solver;
  out.fields = std::move(answer.fields);
  const bool several = setup.starts.size() > 1;
  const auto put = [&](nlohmann::ordered_json& place, const Number& n) {
    if (several)
      place.push_back(to_json(n));
    else
      place = to_json(n);
  };
  for (std::size_t s = 0; s < setup.starts.size(); ++s) {
    const ExitNumbers& at = answer.at_start[s];
    out.table.emplace_back("start " + point_text(setup.starts[s]), "");
    put(out.results["mean_exit_time"], at.mean_exit_time);
    put(out.results["exit_time_std"], at.exit_time_std);
    out.table.emplace_back("mean exit time", to_text(at.mean_exit_time));
    out.table.emplace_back("standard deviation", to_text(at.exit_time_std));
    for (std::size_t k = 0; k < setup.parts.size(); ++k) {
      put(out.results["exit_probability"][setup.parts[k]], at.exit_probability[k]);
      out.table.emplace_back("exit through " + setup.parts[k], to_text(at.exit_probability[k]));
    }
    if (moments > 0) {
      auto list = nlohmann::ordered_json::array();
      for (std::size_t n = 0; n < at.moments.size(); ++n) {
        list.push_back(to_json(at.moments[n]));
        out.table.emplace_back("moment " + std::to_string(n + 1), to_text(at.moments[n]));
      }
      if (several)
        out.results["moments"].push_back(list);
      else
        out.results["moments"] = list;
    }
  }
  warn_of_coarse_grid(session, answer);
  out.headline = answer.at_start.front().mean_exit_time;
  out.headline_name = "mean_exit_time";
  Picture picture;
  picture.scalar = "log_mean_exit_time";
  picture.title = "mean exit time";
  for (Vec2 s : setup.starts)
    picture.markers.push_back({Marker::Shape::dot, s, "start"});
  if (answer.way.size() > 1)
    picture.curves.push_back({answer.way, "way out"});
  out.picture = picture;
  return out;
}

} // namespace escapade
