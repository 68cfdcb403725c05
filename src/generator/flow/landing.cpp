#include "generator/flow/landing.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

namespace escapade {

namespace {

/// A position between the centres of two neighbouring cells.
struct Between {
  std::int64_t low;
  double share; // of the higher one
};

Between between(const Grid& grid, std::size_t axis, double t) {
  if (!grid.domain.periodic(static_cast<int>(axis)))
    t = std::clamp(t, 0.0, static_cast<double>(grid.cells[axis] - 1));
  const double low = std::floor(t), share = t - low;
  constexpr double nothing = 1e-9; // far below what a streamline's error moves it by
  if (share < nothing)
    return {static_cast<std::int64_t>(low), 0};
  if (share > 1 - nothing)
    return {static_cast<std::int64_t>(low) + 1, 0};
  return {static_cast<std::int64_t>(low), share};
}

struct Corner {
  std::int64_t i, j;
  double weight;
  std::int32_t unknown;
  int part;
};

int cells_apart(const Grid& grid, std::int64_t c, std::int32_t to) {
  const std::int64_t t = grid.cell(to), n0 = grid.cells[0], n1 = grid.cells[1];
  std::int64_t i = std::abs(c % n0 - t % n0), j = std::abs(c / n0 - t / n0);
  if (grid.domain.periodic(0))
    i = std::min(i, n0 - i);
  if (grid.domain.periodic(1))
    j = std::min(j, n1 - j);
  return static_cast<int>(std::max(i, j));
}

} // namespace

Vec2 land(const Grid& grid, const Ends& ends, const Arrival& arrival, std::int32_t local,
          std::int32_t from, Row& row, int& reach) {
  const auto kill = [&](int part, double rate) {
    row.killing += rate;
    row.kills.push_back({local, part, rate});
  };
  if (arrival.part >= 0) {
    kill(arrival.part, arrival.rate);
    return {};
  }
  const Between x = between(grid, 0, arrival.at.x), y = between(grid, 1, arrival.at.y);
  std::array<Corner, 4> corner;
  double there = 0;
  for (int k = 0; k < 4; ++k) {
    Corner& c = corner[static_cast<std::size_t>(k)];
    c = {x.low + k % 2, y.low + k / 2,
         (k % 2 ? x.share : 1 - x.share) * (k / 2 ? y.share : 1 - y.share), -1, -1};
    if (c.weight == 0)
      continue;
    const std::int64_t cell = grid.lattice_cell(c.i, c.j);
    c.unknown = cell < 0 ? -1 : grid.unknown(cell);
    if (c.unknown < 0)
      c.part = ends.part(grid.centre(c.i, c.j));
    if (c.unknown >= 0 || c.part >= 0)
      there += c.weight;
  }
  if (there == 0) // between cells that carry nothing: it stays
    return {};
  for (const Corner& c : corner) {
    const double rate = arrival.rate * c.weight / there;
    if (c.part >= 0 && c.unknown < 0 && rate > 0)
      kill(c.part, rate);
    if (c.unknown < 0 || c.unknown == from || !(rate > 0))
      continue;
    row.jumps.emplace_back(c.unknown, rate);
    reach = std::max(reach, cells_apart(grid, grid.cell(from), c.unknown));
  }
  return {0.5 * arrival.rate * x.share * (1 - x.share),
          0.5 * arrival.rate * y.share * (1 - y.share)};
}

} // namespace escapade
