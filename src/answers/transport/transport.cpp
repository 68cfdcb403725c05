#include "answers/transport/transport.hpp"

#include "answers/grids/grid_sequence.hpp"
#include "answers/transport/resolution.hpp"

#include <algorithm>
#include <vector>

namespace escapade {

namespace {

/// The masses of a chain, or the time it spends in each cell before it leaves.
LogVector weights_of(const GridQuestion& q, ChainRun& run) {
  if (q.exit.empty() && !q.domain.absorbing())
    return run.solver->stationary();
  const auto rows = static_cast<std::size_t>(run.chain.generator.rows());
  return run.solver->forward(LogVector(rows, 0));
}

/// Whether edges diffuse too much of their own on a grid of about twice the spacing.
bool edges_smear(const GridQuestion& question, GridShape coarse) {
  // On the grid itself, of half the spacing, between a quarter and a half of that.
  constexpr double some_diffusion = 0.3, resolved = 4;
  GridQuestion q = question;
  q.demand = Demand::more;
  q.with_solver = false;
  coarse.transport = Transport::edges;
  const ChainRun edges = start_chain(q, coarse);
  if (edges.largest_drift <= resolved)
    return false;
  bool smear = true;
  q.with_solver = true;
  coarse.transport = Transport::flow;
  unless_refused([&] {
    smear = false;
    ChainRun flow = start_chain(q, coarse);
    if (flow.chain.grid.unknowns() != edges.chain.grid.unknowns())
      return;
    const LogVector weight = weights_of(q, flow);
    const Resolution r =
        resolution_of(q.problem, edges.chain, weight, Halo(q.comm, edges.chain.generator));
    smear = !(r.scheme_diffusion <= some_diffusion);
  });
  return smear;
}

} // namespace

GridShape with_transport(const GridQuestion& q) {
  GridShape shape = q.shape;
  if (shape.mesh && shape.transport == Transport::flow)
    throw BadInput("the transport flow: triangles have no lattice for the drift's jumps to land "
                   "on; take edges, or a grid");
  if (shape.transport != Transport::automatic)
    return shape;
  shape.transport = Transport::edges;
  if (shape.mesh || q.problem.gradient || q.problem.landscape ||
      q.effort.solve.kind == SolverKind::multilevel)
    return shape;
  const std::vector<GridShape> shapes = grid_sequence(shape, true);
  bool smear = false;
  unless_refused(
      [&] { smear = edges_smear(q, shapes[std::min<std::size_t>(2, shapes.size() - 1)]); });
  if (smear) {
    shape.transport = Transport::flow;
    if (q.effort.announce)
      q.effort.announce("the drift outweighs the noise over this grid's edges: it is carried along "
                        "its flow");
  }
  return shape;
}

} // namespace escapade
