#include "escapade/study/exit_study.hpp"

#include "escapade/output/summary.hpp"
#include "escapade/quantities/exit_time.hpp"
#include "escapade/quantities/interpolate.hpp"
#include "escapade/quantities/way_out.hpp"
#include "escapade/solve/distribute.hpp"
#include "escapade/study/chain_run.hpp"
#include "escapade/study/grid_sequence.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace escapade {

namespace {

std::string key(const char* what, std::size_t start, std::size_t part = 0) {
  return std::string(what) + " " + std::to_string(start) + " " + std::to_string(part);
}

/// The quantities of all cells, on rank 0, with the raw moments that were asked for.
struct WholeExit : ExitQuantities {
  std::vector<LogVector> moments;
};

/// Everything at the starts; probabilities are scaled so that their sum is 1 in spite of the
/// interpolation between cells.
std::vector<Measurement> measure(const Cells& grid, const Setup& setup, const WholeExit& q) {
  std::vector<Measurement> out;
  for (std::size_t s = 0; s < setup.starts.size(); ++s) {
    const Vec2 at = setup.starts[s];
    out.push_back({key("mean", s), log_value_at(grid, q.mean, at), true});
    out.push_back({key("std", s), 0.5L * log_value_at(grid, q.variance, at), true});
    long double sum = 0;
    std::vector<long double> log_h;
    for (const LogVector& h : q.probability) {
      log_h.push_back(log_value_at(grid, h, at));
      sum += std::exp(log_h.back());
    }
    for (std::size_t k = 0; k < log_h.size(); ++k)
      out.push_back({key("part", s, k), log_h[k] - std::log(sum), true});
    for (std::size_t n = 0; n < q.moments.size(); ++n)
      out.push_back({key("moment", s, n), log_value_at(grid, q.moments[n], at), true});
  }
  return out;
}

FieldFile fields_of(const Cells& grid, const Setup& setup, const ExitQuantities& q) {
  FieldFile file = field_file(grid, setup.problem);
  file.fields.push_back(cell_field(grid, "mean_exit_time", "time", 1,
                                   [&](std::size_t u, double* v) { *v = exp_of(q.mean[u]); }));
  file.fields.push_back(
      cell_field(grid, "log_mean_exit_time", "", 1,
                 [&](std::size_t u, double* v) { *v = static_cast<double>(q.mean[u]); }));
  for (std::size_t k = 0; k < q.probability.size(); ++k)
    file.fields.push_back(
        cell_field(grid, "exit_probability_" + std::to_string(k), "", 1,
                   [&](std::size_t u, double* v) { *v = exp_of(q.probability[k][u]); }));
  return file;
}

/// The way out from the first start and the largest drift over an edge along it.
void trace_way_out(Session& session, const Setup& setup, ChainRun& run, ExitAnswer& answer) {
  const MPI_Comm comm = session.comm();
  const Cells& grid = run.chain.grid;
  const Generator& rows = run.chain.generator;
  const std::int64_t nearest = grid.nearest(setup.starts.front()); // the same on every rank
  LogVector source(static_cast<std::size_t>(rows.rows()), -INFINITY);
  if (nearest >= rows.first && nearest < rows.first + rows.rows())
    source[static_cast<std::size_t>(nearest - rows.first)] = 0;
  const LogVector occupation = gathered(comm, run.solver->forward(source));
  const Generator whole = gathered(comm, rows);
  const std::vector<long double> drift =
      gathered(comm, std::vector<long double>(run.chain.peclet.begin(), run.chain.peclet.end()));
  double largest = 0;
  on_first_rank(comm, [&] {
    const WayOut way = way_out(grid, whole, occupation);
    answer.way = way.points;
    for (std::int32_t u : way.cells)
      largest = std::max(largest, static_cast<double>(drift[static_cast<std::size_t>(u)]));
  });
  MPI_Bcast(&largest, 1, MPI_DOUBLE, 0, comm);
  answer.drift_on_way = largest;
}

} // namespace

ExitAnswer solve_exits(Session& session, const Setup& setup, int moments) {
  ExitAnswer answer;
  std::vector<Level> levels;
  const MPI_Comm comm = session.comm();
  const std::size_t parts = setup.parts.size();
  const std::size_t per_start = 2 + parts + static_cast<std::size_t>(moments);
  for (const GridShape& shape : grid_sequence(setup.shape, setup.error_estimate)) {
    ChainRun run = start_chain(session, setup, shape, setup.exit, CutRule::shortley_weller);
    const ExitQuantities local =
        exit_quantities(comm, *run.solver, run.chain.generator, setup.parts.size());
    WholeExit q{{gathered(comm, local.mean), gathered(comm, local.variance), {}}, {}};
    for (const LogVector& h : local.probability)
      q.probability.push_back(gathered(comm, h));
    for (const LogVector& m : exit_time_moments(*run.solver, run.chain.generator, moments))
      q.moments.push_back(gathered(comm, m));
    const Cells& grid = run.chain.grid;
    Level level{{}, grid.spacing(), has_oblique_walls(grid)};
    level.measured.resize(setup.starts.size() * per_start);
    on_first_rank(comm, [&] {
      level.measured = measure(grid, setup, q);
      if (levels.empty())
        answer.fields = fields_of(grid, setup, q);
    });
    for (std::size_t m = 0; m < level.measured.size(); ++m) {
      MPI_Bcast(&level.measured[m].value, 1, MPI_LONG_DOUBLE, 0, comm);
      level.measured[m].logarithmic = true;
      const std::size_t s = m / per_start, k = m % per_start;
      level.measured[m].name = k == 0          ? key("mean", s)
                               : k == 1        ? key("std", s)
                               : k < 2 + parts ? key("part", s, k - 2)
                                               : key("moment", s, k - 2 - parts);
    }
    if (levels.empty()) {
      trace_way_out(session, setup, run, answer);
      answer.grid = describe_grid(run);
      answer.grid["largest_edge_drift_on_way_out"] = answer.drift_on_way;
      answer.solver = describe_solver(session, run);
    }
    levels.push_back(std::move(level));
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
