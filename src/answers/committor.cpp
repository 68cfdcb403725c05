#include "escapade/answers/committor.hpp"

#include "answers/check.hpp"
#include "answers/grids/cell_fields.hpp"
#include "answers/grids/over_grids.hpp"
#include "answers/hidden_sets.hpp"
#include "answers/transport/resolution.hpp"
#include "escapade/error.hpp"
#include "parallel/agree.hpp"
#include "quantities/interpolate.hpp"
#include "quantities/transitions/committor.hpp"
#include "solve/solver.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

namespace escapade {

namespace {

struct MeasuredTransition {
  Measured rate, constant, in_a;
  std::vector<Measured> forward;
};

std::vector<Place> places(const Cells& grid, const Region& a, const Region& b) {
  const auto n = static_cast<std::size_t>(grid.unknowns());
  std::vector<double> x(n), y(n);
  for (std::size_t u = 0; u < n; ++u) {
    const Vec2 p = grid.centre(static_cast<std::int32_t>(u));
    x[u] = p.x, y[u] = p.y;
  }
  std::vector<int> in_a(n), in_b(n);
  part_at(a, n, x.data(), y.data(), in_a.data());
  part_at(b, n, x.data(), y.data(), in_b.data());
  std::vector<Place> place(n, Place::between);
  for (std::size_t u = 0; u < n; ++u) {
    if (in_a[u] >= 0 && in_b[u] >= 0)
      throw BadInput("the sets A and B overlap at " + point_text({x[u], y[u]}) +
                     "; give disjoint sets");
    place[u] = in_a[u] >= 0 ? Place::a : in_b[u] >= 0 ? Place::b : Place::between;
  }
  return place;
}

/// q⁺ at a point. Its logarithm is −∞ on A: log(1 + q⁺) is interpolated, linear in q⁺.
double committor_at(const Cells& grid, const LogVector& log_q, Vec2 point, const Halo& halo) {
  LogVector shifted(log_q.size());
  std::transform(log_q.begin(), log_q.end(), shifted.begin(),
                 [](long double l) { return std::log1p(std::exp(l)); });
  return static_cast<double>(std::expm1(log_value_at(grid, shifted, point, halo)));
}

FieldFile fields_of(const Cells& grid, const OwnCells& own, const Problem& problem,
                    const LogVector& log_mass, const Transition& t) {
  FieldFile file = field_file(grid, own, problem);
  const auto add = [&](const char* name, const char* units, int components,
                       const std::function<void(std::size_t, double*)>& f) {
    file.fields.push_back(cell_field(grid, own, name, units, components, f));
  };
  add("committor_forward", "", 1, [&](std::size_t k, double* v) { *v = exp_of(t.forward[k]); });
  add("committor_backward", "", 1, [&](std::size_t k, double* v) { *v = exp_of(t.backward[k]); });
  add("reactive_density", "1/area", 1, [&](std::size_t k, double* v) {
    *v = exp_of(log_mass[k] + t.forward[k] + t.backward[k] -
                log_area(grid, own.first + static_cast<std::int64_t>(k)));
  });
  add("reactive_current", "1/(length time)", 2,
      [&](std::size_t k, double* v) { v[0] = t.current[k].x, v[1] = t.current[k].y; });
  return file;
}

/// What the second solver adds to the report of the first one.
void add_report(GridAnswer& answer, const SolverReport& r) {
  answer.warnings.insert(answer.warnings.end(), r.notices.begin(), r.notices.end());
  answer.solver.iterations += r.iterations;
  answer.solver.certificate = std::max(answer.solver.certificate, r.certificate);
  answer.solver.seconds += r.seconds;
  answer.solver.memory_bytes = std::max(answer.solver.memory_bytes, r.memory_bytes);
}

/// The transition on one grid, and the report of the solver of what lies between the sets.
Transition solve_between(const GridQuestion& q, const ChainRun& run,
                         const std::vector<Place>& place, const LogVector& log_mass,
                         const Halo& halo, SolverReport* reported) {
  const Between between =
      chain_between(run.chain.generator, run.chain.set_cuts, place, log_mass, halo);
  const std::optional<Lattice> lattice = cell_places(run.chain, &between.cell);
  SolveOptions options = q.effort.solve;
  options.lattice = lattice ? &*lattice : nullptr;
  Solver solver(q.comm, between.generator, options);
  LogVector into_b(between.cell.size(), -INFINITY);
  for (const PartKilling& k : between.generator.part_killing)
    if (k.part == 1)
      into_b[k.row] = std::log(static_cast<long double>(k.rate));
  const LogVector log_q = solver.backward(into_b);
  LogVector log_mu;
  if (between.killing_back.empty()) {
    log_mu = solver.forward(between.log_source);
  } else {
    Generator back = between.generator;
    back.killing = between.killing_back;
    back.part_killing.clear();
    for (std::int32_t r = 0; r < back.rows(); ++r)
      if (back.killing[r] > 0)
        back.part_killing.push_back({r, 0, back.killing[r]});
    log_mu = Solver(q.comm, back, options).forward(between.log_source);
  }
  if (reported)
    *reported = solver.report();
  return transition(run.chain.grid, run.chain.generator, place, log_mass, between, log_q, log_mu,
                    halo);
}

/// Thin parts of A and B that the grid steps over.
void tell_hidden_sets(const GridQuestion& q, const ChainRun& run, const std::vector<Place>& place,
                      GridAnswer& answer) {
  const Generator& rows = run.chain.generator;
  std::vector<char> touched(static_cast<std::size_t>(rows.rows()));
  for (std::size_t u = 0; u < touched.size(); ++u)
    touched[u] = place[static_cast<std::size_t>(rows.first) + u] != Place::between;
  for (const SetCut& cut : run.chain.set_cuts)
    touched[static_cast<std::size_t>(cut.row)] = true;
  for (const Region& set : q.sets)
    tell_hidden_sets(q.comm, run.chain.grid, rows, touched, set, answer);
}

} // namespace

CommittorAnswer committor(MPI_Comm comm, const Problem& problem, const Domain& domain,
                          const GridShape& shape, const Region& a, const Region& b,
                          const std::vector<Vec2>& starts, const Effort& effort) {
  if (!shape.mesh) {
    check_region("the set A", domain, a);
    check_region("the set B", domain, b);
  }
  CommittorAnswer answer;
  const Region no_exit;
  GridQuestion question{comm, problem, domain, shape, no_exit, effort};
  question.sets = {a, b};
  const auto solve = [&](ChainRun& run, Nested&, bool) {
    std::vector<Place> place;
    agree(comm, [&] { place = places(run.chain.grid, a, b); });
    return std::pair(std::move(place), run.solver->stationary());
  };
  const auto numbers = [&](ChainRun& run, auto&& solved, bool finest) {
    const auto& [place, log_mass] = solved;
    const Cells& grid = run.chain.grid;
    const Halo halo(comm, run.chain.generator);
    SolverReport between;
    const Transition t =
        solve_between(question, run, place, log_mass, halo, finest ? &between : nullptr);
    std::optional<MeasuredTransition> out{{logarithm(t.log_rate),
                                           logarithm(t.log_rate - std::log(t.probability_a)),
                                           logarithm(std::log(t.probability_a)),
                                           {}}};
    for (Vec2 start : starts)
      out->forward.push_back({committor_at(grid, t.forward, start, halo)});
    if (finest) {
      answer.flux_spread = t.flux_spread;
      answer.fields = fields_of(grid, own_cells(comm, run.chain), problem, log_mass, t);
      report(run, answer);
      tell_hidden_sets(question, run, place, answer);
      tell_resolution(question, run, log_mass, halo, answer);
      add_report(answer, between);
    }
    return out;
  };
  auto levels = over_grids(question, solve, numbers, answer);
  levels.front().doubt = answer.unresolved;
  for (auto& level : levels) // sets in the midst of a chain are met by either process
    if (level.expansion == Expansion::cut)
      level.expansion = Expansion::irregular;
  answer.rate = with_error(levels, &MeasuredTransition::rate);
  answer.rate_constant_ab = with_error(levels, &MeasuredTransition::constant);
  answer.probability_a = with_error(levels, &MeasuredTransition::in_a);
  for (std::size_t s = 0; s < starts.size(); ++s)
    answer.forward.push_back(with_error(levels, [s](const MeasuredTransition& m) {
      return with_expansion(m.forward[s], Expansion::at_point);
    }));
  return answer;
}

} // namespace escapade
