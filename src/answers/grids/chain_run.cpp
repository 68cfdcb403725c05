#include "answers/grids/chain_run.hpp"

#include "escapade/error.hpp"
#include "parallel/ranks.hpp"
#include "support/exact.hpp"
#include "support/log_stage.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

namespace escapade {

namespace {

/// "256 x 256"
std::string size_text(const Cells& cells) {
  if (const MeshCells* c = cells.triangles())
    return "of " + std::to_string(c->mesh->triangles()) + " triangles";
  const Grid& grid = *cells.lattice();
  return std::to_string(grid.cells[0]) + " x " + std::to_string(grid.cells[1]);
}

/// Says what is done now on a grid.
void tell_progress(const GridQuestion& q, const char* what, const GridShape& shape) {
  if (!q.effort.progress)
    return;
  q.effort.progress(what + text_of(shape));
}

/// Worth knowing before it begins.
void announce(const Effort& effort, const Cells& grid, double bytes) {
  constexpr double worth_a_line = 1e8;
  if (effort.announce && bytes >= worth_a_line)
    effort.announce("grid " + size_text(grid) + ", " + std::to_string(grid.unknowns()) +
                    " unknowns: the run takes about " + gigabytes(bytes));
}

std::unique_ptr<Solver> solver_of(const GridQuestion& q, const ChainRun& run) {
  SolveOptions options = q.effort.solve;
  if (run.chain.flow && options.kind == SolverKind::multilevel)
    throw BadInput("the multilevel solver coarsens edges between neighbours, and the drift's jumps "
                   "along its flow reach over " +
                   std::to_string(run.chain.reach) +
                   " cells: take the solver gth or krylov, or let the drift move over edges");
  const std::optional<Lattice> lattice = cell_places(run.chain);
  if (lattice)
    options.lattice = &*lattice;
  try {
    std::shared_ptr<const Generator> rows(run.held, &run.chain.generator);
    return std::make_unique<Solver>(q.comm, std::move(rows), options);
  } catch (const BadInput& e) {
    // Rates against a drift of more than 700 underflow, and the chain then only seems to fall
    // apart.
    if (run.largest_drift < 700)
      throw;
    const std::string drift = std::isfinite(run.largest_drift)
                                  ? printed("%.4g", run.largest_drift)
                                  : "over 1e38"; // the range of float, which holds it
    const std::string line =
        std::string(e.what()) + "; the drift over an edge reaches " + drift +
        " times the noise, where rates against it vanish (700): give more cells";
    if (q.problem.gradient) // the barrier is true on every grid, but beyond the range of rates
      throw BadInput(line);
    throw NotTrusted(line);
  }
}

/// Where D is nearly singular and oblique to the grid, an edge that stays within the stencil's
/// three directions is long. Masses then leap over what lies between, on every grid of an error
/// estimate.
void warn_of_long_edges(const Chain& chain, std::vector<std::string>& warnings) {
  constexpr int plenty = 10; // an axis ratio of the noise of about 100
  const Grid* grid = chain.grid.lattice();
  if (!grid || chain.reach <= plenty || chain.flow)
    return;
  warnings.push_back(
      "edges reach over " + std::to_string(chain.reach) + " of " +
      std::to_string(std::min(grid->cells[0], grid->cells[1])) +
      " cells, since the noise is nearly singular and oblique to the grid somewhere: jumps "
      "can leap from one well into another and the stated errors do not see it; compare "
      "with trajectories, or give more cells or a frame along the noise");
}

} // namespace

std::string text_of(const GridShape& shape) {
  if (shape.mesh)
    return "the mesh of " + std::to_string(shape.mesh->triangles()) + " triangles";
  return "the grid of " + std::to_string(shape.cells[0]) + " x " + std::to_string(shape.cells[1]) +
         " cells";
}

ChainRun start_chain(const GridQuestion& q, const GridShape& shape) {
  check_memory(q, shape);
  ChainRun run;
  run.shape = shape;
  tell_progress(q, "assembling ", shape);
  {
    const LogStage stage("assembly");
    run.chain =
        make_chain(q.comm, q.problem, q.domain, shape, q.exit, q.rule, q.sets, q.may_fall_apart);
  }
  announce(q.effort, run.chain.grid, check_memory(q, shape, run.chain));
  for (float g : run.chain.peclet)
    run.largest_drift = std::max(run.largest_drift, static_cast<double>(g));
  run.largest_drift = Ranks(q.comm).max(run.largest_drift);
  tell_progress(q, "solving on ", shape);
  if (q.with_solver && !run.chain.falls_apart)
    run.solver = solver_of(q, run);
  return run;
}

GridReport report_of(const Cells& cells) {
  GridReport r;
  r.unknowns = cells.unknowns();
  r.isolated = cells.isolated();
  if (const MeshCells* triangles = cells.triangles()) {
    const Mesh& mesh = *triangles->mesh;
    r.triangles = true;
    r.cells = {mesh.triangles(), 0};
    r.spacing = {cells.spacing(), 0};
    r.vertices = mesh.vertices();
    r.refined = mesh.refined;
    r.smallest_angle = mesh.smallest_angle;
    r.area = mesh.total_area;
    return r;
  }
  const Grid& grid = *cells.lattice();
  r.cells = grid.cells;
  r.spacing = grid.h;
  r.frame_angle = grid.angle * 180 / std::numbers::pi;
  for (std::size_t a = 0; a < 2 && grid.graded(); ++a) { // smallest and largest side
    double least = grid.side(a, 0), most = least;
    for (std::int64_t i = 0; i < grid.cells[a]; ++i) {
      least = std::min(least, grid.side(a, static_cast<double>(i) + 0.5));
      most = std::max(most, grid.side(a, static_cast<double>(i) + 0.5));
    }
    r.graded_spacing.push_back({least, most});
  }
  return r;
}

GridReport report_of(const ChainRun& run) {
  GridReport r = report_of(run.chain.grid);
  r.form = run.chain.form == RateForm::ito ? "ito" : "divergence";
  r.flow = run.chain.flow.has_value();
  r.reach = run.chain.reach;
  r.largest_edge_drift = run.largest_drift;
  return r;
}

void report(const ChainRun& run, GridAnswer& answer) {
  answer.grid = report_of(run);
  warn_of_long_edges(run.chain, answer.warnings);
  if (!run.solver)
    return;
  answer.solver = run.solver->report();
  answer.warnings.insert(answer.warnings.end(), answer.solver.notices.begin(),
                         answer.solver.notices.end());
}

std::optional<Lattice> cell_places(const Chain& chain, const std::vector<std::int32_t>* cells) {
  const Grid* grid = chain.grid.lattice();
  if (!grid)
    return std::nullopt;
  Lattice lattice{grid->cells[0], grid->cells[1], {}, chain.reach};
  const Generator& rows = chain.generator;
  if (!cells)
    lattice.position = grid->places(rows.first, rows.first + rows.rows());
  else
    for (std::int32_t u : *cells)
      lattice.position.push_back(grid->cell(u));
  return lattice;
}

} // namespace escapade
