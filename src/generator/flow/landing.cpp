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

/// What a place of the lattice is to a jump.
struct Corner {
  Vec2 centre;
  std::int32_t unknown = -1;
  int part = -1;
  bool live() const { return unknown >= 0; }
  bool ends() const { return unknown < 0 && part >= 0; }
};

Corner corner_at(const Grid& grid, const Ends& ends, std::int64_t i, std::int64_t j) {
  Corner c;
  c.centre = grid.centre(i, j);
  const std::int64_t cell = grid.lattice_cell(i, j);
  c.unknown = cell < 0 ? -1 : grid.unknown(cell);
  if (c.unknown < 0)
    c.part = ends.part(c.centre);
  return c;
}

/// The fraction of the way from a live corner to one in the exit set before that set.
double cut_between(const Ends& ends, const Corner& live, const Corner& dead) {
  double low = 0, high = 1;
  for (int k = 0; k < 26; ++k) {
    const double s = 0.5 * (low + high);
    (ends.part(live.centre + s * (dead.centre - live.centre)) >= 0 ? high : low) = s;
  }
  return high;
}

/// Linear interpolation between two corners, at the boundary where one lies behind it.
struct Pair {
  double low, high; // weights, sum 1
  double spread;    // twice its share of N·Δt
};

Pair pair_of(const Ends& ends, const Corner& low, const Corner& high, double share) {
  const auto whole = Pair{1 - share, share, share * (1 - share)};
  if (share == 0 || low.live() == high.live() || !(low.ends() || high.ends()))
    return whole;
  const bool up = high.ends(); // the way to the boundary leads there
  const double s = up ? cut_between(ends, low, high) : cut_between(ends, high, low);
  const double way = std::min(up ? share : 1 - share, s);
  const double dead = way / s;
  return {up ? 1 - dead : dead, up ? dead : 1 - dead, way * (s - way)};
}

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
  std::array<Corner, 4> corner; // (0, 0), (1, 0), (0, 1), (1, 1)
  for (std::size_t k = 0; k < 4; ++k)
    corner[k] = corner_at(grid, ends, x.low + static_cast<std::int64_t>(k % 2 && x.share > 0),
                          y.low + static_cast<std::int64_t>(k / 2 && y.share > 0));
  // Pairs lie along the axis on which each has a live corner, if there is one.
  const bool upwards =
      !(corner[0].live() || corner[1].live()) || !(corner[2].live() || corner[3].live());
  const std::size_t next = upwards ? 2 : 1, across = upwards ? 1 : 2;
  const double share = upwards ? y.share : x.share, other = upwards ? x.share : y.share;
  const std::array<Pair, 2> pair{pair_of(ends, corner[0], corner[next], share),
                                 pair_of(ends, corner[across], corner[across + next], share)};
  std::array<double, 4> weight;
  weight[0] = (1 - other) * pair[0].low, weight[next] = (1 - other) * pair[0].high;
  weight[across] = other * pair[1].low, weight[across + next] = other * pair[1].high;
  double there = 0;
  for (std::size_t k = 0; k < 4; ++k)
    there += corner[k].live() || corner[k].ends() ? weight[k] : 0;
  if (there == 0) // between cells that carry nothing: it stays
    return {};
  for (std::size_t k = 0; k < 4; ++k) {
    const Corner& c = corner[k];
    const double rate = arrival.rate * weight[k] / there;
    if (!(rate > 0) || c.unknown == from)
      continue;
    if (c.ends())
      kill(c.part, rate);
    if (!c.live())
      continue;
    row.jumps.emplace_back(c.unknown, rate);
    reach = std::max(reach, cells_apart(grid, grid.cell(from), c.unknown));
  }
  const double along = 0.5 * arrival.rate * ((1 - other) * pair[0].spread + other * pair[1].spread),
               beside = 0.5 * arrival.rate * other * (1 - other);
  return upwards ? Vec2{beside, along} : Vec2{along, beside};
}

} // namespace escapade
