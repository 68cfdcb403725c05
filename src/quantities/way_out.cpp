#include "escapade/quantities/way_out.hpp"

#include <algorithm>
#include <cmath>

namespace escapade {

namespace {

/// Offset in cells from x to y, the shortest of the periodic images.
Vec2 cells_between(const Grid& grid, std::int32_t x, std::int32_t y) {
  const std::int64_t n[2] = {grid.cells[0], grid.cells[1]};
  const std::int64_t a = grid.cell[x], b = grid.cell[y];
  std::int64_t d[2] = {b % n[0] - a % n[0], b / n[0] - a / n[0]};
  for (int axis = 0; axis < 2; ++axis)
    if (grid.domain.periodic(axis) && 2 * std::abs(d[axis]) > n[axis])
      d[axis] -= d[axis] > 0 ? n[axis] : -n[axis];
  return {static_cast<double>(d[0]), static_cast<double>(d[1])};
}

/// Velocity of the time-reversed chain in each cell, in cells per unit time.
std::vector<Vec2> reversed_velocity(const Grid& grid, const Generator& G, const LogVector& log_mu) {
  std::vector<Vec2> v(static_cast<std::size_t>(G.rows()));
  for (std::int32_t y = 0; y < G.rows(); ++y)
    for (std::int64_t q = G.row_start[y]; q < G.row_start[y + 1]; ++q) {
      const std::int32_t x = G.column[q];
      const auto rate = static_cast<double>(G.rate[q] * std::exp(log_mu[y] - log_mu[x]));
      if (std::isfinite(rate))
        v[x] = v[x] + rate * cells_between(grid, x, y);
    }
  return v;
}

} // namespace

WayOut way_out(const Grid& grid, const Generator& G, const LogVector& log_mu) {
  WayOut way;
  std::int32_t last = -1;
  long double best = -INFINITY;
  for (std::int64_t x = 0; x < G.rows(); ++x)
    if (G.killing[x] > 0) {
      const long double share = log_mu[x] + std::log(static_cast<long double>(G.killing[x]));
      if (share > best)
        best = share, last = static_cast<std::int32_t>(x);
    }
  if (last < 0)
    return way;
  const std::vector<Vec2> v = reversed_velocity(grid, G, log_mu);
  const long double lingering = *std::max_element(log_mu.begin(), log_mu.end()) - std::log(10.0L);
  const std::int64_t c = grid.cell[last];
  Vec2 at{static_cast<double>(c % grid.cells[0]), static_cast<double>(c / grid.cells[0])};
  const std::int64_t most = 20 * (grid.cells[0] + grid.cells[1]);
  for (std::int64_t step = 0; step < most; ++step) {
    const std::int64_t cell = grid.lattice_cell(std::lround(at.x), std::lround(at.y));
    const std::int32_t x = cell < 0 ? -1 : grid.unknown[cell];
    if (x < 0)
      break; // the line has grazed a wall
    const Vec2 corner = grid.centre(0, 0);
    way.points.push_back(corner + at.x * grid.edge(1, 0) + at.y * grid.edge(0, 1));
    way.cells.push_back(x);
    const double speed = norm(v[x]);
    if (log_mu[x] >= lingering || !(speed > 0))
      break;
    at = at + (0.5 / speed) * v[x];
  }
  std::reverse(way.points.begin(), way.points.end());
  std::reverse(way.cells.begin(), way.cells.end());
  return way;
}

} // namespace escapade
