#include "programs/setup/setup.hpp"
#include "programs/exports/picture.hpp"
#include "programs/exports/units.hpp"
#include "programs/exports/wanted_fields.hpp"

#include "answers/check.hpp"
#include "escapade/error.hpp"
#include "escapade/grid/mesh.hpp"
#include "problem/parse_region.hpp"
#include "programs/setup/read_way_out.hpp"
#include "programs/setup/readers.hpp"
#include "solve/solver_names.hpp"
#include "support/exact.hpp"
#include "support/parse.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <numbers>

namespace escapade {

namespace {

/// Cells of an interval.
GridShape read_line(const Options& options, const Setup& setup) {
  if (options.given("frame") && options.text("frame") != "axes")
    throw BadInput("-frame " + options.text("frame") +
                   ": there is one variable and nothing to turn; leave it out");
  GridShape shape{{4096, 1}};
  if (options.given("cells"))
    shape.cells[0] = static_cast<std::int64_t>(options.numbers("cells", 1)[0]);
  if (shape.cells[0] >= 2147483647)
    throw BadInput("-cells " + options.text("cells") + ": give fewer than 2147483647");
  shape.grading = read_grading(options, setup, 0);
  if (shape.grading && setup.domain.periodic(0))
    throw BadInput("-grade: periodic ends need uniform cells; leave out -grade or the periodic "
                   "ends");
  return shape;
}

/// The angle in (−45°, 45°] of the eigenframe whose first axis is nearest to the first variable.
double eigenframe(Sym2 d0) {
  double angle = eigen(d0).angle;
  while (angle > std::numbers::pi / 4)
    angle -= std::numbers::pi / 2;
  while (angle <= -std::numbers::pi / 4)
    angle += std::numbers::pi / 2;
  return angle;
}

GridShape read_shape(const Options& options, const Setup& setup) {
  const Domain& domain = setup.domain;
  const auto& d0 = setup.problem.constant_direction;
  const bool periodic = domain.periodic(0) || domain.periodic(1);
  const bool oblique = d0 && std::abs(d0->xy) > 1e-12 * trace(*d0);
  GridShape shape;
  bool along_noise = oblique && !periodic;
  if (options.given("frame")) {
    const std::string& frame = options.text("frame");
    along_noise = frame == "noise";
    if (along_noise && !d0)
      throw BadInput("-frame noise: the diffusion has no constant eigenvectors; use axes or an "
                     "angle in degrees");
    if (frame == "way_out") {
      along_noise = oblique && !periodic; // the grid to be turned is that of the default
    } else if (!along_noise && frame != "axes") {
      const auto degrees = parse_number(frame);
      if (!degrees)
        throw BadInput("-frame " + frame + ": give axes, noise, way_out or an angle in degrees");
      shape.angle = *degrees * std::numbers::pi / 180;
    }
  }
  if (along_noise && oblique)
    shape.angle = eigenframe(*d0);
  if (shape.angle != 0 && periodic)
    throw BadInput("-frame " + options.text("frame") +
                   ": periodic sides need the frame of the axes; use -frame axes");
  if (options.given("cells")) {
    const std::vector<double> v = options.numbers("cells", 2);
    if (v[0] * v[1] >= 2147483647.0)
      throw BadInput("-cells " + options.text("cells") +
                     ": the product must stay below 2147483647; give fewer cells");
    shape.cells = {static_cast<std::int64_t>(v[0]), static_cast<std::int64_t>(v[1])};
  } else if (along_noise && oblique) {
    const Sym2 d = in_frame(*d0, shape.angle);
    if (d.xx > 0 && d.yy > 0)
      shape = balanced_shape(domain, shape.angle, {d.xx, d.yy}, 65536);
  }
  shape.grading = read_grading(options, setup, shape.angle);
  if (shape.grading && periodic)
    throw BadInput("-grade: periodic sides need uniform cells; leave out -grade or the periodic "
                   "sides");
  return shape;
}

Transport read_transport(const Options& options, const Setup& setup) {
  const std::string& transport = options.text("transport");
  if (transport != "flow")
    return transport == "edges" ? Transport::edges : Transport::automatic;
  if (setup.shape.mesh)
    throw BadInput("-transport flow: triangles have no lattice for the drift's jumps to land on; "
                   "use -transport edges, or -domain instead of -mesh");
  if (setup.solve.kind == SolverKind::multilevel)
    throw BadInput("-transport flow: -solver multilevel coarsens edges between neighbours, not "
                   "jumps; use -solver gth or krylov, or -transport edges");
  return Transport::flow;
}

/// -exit, the names of all parts that trajectories and chains leave through, and -regions.
void read_sets(const Options& options, const Needs& needs, Setup& setup) {
  const Mesh* const mesh = setup.shape.mesh.get();
  const std::vector<std::string> curves = mesh ? mesh->exit_name : std::vector<std::string>{};
  const bool absorbing = !curves.empty() || setup.domain.absorbing();
  if ((needs.exit || needs.may_exit) && options.given("exit"))
    setup.exit = parse_region("-exit", options.text("exit"), setup.symbols, setup.compile);
  if (needs.exit && setup.exit.empty() && !absorbing)
    throw BadInput("-exit is missing: give the set that ends a run, e.g. -exit \"" +
                   setup.symbols.inputs[0] + " > 0\", or absorbing sides with -boundary");
  if (needs.closed && absorbing)
    throw BadInput("-boundary " + options.text("boundary") + ": " + options.program() +
                   " needs reflecting or periodic sides, since mass must not get lost");
  if (setup.outline) { // parts in the order of the chain's
    setup.left_through = setup.exit;
    for (Part& curve : exit_curves(setup.outline, curves))
      setup.left_through.push_back(std::move(curve));
  }
  for (const Part& part : setup.exit)
    setup.parts.push_back(part.name);
  for (std::size_t side = 0; side < 4; ++side)
    if (setup.domain.boundary[side] == Boundary::absorbing)
      setup.parts.push_back(side_names[side]);
  setup.parts.insert(setup.parts.end(), curves.begin(), curves.end());
  if (options.given("regions"))
    setup.regions =
        parse_named_regions("-regions", options.text("regions"), setup.symbols, setup.compile);
}

SolveOptions read_solve(const Options& options) {
  SolveOptions solve;
  const std::string& solver = options.text("solver");
  const auto named = std::find(std::begin(solver_names), std::end(solver_names), solver);
  solve.kind = static_cast<SolverKind>(named - std::begin(solver_names));
  solve.precision =
      options.text("precision") == "extended" ? Precision::long_double : Precision::automatic;
  solve.tolerance = options.number("solve_tolerance");
  return solve;
}

/// -mc_table N or NX,NY, where trajectories are integrated.
void read_table(const Options& options, Setup& setup) {
  if (!options.given("mc_table") || !program_named(options.program()).integrates_trajectories)
    return;
  const std::string& text = options.text("mc_table");
  std::vector<std::string> words = split(text, ',');
  if (setup.domain.line && words.size() == 1)
    words.emplace_back("8"); // the fewest, across the line
  const auto nx = parse_integer(words.front()), ny = parse_integer(words.back());
  if (words.size() > 2 || !nx || !ny)
    throw BadInput("-mc_table \"" + text +
                   "\": give the number of cells along each axis, N or NX,NY, 8 to 8192");
  if (options.text("mc_scheme") == "sgd")
    throw BadInput("-mc_table " + text +
                   ": -mc_scheme sgd draws rows of the data, it integrates no drift; leave "
                   "-mc_table out");
  setup.table = tabulate(setup.untabulated(), setup.domain, {*nx, *ny});
  if (setup.table->local_error > 1e-3)
    setup.notices.push_back(
        printed("-mc_table: somewhere the table is off by %.2g of the values nearby; more cells "
                "make it finer",
                setup.table->local_error));
}

void refuse_picture(const Options& options) {
  const ProgramEntry& program = program_named(options.program());
  if (options.flag("plot") && program.draws_nothing)
    throw BadInput("-plot: there is nothing to draw in " + options.program() + "; leave it out");
  if (options.flag("plot") && program.draws_fields && !writes_fields(options) &&
      !options.given("sweep"))
    throw BadInput("-plot: there is nothing to draw with -fields none; leave out one of the two");
  check_picture_can_be_drawn(options);
}

} // namespace

Setup read_setup(const Options& options, const Needs& needs) {
  refuse_picture(options);
  Setup setup;
  setup.compile = options.text("compile") == "never" ? Compile::never : Compile::automatic;
  setup.symbols = read_symbols(options);
  const bool line = on_a_line(setup.symbols);
  tell_points_on_a_line(line);
  check_units(options);
  check_fields(options);
  read_tables(options, setup);
  std::optional<MeshInput> mesh;
  if (options.given("mesh")) {
    if (line)
      throw BadInput("-mesh " + options.text("mesh") +
                     ": triangles have two variables, and there is one; give -domain a,b");
    if (options.given("grade"))
      throw BadInput("-grade " + options.text("grade") +
                     ": a mesh has its own grading; leave out -grade or -mesh");
    mesh = read_mesh(options);
    setup.domain = mesh->extent;
  } else {
    setup.domain = needs.sgd_itself && !options.given("domain") ? everywhere(line)
                                                                : read_domain(options, line);
  }
  setup.starts = read_starts(options, setup, needs.start);
  read_problem(options, needs, setup);
  if (setup.starts.empty())
    setup.starts = read_starts(options, setup, needs.start); // wells by name
  if (mesh)
    setup.shape.mesh = mesh_for(options, *mesh, setup.problem);
  if (mesh && program_named(options.program()).follows_mesh_outline)
    setup.outline = outline_of(*setup.shape.mesh, mesh->boundary);
  read_sets(options, needs, setup);
  check_tables(options, setup);
  check_time(options, setup);
  check_starts(options.given("starts") ? "-starts" : "-start", setup.starts, setup.domain,
               setup.shape, setup.exit);
  check_periodic(setup);
  if (!mesh && program_named(options.program()).integrates_trajectories &&
      options.text("mc_scheme") != "sgd")
    check_coefficients(setup.problem, setup.domain, setup.exit);
  if (options.given("exit"))
    check_exit("-exit \"" + options.text("exit") + "\"", setup.domain, setup.shape, setup.exit);
  if (!mesh)
    setup.shape = line ? read_line(options, setup) : read_shape(options, setup);
  if (wants_way_out(options))
    check_way_out(options, setup);
  setup.solve = read_solve(options);
  setup.shape.transport = read_transport(options, setup);
  setup.error_estimate = options.flag("error_estimate");
  read_table(options, setup);
  return setup;
}

} // namespace escapade
