#include "escapade/answers/rate.hpp"

#include "answers/check.hpp"
#include "answers/grids/cell_fields.hpp"
#include "answers/grids/over_grids.hpp"
#include "answers/hidden_sets.hpp"
#include "answers/transport/resolution.hpp"
#include "escapade/answers/exits.hpp"
#include "escapade/error.hpp"
#include "generator/flow/flow.hpp"
#include "quantities/escape_rate.hpp"

#include <optional>

namespace escapade {

namespace {

struct MeasuredEscape {
  Measured rate, time;
  std::vector<Measured> part;
};

FieldFile fields_of(const Cells& grid, const OwnCells& own, const Problem& problem,
                    const LogVector& log_mass) {
  FieldFile file = field_file(grid, own, problem);
  const auto log_density = [&](std::size_t k) {
    return log_mass[k] - log_area(grid, own.first + static_cast<std::int64_t>(k));
  };
  file.fields.push_back(cell_field(grid, own, "quasi_stationary_density", "1/area", 1,
                                   [&](std::size_t k, double* v) { *v = exp_of(log_density(k)); }));
  file.fields.push_back(
      cell_field(grid, own, "log_quasi_stationary_density", "", 1,
                 [&](std::size_t k, double* v) { *v = static_cast<double>(log_density(k)); }));
  return file;
}

} // namespace

RateAnswer escape_rate(MPI_Comm comm, const Problem& problem, const Domain& domain,
                       const GridShape& shape, const Region& exit, const Effort& effort) {
  RateAnswer answer;
  answer.parts = exit_parts(domain, shape, exit);
  const GridQuestion question{comm, problem, domain, shape, exit, effort};
  const auto solve = [&](ChainRun& run, Nested&, bool) {
    return quasi_stationary(comm, *run.solver, run.chain.generator, answer.parts.size(),
                            flow_of(run.chain));
  };
  const auto numbers = [&](ChainRun& run, QuasiStationary&& q, bool finest) {
    std::optional<MeasuredEscape> out{{logarithm(q.log_rate), logarithm(q.log_mean_time), {}}};
    for (long double p : q.log_exit_probability)
      out->part.push_back(logarithm(p));
    if (finest) {
      answer.fields = fields_of(run.chain.grid, own_cells(comm, run.chain), problem, q.log_mass);
      report(run, answer);
      tell_hidden_sets(question, run, answer);
      tell_resolution(question, run, q.log_mass, Halo(comm, run.chain.generator), answer);
      answer.solver.iterations = q.iterations;
      answer.rate_times_mean_time = exp_of(q.log_rate + q.log_mean_time);
    }
    return out;
  };
  auto levels = over_grids(question, solve, numbers, answer);
  levels.front().doubt = answer.unresolved;
  answer.escape_rate = with_error(levels, &MeasuredEscape::rate);
  answer.mean_time = with_error(levels, &MeasuredEscape::time);
  for (std::size_t k = 0; k < answer.parts.size(); ++k)
    answer.probability.push_back(
        with_error(levels, [k](const MeasuredEscape& m) { return m.part[k]; }));
  return answer;
}

namespace {

/// Where the exit set begins about a saddle: at it, if one of its sides along the way over it is in
/// the set and the other is not.
ExitAt exit_beside(const Region& exit, const Domain& domain, const CriticalPoint& saddle) {
  const double angle = eigen(saddle.hessian).angle;
  const Vec2 step =
      1e-3 * Vec2{domain.width() * std::cos(angle), domain.height() * std::sin(angle)};
  const bool one = part_at(exit, saddle.position + step) >= 0,
             other = part_at(exit, saddle.position - step) >= 0;
  if (one != other)
    return ExitAt::saddle;
  return one || part_at(exit, saddle.position) >= 0 ? ExitAt::before_saddle : ExitAt::beyond_saddle;
}

} // namespace

namespace {

/// γ where it is the same everywhere and ẋ = v; nothing else.
std::optional<double> friction_of(const Problem& problem, const Domain& domain) {
  constexpr std::size_t n = 7;
  std::vector<double> x, v(n, 1.0), rest(n, 0.0), moving(5 * n), still(5 * n);
  for (std::size_t k = 0; k < n; ++k)
    x.push_back(domain.x0 + domain.width() * (static_cast<double>(k) + 0.37) / n);
  problem.coefficients(n, x.data(), v.data(), moving.data());
  problem.coefficients(n, x.data(), rest.data(), still.data());
  const double friction = still[n] - moving[n];
  for (std::size_t k = 0; k < n; ++k)
    if (std::abs(moving[k] - 1) > 1e-12 ||
        std::abs(still[n + k] - moving[n + k] - friction) > 1e-9 * friction)
      return std::nullopt;
  return friction;
}

} // namespace

std::vector<Formula> formulas_of_escape(const Problem& problem, const Domain& domain,
                                        const Region& exit, const Vec2* start) {
  if (const auto T = domain.line ? std::nullopt : kinetic_temperature(problem, domain)) {
    const auto friction = friction_of(problem, domain);
    return friction ? kinetic_formulas(problem, domain, *T, *friction, exit, start)
                    : std::vector<Formula>{};
  }
  if (!problem.landscape || !problem.gradient)
    return {};
  const CriticalPoints found = critical_points(problem.landscape, domain);
  std::optional<CriticalPoint> minimum;
  try {
    if (start)
      minimum = descend(problem.landscape, domain, *start, "start");
  } catch (const BadInput&) {
    return {}; // no well to leave: no formula applies
  }
  for (const CriticalPoint& p : found.points)
    if (!minimum && p.type == CriticalPoint::Type::minimum && part_at(exit, p.position) < 0)
      minimum = p;
  if (!minimum)
    return {};
  const auto saddles = saddles_around(problem.landscape, domain, *minimum, found.points);
  if (saddles.size() != 1)
    return {};
  const CriticalPoint& saddle = saddles.front();
  return escape_formulas(problem, *minimum, saddle, exit_beside(exit, domain, saddle),
                         domain.line ? 1 : 2);
}

} // namespace escapade
