#include "answers/transport/transport.hpp"

#include "answers/grids/grid_sequence.hpp"
#include "answers/transport/resolution.hpp"
#include "generator/flow/flow.hpp"
#include "parallel/agree.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace escapade {

namespace {

/// Whether D⁻¹b has a curl, or no inverse, somewhere in a lattice of points outside the exit, by
/// central differences: without one the drift circulates nowhere and edges keep the density. In one
/// dimension it circulates around a ring alone.
bool circulates(const GridQuestion& q) {
  if (q.domain.line)
    return q.domain.periodic(0);
  constexpr int along = 16;
  constexpr double step = 1e-4, rounding = 1e-6;
  const Vec2 h{step * q.domain.width(), step * q.domain.height()};
  std::vector<double> x, y; // of each point four neighbours: east, west, north, south
  for (int k = 0; k < along * along; ++k) {
    const Vec2 p{q.domain.x0 + q.domain.width() * (k % along + 0.47) / along,
                 q.domain.y0 + q.domain.height() * (k / along + 0.53) / along};
    int part = -1;
    part_at(q.exit, 1, &p.x, &p.y, &part);
    if (part >= 0)
      continue;
    x.insert(x.end(), {p.x + h.x, p.x - h.x, p.x, p.x});
    y.insert(y.end(), {p.y, p.y, p.y + h.y, p.y - h.y});
  }
  const std::size_t n = x.size();
  std::vector<double> v(5 * n);
  q.problem.coefficients(n, x.data(), y.data(), v.data());
  const auto beta = [&](std::size_t k) {
    return solve(Sym2{v[2 * n + k], v[3 * n + k], v[4 * n + k]}, Vec2{v[k], v[n + k]});
  };
  double curl = 0, size = 0;
  for (std::size_t k = 0; k < n; k += 4) {
    const Vec2 dx = 0.5 / h.x * (beta(k) - beta(k + 1)),
               dy = 0.5 / h.y * (beta(k + 2) - beta(k + 3));
    if (!std::isfinite(dx.x + dx.y + dy.x + dy.y))
      return true;
    curl = std::max(curl, std::abs(dx.y - dy.x));
    size = std::max({size, std::abs(dx.x), std::abs(dx.y), std::abs(dy.x), std::abs(dy.y)});
  }
  return curl > rounding * size;
}

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
  constexpr double some_diffusion = 0.1, resolved = 4;
  GridQuestion q = question;
  q.demand = Demand::more;
  q.may_fall_apart = false;
  q.with_solver = false;
  coarse.transport = Transport::edges;
  const ChainRun edges = start_chain(q, coarse);
  if (edges.largest_drift <= resolved)
    return false;
  bool smear = false;
  q.with_solver = true;
  coarse.transport = Transport::flow;
  unless_refused([&] {
    ChainRun flow = start_chain(q, coarse);
    if (flow.chain.grid.unknowns() != edges.chain.grid.unknowns()) {
      smear = true; // long oblique edges leave out corners: the weights belong to other cells
      return;
    }
    const LogVector weight = weights_of(q, flow);
    const Resolution r =
        resolution_of(q.problem, edges.chain, weight, Halo(q.comm, edges.chain.generator));
    smear = !(r.scheme_diffusion <= some_diffusion);
  });
  return smear;
}

/// Of a drift that leads out all along the sides, which hold what it carries.
void refuse_outflow(const GridQuestion& q) {
  const Domain& d = q.domain;
  if (!q.exit.empty() || std::any_of(d.boundary.begin(), d.boundary.end(),
                                     [](Boundary b) { return b != Boundary::reflecting; }))
    return;
  constexpr int along = 64;
  std::vector<double> x, y, v;
  for (int k = 0; k < along; ++k) {
    const double s = (k + 0.5) / along, px = d.x0 + s * d.width(), py = d.y0 + s * d.height();
    x.insert(x.end(), {d.x0, d.x1, px, px});
    y.insert(y.end(), {py, py, d.y0, d.y1});
  }
  const std::size_t n = x.size();
  v.resize(5 * n);
  q.problem.coefficients(n, x.data(), y.data(), v.data());
  for (std::size_t k = 0; k < n; ++k) {
    const double out = k % 4 == 0 ? -v[k] : k % 4 == 1 ? v[k] : k % 4 == 2 ? -v[n + k] : v[n + k];
    if (!(out > 0))
      return;
  }
  throw BadInput(
      "the drift leads out of the domain all along its sides, where jumps along its flow "
      "would pile up: take a domain that the flow stays in, or let the drift move over "
      "edges");
}

} // namespace

GridShape with_transport(const GridQuestion& q) {
  GridShape shape = q.shape;
  shape.rest = q.demand == Demand::stationary;
  if (shape.mesh && shape.transport == Transport::flow)
    throw BadInput("the transport flow: triangles have no lattice for the drift's jumps to land "
                   "on; take edges, or a grid");
  if (shape.transport == Transport::flow && !q.problem.gradient)
    agree(q.comm, [&] { refuse_outflow(q); });
  if (shape.transport != Transport::automatic)
    return shape;
  shape.transport = Transport::edges;
  if (shape.mesh || q.problem.gradient || q.problem.landscape ||
      q.effort.solve.kind == SolverKind::multilevel || !circulates(q))
    return shape;
  const bool kinetic = shape.angle == 0 && kinetic_temperature(q.problem, q.domain);
  const std::vector<GridShape> shapes = grid_sequence(shape, true);
  bool smear = kinetic;
  if (!kinetic)
    unless_refused(
        [&] { smear = edges_smear(q, shapes[std::min<std::size_t>(2, shapes.size() - 1)]); });
  if (smear) {
    shape.transport = Transport::flow;
    if (q.effort.announce)
      q.effort.announce(kinetic ? "along one axis there is drift and no noise: it is carried along "
                                  "its flow"
                                : "the drift outweighs the noise over this grid's edges: it is "
                                  "carried along its flow");
  }
  return shape;
}

} // namespace escapade
