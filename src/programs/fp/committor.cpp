#include "programs/fp/committor.hpp"

#include "answers/chain_run.hpp"
#include "answers/grid_sequence.hpp"
#include "escapade/error.hpp"
#include "escapade/problem/parse_region.hpp"
#include "output/summary.hpp"
#include "quantities/committor.hpp"
#include "quantities/interpolate.hpp"

#include <algorithm>
#include <cmath>

namespace escapade {

namespace {

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
      throw BadInput("-set_a and -set_b overlap at " + point_text({x[u], y[u]}) +
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

FieldFile fields_of(const Cells& grid, const OwnCells& own, const Setup& setup,
                    const LogVector& log_mass, const Transition& t) {
  FieldFile file = field_file(grid, own, setup.problem);
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

/// What the second solver adds to the description of the first one.
void add_report(Session& session, nlohmann::ordered_json& json, const SolverReport& r) {
  for (const std::string& line : r.notices)
    session.notice(line);
  json["iterations"] = json["iterations"].get<std::int64_t>() + r.iterations;
  json["certificate"] = std::max(json["certificate"].get<double>(), r.certificate);
  json["seconds"] = json["seconds"].get<double>() + r.seconds;
  json["memory_bytes"] = std::max(json["memory_bytes"].get<std::int64_t>(), r.memory_bytes);
}

} // namespace

CommittorSets committor_sets(const Options& options, const Setup& setup) {
  return {parse_region("-set_a", options.text("set_a"), setup.symbols, setup.compile),
          parse_region("-set_b", options.text("set_b"), setup.symbols, setup.compile)};
}

CommittorAnswer solve_committor(Session& session, const Setup& setup, const CommittorSets& sets) {
  CommittorAnswer out;
  const MPI_Comm comm = session.comm();
  std::vector<Level> levels;
  for (const GridShape& shape : grid_sequence(setup.shape, setup.error_estimate)) {
    ChainRun run = start_level(session, setup, shape, {}, CutRule::killing);
    const Cells& grid = run.chain.grid;
    std::vector<Place> place;
    agree(comm, [&] { place = places(grid, sets.a, sets.b); });
    const LogVector log_mass = run.solver->stationary();
    const Generator& rows = run.chain.generator;
    const Halo halo(comm, rows);
    const Between between = chain_between(rows, place, log_mass, halo);
    const std::optional<Lattice> lattice = cell_places(run.chain, &between.cell);
    SolveOptions solve = setup.solve;
    solve.lattice = lattice ? &*lattice : nullptr;
    Solver solver(comm, between.generator, solve);
    LogVector into_b(between.cell.size(), -INFINITY);
    for (const PartKilling& k : between.generator.part_killing)
      if (k.part == 1)
        into_b[k.row] = std::log(static_cast<long double>(k.rate));
    const LogVector log_q = solver.backward(into_b);
    const Transition t = transition(grid, rows, place, log_mass, between, log_q,
                                    solver.forward(between.log_source), halo);
    Level level{{{"rate", t.log_rate, true},
                 {"constant", t.log_rate - std::log(t.probability_a), true},
                 {"in a", std::log(t.probability_a), true}},
                grid.spacing(),
                true};
    for (Vec2 start : setup.starts)
      level.measured.push_back(
          {"forward at " + point_text(start), committor_at(grid, t.forward, start, halo), false});
    if (levels.empty()) {
      out.flux_spread = t.flux_spread;
      out.fields = fields_of(grid, own_cells(comm, run.chain), setup, log_mass, t);
      out.grid = describe_grid(run);
      out.solver = describe_solver(session, run);
      add_report(session, out.solver, solver.report());
    }
    levels.push_back(std::move(level));
  }
  const auto numbers = with_errors(levels);
  out.rate = numbers[0].second;
  out.rate_constant_ab = numbers[1].second;
  out.probability_a = numbers[2].second;
  for (std::size_t s = 0; s < setup.starts.size(); ++s)
    out.forward.push_back(numbers[3 + s].second);
  return out;
}

Outcome committor_study(Session& session, const Options& options, const Setup& setup) {
  CommittorAnswer a = solve_committor(session, setup, committor_sets(options, setup));
  Outcome out;
  out.grid = a.grid;
  out.solver = a.solver;
  out.fields = std::move(a.fields);
  out.results["rate"] = to_json(a.rate);
  out.results["rate_constant_ab"] = to_json(a.rate_constant_ab);
  out.results["probability_a"] = to_json(a.probability_a);
  out.results["flux_spread"] = a.flux_spread;
  for (std::size_t s = 0; s < a.forward.size(); ++s) {
    nlohmann::ordered_json at = to_json(a.forward[s]);
    at["start"] = {setup.starts[s].x, setup.starts[s].y};
    out.results["committor"].push_back(at);
    out.table.emplace_back("chance of B before A from " + point_text(setup.starts[s]),
                           to_text(a.forward[s]));
  }
  out.table.emplace_back("transition rate A to B", to_text(a.rate));
  out.table.emplace_back("rate constant A to B", to_text(a.rate_constant_ab));
  out.table.emplace_back("probability of having been in A last", to_text(a.probability_a));
  out.headline = a.rate;
  out.headline_name = "rate";
  Picture picture;
  picture.scalar = "committor_forward";
  picture.vector = "reactive_current";
  picture.title = "committor and reactive current";
  out.picture = picture;
  return out;
}

} // namespace escapade
