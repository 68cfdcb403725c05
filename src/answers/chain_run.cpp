#include "answers/chain_run.hpp"

#include "answers/memory.hpp"
#include "escapade/error.hpp"
#include "support/log_stage.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
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

} // namespace

ChainRun start_chain(Session& session, const Setup& setup, const GridShape& shape,
                     const Region& exit, CutRule rule, Demand demand) {
  check_memory(session, setup, shape, exit, demand);
  ChainRun run;
  {
    const LogStage stage("assembly");
    run.chain = make_chain(session.comm(), setup.problem, setup.domain, shape, exit, rule);
  }
  const Cells& grid = run.chain.grid;
  const double bytes = check_memory(session, setup, shape, run.chain, demand);
  if (bytes >= 1e8) // worth knowing before it begins
    session.print("grid " + size_text(grid) + ", " + std::to_string(grid.unknowns()) +
                  " unknowns: the run takes about " + gigabytes(bytes));
  SolveOptions options = setup.solve;
  const std::optional<Lattice> lattice = cell_places(run.chain);
  if (lattice)
    options.lattice = &*lattice;
  for (float g : run.chain.peclet)
    run.largest_drift = std::max(run.largest_drift, static_cast<double>(g));
  MPI_Allreduce(MPI_IN_PLACE, &run.largest_drift, 1, MPI_DOUBLE, MPI_MAX, session.comm());
  try {
    std::shared_ptr<const Generator> rows(run.held, &run.chain.generator);
    run.solver = std::make_unique<Solver>(session.comm(), std::move(rows), options);
  } catch (const BadInput& e) {
    // Rates against a drift of more than 700 underflow, and the chain then only seems to fall
    // apart.
    if (run.largest_drift < 700)
      throw;
    char drift[32] = "over 1e38"; // the range of float, which holds it
    if (std::isfinite(run.largest_drift))
      std::snprintf(drift, sizeof drift, "%.4g", run.largest_drift);
    throw BadInput(std::string(e.what()) + "; the drift over an edge reaches " + drift +
                   " times the noise, where rates against it vanish (700): give more -cells");
  }
  return run;
}

ChainRun start_level(Session& session, const Setup& setup, const GridShape& shape,
                     const Region& exit, CutRule rule, Demand demand) {
  try {
    return start_chain(session, setup, shape, exit, rule, demand);
  } catch (const BadInput& e) {
    const bool coarser =
        shape.mesh ? shape.mesh != setup.shape.mesh : shape.cells != setup.shape.cells;
    if (!coarser)
      throw;
    const std::string what = e.what(),
                      finer = shape.mesh ? "give a larger -refine" : "give more -cells",
                      size = shape.mesh ? "mesh of " + std::to_string(shape.mesh->triangles()) +
                                              " triangles"
                                        : "grid of " + std::to_string(shape.cells[0]) + " x " +
                                              std::to_string(shape.cells[1]) + " cells";
    throw BadInput("on the coarser " + size + " that errors are estimated with: " + what +
                   (what.ends_with(finer) ? "" : "; or " + finer) + ", or -error_estimate false");
  }
}

nlohmann::ordered_json describe_cells(const Cells& cells) {
  if (const MeshCells* triangles = cells.triangles()) {
    const Mesh& mesh = *triangles->mesh;
    return {{"kind", "triangles"},         {"cells", mesh.triangles()},
            {"vertices", mesh.vertices()}, {"refined", mesh.refined},
            {"spacing", cells.spacing()},  {"smallest_angle", mesh.smallest_angle},
            {"area", mesh.total_area},     {"unknowns", cells.unknowns()},
            {"isolated", cells.isolated()}};
  }
  const Grid& grid = *cells.lattice();
  nlohmann::ordered_json out{{"kind", "lattice"},
                             {"cells", {grid.cells[0], grid.cells[1]}},
                             {"frame_angle", grid.angle * 180 / std::numbers::pi},
                             {"spacing", {grid.h[0], grid.h[1]}},
                             {"unknowns", grid.unknowns()},
                             {"isolated", grid.isolated}};
  for (std::size_t a = 0; a < 2 && grid.graded(); ++a) { // smallest and largest side
    double least = grid.side(a, 0), most = least;
    for (std::int64_t i = 0; i < grid.cells[a]; ++i) {
      least = std::min(least, grid.side(a, static_cast<double>(i) + 0.5));
      most = std::max(most, grid.side(a, static_cast<double>(i) + 0.5));
    }
    out["graded_spacing"].push_back({least, most});
  }
  return out;
}

namespace {

/// Where D is nearly singular and oblique to the grid, an edge that stays within the stencil's
/// three directions is long. Masses then leap over what lies between, on every grid of an error
/// estimate.
void warn_of_long_edges(const Session& session, const Chain& chain) {
  constexpr int plenty = 10; // an axis ratio of the noise of about 100
  const Grid* grid = chain.grid.lattice();
  if (!grid || chain.reach <= plenty)
    return;
  session.notice(
      "edges reach over " + std::to_string(chain.reach) + " of " +
      std::to_string(std::min(grid->cells[0], grid->cells[1])) +
      " cells, since the noise is nearly singular and oblique to the grid somewhere: jumps "
      "can leap from one well into another and the stated errors do not see it; compare "
      "with trajectories (fp-crosscheck), or give more -cells or a -frame along the noise");
}

} // namespace

nlohmann::ordered_json describe_grid(const ChainRun& run) {
  nlohmann::ordered_json out = describe_cells(run.chain.grid);
  out["form"] = run.chain.form == RateForm::ito ? "ito" : "divergence";
  if (run.chain.grid.lattice())
    out["reach"] = run.chain.reach;
  out["largest_edge_drift"] = run.largest_drift;
  return out;
}

nlohmann::ordered_json describe_solver(Session& session, const ChainRun& run) {
  warn_of_long_edges(session, run.chain);
  const SolverReport r = run.solver->report();
  for (const std::string& line : r.notices)
    session.notice(line);
  nlohmann::ordered_json json{{"kind", r.kind},
                              {"precision", r.precision},
                              {"iterations", r.iterations},
                              {"certificate", r.certificate},
                              {"seconds", r.seconds},
                              {"memory_bytes", r.memory_bytes}};
  if (r.kind == "multilevel")
    json["products"] = r.products;
  return json;
}

bool has_oblique_walls(const Cells& cells) {
  if (!cells.lattice())
    return false; // the boundary is made of edges
  const Grid& grid = *cells.lattice();
  return grid.angle != 0 && std::find(grid.domain.boundary.begin(), grid.domain.boundary.end(),
                                      Boundary::reflecting) != grid.domain.boundary.end();
}

OwnCells all_cells(const Cells& cells) {
  return {0, cells.unknowns(), std::nullopt};
}

OwnCells own_cells(MPI_Comm comm, const Chain& chain) {
  int rank = 0, ranks = 1;
  MPI_Comm_rank(comm, &rank);
  MPI_Comm_size(comm, &ranks);
  if (ranks == 1)
    return all_cells(chain.grid);
  const Generator& rows = chain.generator;
  OwnCells own{rows.first, rows.first + rows.rows(), Piece{rank, 0, 0}};
  if (const Grid* grid = chain.grid.lattice()) {
    // Shares begin with a row of the lattice; rows without cells go to the rank before.
    const auto row_of = [&](std::int64_t u) {
      return u < grid->unknowns() ? grid->cell(u) / grid->cells[0] : grid->cells[1];
    };
    own.piece->first = rank == 0 ? 0 : row_of(own.first);
    own.piece->last = rank == ranks - 1 ? grid->cells[1] : row_of(own.last);
  } else {
    own.piece->last = rows.rows();
  }
  return own;
}

FieldFile field_file(const Cells& cells, const Problem& problem) {
  return field_file(cells, all_cells(cells), problem);
}

CellField cell_field(const Cells& cells, const std::string& name, const std::string& units,
                     int components, const std::function<void(std::size_t, double*)>& f) {
  return cell_field(cells, all_cells(cells), name, units, components, f);
}

FieldFile field_file(const Cells& cells, const OwnCells& own, const Problem& problem) {
  FieldFile file;
  file.piece = own.piece;
  file.lattice.variables = problem.variables;
  if (const MeshCells* triangles = cells.triangles()) {
    file.polygons.emplace();
    for (std::int64_t u = own.first; u < own.last; ++u)
      add_polygon(*file.polygons, triangles->mesh->polygon(triangles->vertex[u]));
    return file;
  }
  const Grid& grid = *cells.lattice();
  file.lattice.cells = grid.cells;
  file.lattice.h = grid.h;
  if (grid.graded())
    for (std::size_t a = 0; a < 2; ++a) // frame coordinates, so that the origin is the variables'
      for (std::int64_t i = 0; i <= grid.cells[a]; ++i)
        file.lattice.faces[a].push_back(grid.coordinate(a, static_cast<double>(i)));
  else
    file.lattice.origin = grid.angle == 0 ? Vec2{grid.corner[0], grid.corner[1]} : grid.point(0, 0);
  file.lattice.angle = grid.angle;
  return file;
}

CellField cell_field(const Cells& cells, const OwnCells& own, const std::string& name,
                     const std::string& units, int components,
                     const std::function<void(std::size_t, double*)>& f) {
  CellField field;
  field.name = name;
  field.units = units;
  field.components = components;
  const auto c = static_cast<std::size_t>(components);
  const auto count = static_cast<std::size_t>(own.last - own.first);
  if (const Grid* grid = cells.lattice()) {
    const Piece rows = own.piece.value_or(Piece{0, 0, grid->cells[1]});
    const std::int64_t begin = grid->cells[0] * rows.first;
    field.values.assign(static_cast<std::size_t>(grid->cells[0] * rows.last - begin) * c,
                        std::numeric_limits<double>::quiet_NaN());
    for (std::size_t k = 0; k < count; ++k)
      f(k, &field.values[static_cast<std::size_t>(grid->cell(own.first + k) - begin) * c]);
    return field;
  }
  field.values.assign(count * c, std::numeric_limits<double>::quiet_NaN());
  for (std::size_t k = 0; k < count; ++k)
    f(k, &field.values[k * c]);
  return field;
}

CellField made_field(std::shared_ptr<const Cells> grid, const OwnCells& own,
                     const std::string& name, const std::string& units, int components,
                     std::function<void(std::size_t, double*)> f) {
  CellField field{name, units, components, {}, {}};
  field.make = [=, grid = std::move(grid), f = std::move(f)] {
    return cell_field(*grid, own, name, units, components, f).values;
  };
  return field;
}

long double log_area(const Cells& grid, std::int64_t u) {
  return std::log(static_cast<long double>(grid.area(static_cast<std::int32_t>(u))));
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

double exp_of(long double log) {
  return static_cast<double>(std::exp(log));
}

} // namespace escapade
