#include "programs/fp/rate.hpp"

#include "answers/chain_run.hpp"
#include "answers/grid_sequence.hpp"
#include "escapade/error.hpp"
#include "escapade/landscape/formulas.hpp"
#include "output/summary.hpp"
#include "quantities/escape_rate.hpp"

#include <cmath>

namespace escapade {

namespace {

FieldFile fields_of(const Cells& grid, const OwnCells& own, const Setup& setup,
                    const LogVector& log_mass) {
  FieldFile file = field_file(grid, own, setup.problem);
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

/// The formulas where one saddle leads out of the well of the start, or of the lowest minimum.
void add_formulas(Outcome& out, const Setup& setup) {
  if (!setup.problem.landscape || !setup.problem.gradient)
    return;
  const CriticalPoints found = critical_points(setup.problem.landscape, setup.domain);
  std::optional<CriticalPoint> minimum;
  try {
    if (!setup.starts.empty())
      minimum = descend(setup.problem.landscape, setup.domain, setup.starts.front(), "-start");
  } catch (const BadInput&) {
    return; // no well to leave: no formula applies
  }
  for (const CriticalPoint& p : found.points) {
    int part = -1;
    part_at(setup.exit, 1, &p.position.x, &p.position.y, &part);
    if (!minimum && p.type == CriticalPoint::Type::minimum && part < 0)
      minimum = p;
  }
  if (!minimum)
    return;
  const auto saddles =
      saddles_around(setup.problem.landscape, setup.domain, *minimum, found.points);
  if (saddles.size() != 1)
    return;
  const Vec2 s = saddles.front().position;
  int part = -1;
  part_at(setup.exit, 1, &s.x, &s.y, &part);
  for (const Formula& f : escape_formulas(setup.problem, *minimum, saddles.front(), part < 0)) {
    nlohmann::ordered_json entry = to_json(positive(f.log_rate));
    entry["assumes"] = f.assumes;
    entry["holds"] = f.holds;
    out.results["formulas"][f.name] = std::move(entry);
    out.table.emplace_back("formula " + f.name, to_text(positive(f.log_rate)) +
                                                    (f.holds ? "" : "  (assumptions do not hold)"));
  }
}

} // namespace

Outcome rate_study(Session& session, const Options&, const Setup& setup) {
  Outcome out;
  const MPI_Comm comm = session.comm();
  std::vector<Level> levels;
  for (const GridShape& shape : grid_sequence(setup.shape, setup.error_estimate)) {
    ChainRun run = start_level(session, setup, shape, setup.exit, CutRule::killing);
    const QuasiStationary q =
        quasi_stationary(comm, *run.solver, run.chain.generator, setup.parts.size());
    const Cells& grid = run.chain.grid;
    Level level{{{"rate", q.log_rate, true}, {"time", q.log_mean_time, true}},
                grid.spacing(),
                has_oblique_walls(grid)};
    for (std::size_t k = 0; k < setup.parts.size(); ++k)
      level.measured.push_back({"part " + std::to_string(k), q.log_exit_probability[k], true});
    if (levels.empty()) {
      out.fields = fields_of(grid, own_cells(comm, run.chain), setup, q.log_mass);
      out.grid = describe_grid(run);
      out.solver = describe_solver(session, run);
      out.solver["iterations"] = q.iterations;
      out.results["rate_times_mean_time"] = exp_of(q.log_rate + q.log_mean_time);
    }
    levels.push_back(std::move(level));
  }
  const auto numbers = with_errors(levels);
  nlohmann::ordered_json first{{"escape_rate", to_json(numbers[0].second)},
                               {"mean_exit_time_qsd", to_json(numbers[1].second)}};
  out.table.emplace_back("escape rate", to_text(numbers[0].second));
  out.table.emplace_back("mean exit time from the quasi-stationary state",
                         to_text(numbers[1].second));
  for (std::size_t k = 0; k < setup.parts.size(); ++k) {
    first["exit_probability_qsd"][setup.parts[k]] = to_json(numbers[2 + k].second);
    out.table.emplace_back("exit through " + setup.parts[k], to_text(numbers[2 + k].second));
  }
  first.update(out.results);
  out.results = std::move(first);
  add_formulas(out, setup);
  out.headline = numbers[0].second;
  out.headline_name = "escape_rate";
  Picture picture;
  picture.scalar = "log_quasi_stationary_density";
  picture.title = "quasi-stationary density";
  picture.top = 30;
  out.picture = picture;
  return out;
}

} // namespace escapade
