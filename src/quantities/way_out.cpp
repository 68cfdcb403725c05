#include "quantities/way_out.hpp"

#include <algorithm>
#include <cmath>

namespace escapade {

namespace {

/// Velocity of the time-reversed chain in each own cell.
std::vector<Vec2> reversed_velocity(const Cells& grid, const Generator& G, const LogVector& log_mu,
                                    const Halo& halo) {
  std::vector<Vec2> v(static_cast<std::size_t>(G.rows()));
  const LogVector mu = halo.around(log_mu);
  const auto add = [&](std::int64_t x, std::size_t y, double jump, std::int32_t from) {
    const auto rate = static_cast<double>(jump * std::exp(mu[y] - mu[x]));
    if (std::isfinite(rate))
      v[x] = v[x] + rate * grid.step(static_cast<std::int32_t>(G.first + x), from);
  };
  for (std::int64_t y = 0; y < G.rows(); ++y)
    for (std::int64_t q = G.row_start[y]; q < G.row_start[y + 1]; ++q)
      if (const std::int64_t x = G.column[q] - G.first; x >= 0 && x < G.rows())
        add(x, static_cast<std::size_t>(y), G.rate[q], static_cast<std::int32_t>(G.first + y));
  for (const BorderEdge& e : halo.edges())
    if (e.in > 0)
      add(e.row, e.ghost, e.in, e.cell);
  return v;
}

/// The cell through which most killing happens, −1 where there is none; the lowest of equals.
std::int32_t last_cell(const Generator& G, const LogVector& log_mu, const Halo& halo) {
  std::int64_t last = -1;
  long double best = -INFINITY;
  for (std::int64_t x = 0; x < G.rows(); ++x)
    if (G.killing[x] > 0) {
      const long double share = log_mu[x] + std::log(static_cast<long double>(G.killing[x]));
      if (share > best)
        best = share, last = G.first + x;
    }
  if (!halo.alone()) {
    const long double top = halo.max(best);
    const std::int64_t lowest = -halo.max(last >= 0 && best == top ? -last : -G.size);
    last = lowest < G.size ? lowest : -1;
  }
  return static_cast<std::int32_t>(last);
}

/// What the rank that holds the line's end has added to it.
struct Segment {
  std::vector<Vec2> points;
  std::vector<std::int32_t> cells;
  Vec2 at; // where it goes on
  bool done = false;
};

void share(Segment& s, int from, const Ranks& ranks) {
  ranks.broadcast(from, s.points);
  ranks.broadcast(from, s.cells);
  MPI_Bcast(&s.at, 2, MPI_DOUBLE, from, ranks.comm());
  MPI_Bcast(&s.done, 1, MPI_CXX_BOOL, from, ranks.comm());
}

} // namespace

WayOut way_out(const Cells& grid, const Generator& G, const LogVector& log_mu, const Halo& halo) {
  WayOut way;
  const std::int32_t last = last_cell(G, log_mu, halo);
  if (last < 0)
    return way;
  const std::vector<Vec2> v = reversed_velocity(grid, G, log_mu, halo);
  long double top = -INFINITY;
  for (long double l : log_mu)
    top = std::max(top, l);
  const long double lingering = halo.max(top) - std::log(10.0L);
  const auto most = static_cast<std::size_t>(40 * std::sqrt(static_cast<double>(G.size)) + 1000);
  Segment s;
  s.at = grid.centre(last);
  while (!s.done && way.points.size() < most) {
    std::int32_t cell = grid.cell_at(s.at);
    if (cell < 0)
      break; // the line has grazed a wall
    const int holder = halo.alone() ? 0 : halo.owner(cell);
    s.points.clear();
    s.cells.clear();
    if (halo.rank() == holder)
      while (!s.done && way.points.size() + s.points.size() < most) {
        const std::int64_t x = cell - G.first;
        s.points.push_back(s.at);
        s.cells.push_back(cell);
        const double speed = norm(v[x]);
        s.done = log_mu[x] >= lingering || !(speed > 0);
        if (s.done)
          break;
        s.at = s.at + (0.5 * grid.width(cell, v[x]) / speed) * v[x];
        cell = grid.cell_at(s.at);
        if (cell < G.first || cell >= G.first + G.rows())
          break; // another rank's, or none
      }
    if (!halo.alone())
      share(s, holder, halo);
    way.points.insert(way.points.end(), s.points.begin(), s.points.end());
    way.cells.insert(way.cells.end(), s.cells.begin(), s.cells.end());
  }
  std::reverse(way.points.begin(), way.points.end());
  std::reverse(way.cells.begin(), way.cells.end());
  return way;
}

} // namespace escapade
