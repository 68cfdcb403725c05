#include "escapade/answers/exits.hpp"

#include "answers/check.hpp"
#include "answers/grids/cell_fields.hpp"
#include "answers/grids/over_grids.hpp"
#include "answers/hidden_sets.hpp"
#include "answers/transport/resolution.hpp"
#include "escapade/error.hpp"
#include "escapade/grid/mesh.hpp"
#include "generator/halo.hpp"
#include "landscape/drift_alone.hpp"
#include "quantities/exit_time.hpp"
#include "quantities/interpolate.hpp"
#include "quantities/way_out.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

namespace escapade {

namespace {

struct MeasuredStart {
  Measured mean, std;
  std::vector<Measured> probability, by_part, moments;
};
using MeasuredExits = std::vector<MeasuredStart>;

/// Everything at the starts; probabilities are scaled so that their sum is 1 in spite of the
/// interpolation between cells.
MeasuredExits measure(const Cells& grid, const std::vector<Vec2>& starts, const ExitQuantities& q,
                      const std::vector<LogVector>& by_part, const std::vector<LogVector>& moments,
                      const Halo& halo) {
  MeasuredExits out;
  for (Vec2 start : starts) {
    const auto value = [&](const LogVector& v) { return log_value_at(grid, v, start, halo); };
    MeasuredStart at{logarithm(value(q.mean)), logarithm(0.5L * value(q.variance)), {}, {}, {}};
    long double sum = 0;
    std::vector<long double> log_h;
    for (const LogVector& h : q.probability) {
      log_h.push_back(value(h));
      sum += std::exp(log_h.back());
    }
    for (long double h : log_h)
      at.probability.push_back(logarithm(h - std::log(sum)));
    for (std::size_t k = 0; k < by_part.size(); ++k) // not a number where it is never reached
      at.by_part.push_back(logarithm(value(by_part[k]) - (by_part.size() > 1 ? log_h[k] : 0)));
    for (const LogVector& moment : moments)
      at.moments.push_back(logarithm(value(moment)));
    out.push_back(std::move(at));
  }
  return out;
}

/// What the fields are made of when they are written.
struct ShownExits {
  Cells grid;
  OwnCells own;
  ExitQuantities q;
};

FieldFile fields_of(const std::shared_ptr<const ShownExits>& s, const Problem& problem) {
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
    sum += exp_in_double(l - top);
  if (start >= 0 && start < static_cast<std::int64_t>(mean.size()))
    from_start = mean[start];
  const auto scale = static_cast<double>(halo.max(from_start) - top - std::log(halo.sum(sum)));
  for (double& l : log_mass)
    l += scale;
  return log_mass;
}

/// The way out from the start and the largest drift over an edge along it; returns the time spent
/// in each cell.
LogVector trace_way_out(Vec2 start, ChainRun& run, const LogVector& mean, const Halo& halo,
                        ExitAnswer& answer) {
  const Cells& grid = run.chain.grid;
  const Generator& rows = run.chain.generator;
  const std::int64_t nearest = grid.nearest(start); // the same on every rank
  LogVector source(static_cast<std::size_t>(rows.rows()), -INFINITY);
  if (nearest >= rows.first && nearest < rows.first + rows.rows())
    source[static_cast<std::size_t>(nearest - rows.first)] = 0;
  run.solver->guess(guess_of_occupation(mean, run.solver->masses(), nearest - rows.first, halo));
  const LogVector occupation = run.solver->forward(source);
  const WayOut way = way_out(grid, rows, occupation, halo);
  answer.way_out = way.points;
  double largest = 0;
  for (std::int32_t u : way.cells)
    if (u >= rows.first && u < rows.first + rows.rows())
      largest = std::max(largest, static_cast<double>(run.chain.peclet[u - rows.first]));
  answer.drift_on_way = static_cast<double>(halo.max(largest));
  return occupation;
}

Number never_reached() {
  Number n;
  n.error_unknown = "no way leads from the start to this part";
  return n;
}

ExitNumbers numbers_at(const std::vector<Level<MeasuredExits>>& levels, std::size_t s) {
  const auto number = [&](const auto& which) {
    return with_error(levels, [&](const MeasuredExits& m) {
      return with_expansion(which(m[s]), Expansion::at_point);
    });
  };
  const MeasuredStart& fine = levels.front().numbers[s];
  ExitNumbers at;
  at.mean_time = number([](const MeasuredStart& m) { return m.mean; });
  at.time_std = number([](const MeasuredStart& m) { return m.std; });
  for (std::size_t k = 0; k < fine.probability.size(); ++k)
    at.probability.push_back(number([k](const MeasuredStart& m) { return m.probability[k]; }));
  for (std::size_t k = 0; k < fine.by_part.size(); ++k)
    at.mean_time_by_part.push_back(
        std::isfinite(fine.by_part[k].value)
            ? number([k](const MeasuredStart& m) { return m.by_part[k]; })
            : never_reached());
  for (std::size_t n = 0; n < fine.moments.size(); ++n)
    at.moments.push_back(number([n](const MeasuredStart& m) { return m.moments[n]; }));
  return at;
}

/// Without any noise the grid's own diffusion would spread what the drift alone decides.
ExitNumbers numbers_of_drift_alone(const Problem& problem, const Domain& domain, const Region& exit,
                                   Vec2 start, std::size_t parts, int moments) {
  const auto left = departure(problem.coefficients, domain, exit, start);
  if (!left)
    throw BadInput("there is no noise, and the drift from the start " + point_text(start) +
                   " does not lead into the exit set: nothing leaves; give noise, or another "
                   "starting point");
  ExitNumbers at;
  at.mean_time = number(left->time, left->error);
  at.time_std = number(0, 0);
  for (std::size_t k = 0; k < parts; ++k) {
    at.probability.push_back(number(k == left->part ? 1 : 0, 0));
    at.mean_time_by_part.push_back(k == left->part ? at.mean_time : never_reached());
  }
  double power = 1;
  for (int n = 1; n <= moments; ++n) {
    power *= left->time;
    at.moments.push_back(number(power, n * power / left->time * left->error));
  }
  return at;
}

} // namespace

std::vector<std::string> exit_parts(const Domain& domain, const GridShape& shape,
                                    const Region& exit) {
  std::vector<std::string> parts;
  for (const Part& part : exit)
    parts.push_back(part.name);
  for (std::size_t side = 0; side < 4; ++side)
    if (domain.boundary[side] == Boundary::absorbing)
      parts.emplace_back(side_names[side]);
  if (shape.mesh)
    parts.insert(parts.end(), shape.mesh->exit_name.begin(), shape.mesh->exit_name.end());
  return parts;
}

ExitAnswer exits(MPI_Comm comm, const Problem& problem, const Domain& domain,
                 const GridShape& shape, const Region& exit, const std::vector<Vec2>& starts,
                 const Effort& effort, int moments) {
  check_starts("start", starts, domain, shape, exit);
  check_exit("the exit set", domain, shape, exit);
  ExitAnswer answer;
  answer.parts = exit_parts(domain, shape, exit);
  std::vector<std::optional<ExitNumbers>> drift_alone(starts.size());
  if (!shape.mesh && without_noise(problem.coefficients, domain)) {
    for (std::size_t s = 0; s < starts.size(); ++s)
      drift_alone[s] =
          numbers_of_drift_alone(problem, domain, exit, starts[s], answer.parts.size(), moments);
    answer.warnings.emplace_back("there is no noise: the numbers are those of the drift alone, "
                                 "which the fields on the grid spread");
  }
  GridQuestion question{
      comm, problem, domain, shape, exit, effort, CutRule::shortley_weller, Demand::exits};
  question.nested = true;
  const auto solve = [&](ChainRun& run, Nested& nested, bool keep) {
    run.solver->guess_masses(nested.masses_on(run.chain));
    ExitQuantities q = exit_quantities(
        comm, *run.solver, run.chain.generator, answer.parts.size(),
        [&](std::size_t k) { return nested.value_on(run.chain, k); }, flow_of(run.chain));
    if (keep)
      nested.keep(run.chain, run.solver->masses(), guess_from(q));
    return q;
  };
  const auto numbers = [&](ChainRun& run, ExitQuantities&& q, bool finest) {
    const Halo halo(comm, run.chain.generator);
    std::optional out = measure(
        run.chain.grid, starts, q, times_by_part(comm, *run.solver, q, flow_of(run.chain)),
        exit_time_moments(comm, *run.solver, run.chain.generator, moments, flow_of(run.chain)),
        halo);
    q.variance = {}; // its memory is wanted
    if (finest) {
      const LogVector occupation = trace_way_out(starts.front(), run, q.mean, halo, answer);
      report(run, answer); // of all solves
      tell_hidden_sets(question, run, answer);
      tell_resolution(question, run, occupation, halo, answer);
      const OwnCells own = own_cells(comm, run.chain);
      answer.fields = fields_of(std::make_shared<const ShownExits>(
                                    ShownExits{std::move(run.chain.grid), own, std::move(q)}),
                                problem);
    }
    return out;
  };
  auto levels = over_grids(question, solve, numbers, answer);
  if (std::ranges::all_of(drift_alone, [](const auto& exact) { return exact.has_value(); }))
    answer.unresolved.clear(); // no number is the grid's
  levels.front().doubt = answer.unresolved;
  for (std::size_t s = 0; s < starts.size(); ++s)
    answer.at.push_back(drift_alone[s] ? *drift_alone[s] : numbers_at(levels, s));
  return answer;
}

} // namespace escapade
