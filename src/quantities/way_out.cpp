#include "escapade/quantities/way_out.hpp"

#include <algorithm>
#include <cmath>

namespace escapade {

namespace {

/// Velocity of the time-reversed chain in each cell.
std::vector<Vec2> reversed_velocity(const Cells& grid, const Generator& G,
                                    const LogVector& log_mu) {
  std::vector<Vec2> v(static_cast<std::size_t>(G.rows()));
  for (std::int32_t y = 0; y < G.rows(); ++y)
    for (std::int64_t q = G.row_start[y]; q < G.row_start[y + 1]; ++q) {
      const std::int32_t x = G.column[q];
      const auto rate = static_cast<double>(G.rate[q] * std::exp(log_mu[y] - log_mu[x]));
      if (std::isfinite(rate))
        v[x] = v[x] + rate * grid.step(x, y);
    }
  return v;
}

} // namespace

WayOut way_out(const Cells& grid, const Generator& G, const LogVector& log_mu) {
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
  Vec2 at = grid.centre(last);
  const auto most = static_cast<std::int64_t>(40 * std::sqrt(static_cast<double>(G.rows())) + 1000);
  for (std::int64_t step = 0; step < most; ++step) {
    const std::int32_t x = grid.cell_at(at);
    if (x < 0)
      break; // the line has grazed a wall
    way.points.push_back(at);
    way.cells.push_back(x);
    const double speed = norm(v[x]);
    if (log_mu[x] >= lingering || !(speed > 0))
      break;
    at = at + (0.5 * grid.width(x, v[x]) / speed) * v[x];
  }
  std::reverse(way.points.begin(), way.points.end());
  std::reverse(way.cells.begin(), way.cells.end());
  return way;
}

} // namespace escapade
