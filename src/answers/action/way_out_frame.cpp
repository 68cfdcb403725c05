#include "escapade/answers/way_out_frame.hpp"

#include "escapade/answers/exits.hpp"
#include "escapade/error.hpp"
#include "landscape/action/momentum_frame.hpp"
#include "landscape/flow.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <string>
#include <vector>

namespace escapade {

namespace {

constexpr std::int64_t path_cells = 64; // the quasi-potential only proposes a path here
constexpr int stretches = 40;
constexpr double worth_turning = 0.1;                   // of log τ
constexpr double trial_cells = 4096, trial_error = 0.1; // of log τ there

bool inside(const Region& set, Vec2 p) {
  int part = -1;
  part_at(set, 1, &p.x, &p.y, &part);
  return part >= 0;
}

std::vector<Climb> climbs_of_way_out(const Problem& problem, const Domain& domain,
                                     const PathEnds& ends) {
  GridShape lattice;
  lattice.cells = {path_cells, path_cells};
  Effort effort;
  effort.errors = false;
  const PathAnswer path = least_action(problem, domain, lattice, ends, effort);
  return climbs_along(problem.coefficients, path.points, path.action_along, stretches);
}

Field scaled_field(const Field& field, std::size_t first, std::size_t components, double factor) {
  if (!field)
    return {};
  return [=](std::size_t n, const double* x, const double* y, double* out) {
    field(n, x, y, out);
    for (std::size_t k = first * n; k < components * n; ++k)
      out[k] *= factor;
  };
}

/// The same drift with more noise.
Problem noisier(const Problem& problem, double factor) {
  Problem out = problem;
  out.coefficients = scaled_field(problem.coefficients, 2, 5, factor);
  out.divergence = scaled_field(problem.divergence, 0, 2, factor);
  if (out.constant_noise)
    out.constant_noise = factor * *problem.constant_noise;
  if (out.gradient)
    out.gradient->k = (1 / factor) * problem.gradient->k;
  return out;
}

/// What both numbers of cells can be divided by to leave about as many as a trial has: another
/// proportion would be another lattice.
int divisor_for_trial(const GridShape& shape) {
  const auto common = static_cast<int>(std::gcd(shape.cells[0], shape.cells[1]));
  const auto off = [&](int d) {
    return std::abs(std::log(static_cast<double>(shape.cells[0]) *
                             static_cast<double>(shape.cells[1]) / (d * d * trial_cells)));
  };
  int best = 1;
  for (int d = 2; d <= common; ++d)
    if (common % d == 0 && off(d) < off(best))
      best = d;
  return best;
}

/// log τ on cells that are `coarser` times as large with as much more noise. The share of the
/// barrier that a grid takes depends on h over the noise alone, so this grid takes what the fine
/// one does, on whatever way it makes the cheapest. By edges: turning saves these, and by flow
/// barriers suffer at weak noise. Minus infinity where that grid is no grid.
double trial_barrier(const Problem& problem, const Domain& domain, const GridShape& shape,
                     const PathEnds& ends, int coarser) {
  GridShape coarse = shape;
  coarse.transport = Transport::edges;
  for (std::int64_t& n : coarse.cells)
    n = std::llround(static_cast<double>(n) / coarser);
  Effort effort;
  effort.errors = false;
  try {
    const ExitAnswer answer = exits(MPI_COMM_SELF, noisier(problem, coarser), domain, coarse,
                                    ends.exit, {ends.start}, effort);
    return answer.at.front().mean_time.log.value_or(-INFINITY);
  } catch (const BadInput&) {
    return -INFINITY;
  } catch (const NotTrusted&) {
    return -INFINITY;
  }
}

Vec2 only_well(const Problem& problem, const Domain& domain, const Region& set, bool within) {
  std::vector<Vec2> wells;
  for (const RestPoint& r : rest_points(problem.coefficients, domain))
    if (r.type == RestPoint::Type::stable && inside(set, r.position) == within)
      wells.push_back(r.position);
  if (wells.size() == 1)
    return wells.front();
  throw BadInput((wells.empty()
                      ? "the drift has no stable rest point "
                      : "the drift has " + std::to_string(wells.size()) + " stable rest points ") +
                 (within ? "within the set that the way begins in" : "outside the exit set") +
                 ", so that the way out has no beginning; " +
                 (within ? "take another frame" : "give a start"));
}

} // namespace

void check_way_out(const Domain& domain, const Region& exit, const GridShape& otherwise) {
  if (otherwise.mesh)
    throw BadInput("a mesh has no frame to turn; take a grid on a rectangle");
  if (otherwise.grading)
    throw BadInput("graded cells have no one proportion; leave out the grading");
  if (domain.periodic(0) || domain.periodic(1))
    throw BadInput("periodic sides need an unturned grid; take that of the axes");
  if (exit.empty() && !domain.absorbing())
    throw BadInput("there is no way out to follow; give an exit set or an absorbing boundary");
}

WayOutFrame way_out_frame(const Problem& problem, const Domain& domain, const PathEnds& ends,
                          const GridShape& otherwise) {
  check_way_out(domain, ends.exit, otherwise);
  const RestPoint from = settle(problem.coefficients, domain, ends.start, "the start");
  if (!domain.contains(from.position) || inside(ends.exit, from.position))
    throw BadInput("the drift carries the start " + point_text(ends.start) +
                   " out, so that no way leads out against it; take another frame");
  const std::vector<Climb> way = climbs_of_way_out(problem, domain, ends);
  const ActionLoss before = action_loss(way, domain, otherwise);
  WayOutFrame out{otherwise, false, before.fine};
  std::map<int, double> plain; // barriers of trials without turning
  double gained = 0;           // of log τ by out.shape, in its trial
  for (const GridShape& shape : momentum_frames(way, domain, otherwise)) {
    const ActionLoss after = action_loss(way, domain, shape);
    // On both: the errors that coarser grids give are stated.
    if (before.fine + before.coarse - after.fine - after.coarse < 2 * worth_turning)
      continue;
    const int coarser = divisor_for_trial(shape);
    if (!plain.contains(coarser))
      plain[coarser] = trial_barrier(problem, domain, otherwise, ends, coarser);
    const double gain =
        coarser * (trial_barrier(problem, domain, shape, ends, coarser) - plain[coarser]);
    if (gain > gained + (out.turned ? coarser : -coarser) * trial_error)
      out = {shape, true, after.fine}, gained = gain;
  }
  if (out.turned && out.shape.transport == Transport::automatic)
    out.shape.transport = Transport::edges;
  return out;
}

Vec2 well_within(const Problem& problem, const Domain& domain, const Region& set) {
  return only_well(problem, domain, set, true);
}

Vec2 well_beside(const Problem& problem, const Domain& domain, const Region& set) {
  return only_well(problem, domain, set, false);
}

} // namespace escapade
