#include "answers/grids/chain_run.hpp"

#include "escapade/error.hpp"
#include "generator/flow/flow.hpp"
#include "parallel/agree.hpp"
#include "parallel/ranks.hpp"
#include "solve/gth/gth.hpp"
#include "support/exact.hpp"
#include "support/memory.hpp"

#include <algorithm>
#include <cmath>

namespace escapade {

namespace {

// Peak of the resident memory of fp-stationary and fp-exit without error estimates, less 70 MB that
// any run takes, in bytes per unknown, of a double well on 512² and 1024² cells (to 4096² for the
// multilevel solver, with and without error estimates):
//                         edges along the axes   and one diagonal
//   krylov                1440 … 1624            1725 … 1968
//   multilevel, stationary, even noise 196 … 226 264
//     ratio 10            278
//   multilevel, exits, even noise 353 … 421      463
//     ratio 10            476
//   gth, less its factors 100 … 150              132      (stationary: below 10)
constexpr double of_krylov[2] = {1650, 2000};

/// Of the multilevel solver. Programs that have more to do were not measured anew.
double of_multilevel(const RunSize& size) {
  const bool even = size.even && !size.diagonal;
  if (size.demand == Demand::stationary)
    return even ? 230 : 290;
  if (size.demand == Demand::exits)
    return even ? 430 : 500;
  return size.diagonal ? 600 : 500;
}

/// Whether the noise, of the same axes everywhere, is even in units of the cells: semicoarsening
/// keeps more levels.
bool is_even(const GridQuestion& q, const GridShape& shape) {
  if (!q.problem.constant_direction || shape.mesh || shape.grading)
    return false;
  const Sym2 d = in_frame(*q.problem.constant_direction, shape.angle);
  const auto bounds = frame_bounds(q.domain, shape.angle);
  double strength[2] = {d.xx, d.yy};
  for (std::size_t a : {0, 1})
    strength[a] *= std::pow(static_cast<double>(shape.cells[a]) / (bounds[a][1] - bounds[a][0]), 2);
  return std::abs(d.xy) <= 1e-9 * trace(d) && strength[0] < 2 * strength[1] &&
         strength[1] < 2 * strength[0];
}

bool distributed(const SolveOptions& solve, int ranks) {
  return solve.kind == SolverKind::krylov || solve.kind == SolverKind::multilevel ||
         (solve.kind == SolverKind::automatic && ranks > 1);
}

/// Share of the lattice's cells that carry unknowns.
double share_of_unknowns(const GridQuestion& q, const GridShape& shape) {
  if (shape.grading)
    return 0.25;
  const auto bounds = frame_bounds(q.domain, shape.angle);
  constexpr int along = 64;
  std::vector<double> x, y;
  for (int j = 0; j < along; ++j)
    for (int i = 0; i < along; ++i) {
      const Vec2 z{bounds[0][0] + (bounds[0][1] - bounds[0][0]) * (i + 0.5) / along,
                   bounds[1][0] + (bounds[1][1] - bounds[1][0]) * (j + 0.5) / along};
      const double c = std::cos(shape.angle), s = std::sin(shape.angle);
      const Vec2 p{c * z.x - s * z.y, s * z.x + c * z.y};
      if ((shape.angle == 0 || q.domain.box_contains(p)) && !q.domain.in_hole(p))
        x.push_back(p.x), y.push_back(p.y);
    }
  std::vector<int> part(x.size());
  part_at(q.exit, x.size(), x.data(), y.data(), part.data());
  const auto left = std::count(part.begin(), part.end(), -1);
  return std::max<double>(1, static_cast<double>(left)) / (along * along);
}

/// Of all bytes, those that this rank's node must hold.
double share_of_node(MPI_Comm comm, bool spread) {
  const Ranks ranks(comm);
  MPI_Comm node = MPI_COMM_NULL;
  MPI_Comm_split_type(comm, MPI_COMM_TYPE_SHARED, ranks.rank(), MPI_INFO_NULL, &node);
  const int here = Ranks(node).count();
  int first = ranks.rank(); // the first of the node's ranks
  MPI_Allreduce(MPI_IN_PLACE, &first, 1, MPI_INT, MPI_MIN, node);
  MPI_Comm_free(&node);
  if (spread)
    return static_cast<double>(here) / ranks.count();
  return first == 0 ? 1 : 0;
}

/// "about 512,512": cells of the same proportions, `scale` times as many along each axis.
std::string about_cells(const GridShape& shape, double scale) {
  const auto along = [&](std::size_t axis) {
    return std::to_string(std::max<std::int64_t>(
        3, static_cast<std::int64_t>(scale * static_cast<double>(shape.cells[axis]))));
  };
  return "about " + along(0) + (shape.line() ? "" : "," + along(1));
}

/// BadInput where the run does not fit, of which `there` bytes are taken already.
void refuse(const GridQuestion& q, const GridShape& shape, const RunSize& size, double there) {
  const int ranks = Ranks(q.comm).count();
  const SolveOptions& solve = q.effort.solve;
  const double share = share_of_node(q.comm, distributed(solve, ranks));
  agree(q.comm, [&] { // ranks may find different memory free
    const auto available = static_cast<double>(available_memory());
    const auto bytes = [&](double scale) {
      RunSize scaled = size;
      scaled.unknowns *= shape.line() ? scale : scale * scale;
      return share * run_bytes(solve, ranks, scaled);
    };
    if (bytes(1) - share * there <= available)
      return;
    const std::string needs = "needs about " + gigabytes(bytes(1)) + ", " +
                              gigabytes(available + share * there) + " are free; ";
    if (shape.mesh)
      throw BadInput("the grid's mesh " + shape.mesh->file + ", refined " +
                     std::to_string(shape.mesh->refined) + " times: " + needs +
                     "give a coarser mesh or fewer refinements");
    double low = 0, high = 1;
    for (int k = 0; k < 40; ++k) { // what is free comes and goes: a twentieth is left
      const double middle = 0.5 * (low + high);
      (bytes(middle) <= 0.95 * (available + share * there) ? low : high) = middle;
    }
    throw BadInput("the grid's cells " + std::to_string(shape.cells[0]) +
                   (shape.line() ? "" : "," + std::to_string(shape.cells[1])) + ": " + needs +
                   about_cells(shape, low) + " fit");
  });
}

} // namespace

std::string gigabytes(double bytes) {
  return bytes < 1e9 ? printed("%.0f MB", std::ceil(bytes / 1e6)) : printed("%.1f GB", bytes / 1e9);
}

double run_bytes(const SolveOptions& solve, int ranks, const RunSize& size) {
  if (solve.kind == SolverKind::multilevel)
    return of_multilevel(size) * size.unknowns;
  if (distributed(solve, ranks))
    return of_krylov[size.diagonal] * size.unknowns;
  const Precision precision =
      solve.precision == Precision::automatic ? Precision::double_precision : solve.precision;
  return static_cast<double>(gth_memory(static_cast<std::int64_t>(size.unknowns), size.reach,
                                        precision, size.diagonal)) +
         (size.demand == Demand::stationary ? 40 : 150) * size.unknowns;
}

void check_memory(const GridQuestion& q, const GridShape& shape) {
  if (shape.mesh)
    return refuse(q, shape, {static_cast<double>(shape.mesh->vertices()), 1, true, false, q.demand},
                  0);
  const double cells = static_cast<double>(shape.cells[0]) * static_cast<double>(shape.cells[1]);
  const bool flow = shape.transport == Transport::flow && !q.problem.gradient;
  int reach = 1;
  if (flow)
    agree(q.comm, [&] {
      reach = reach_of_flow(q.problem, place_grid(q.domain, shape, q.exit), q.exit, shape.rest);
    });
  refuse(q, shape, {cells * share_of_unknowns(q, shape), reach, flow, is_even(q, shape), q.demand},
         0);
}

double check_memory(const GridQuestion& q, const GridShape& shape, const Chain& chain) {
  const Generator& rows = chain.generator;
  const Ranks ranks(q.comm);
  const auto edges = static_cast<double>(ranks.sum(rows.column.size()));
  const auto unknowns = static_cast<double>(chain.grid.unknowns());
  const double there = edges * (sizeof rows.column[0] + sizeof rows.rate[0]) + 20 * unknowns;
  const RunSize size{unknowns, chain.reach, edges > 4.5 * unknowns, is_even(q, shape), q.demand};
  refuse(q, shape, size, there);
  return run_bytes(q.effort.solve, ranks.count(), size);
}

} // namespace escapade
