// The edges of a basin as lines through the corners of its cells.
#include "landscape/basins.hpp"

#include <map>

namespace escapade {

namespace {

struct Corner {
  std::int64_t i = 0, j = 0;
  auto operator<=>(const Corner&) const = default;
};
Corner operator+(Corner a, Corner b) {
  return {a.i + b.i, a.j + b.j};
}
std::int64_t cross(Corner a, Corner b) {
  return a.i * b.j - a.j * b.i;
}

/// Directed sides by the corner they begin at, the basin to their left: each is a step.
using Sides = std::multimap<Corner, Corner>;

/// The same corner between periodic sides.
Corner wrapped(const Grid& grid, Corner c) {
  const auto between = [](std::int64_t k, std::int64_t n) { return ((k % n) + n) % n; };
  return {grid.domain.periodic(0) ? between(c.i, grid.cells[0]) : c.i,
          grid.domain.periodic(1) ? between(c.j, grid.cells[1]) : c.j};
}

Sides sides_of(const Grid& grid, const std::vector<int>& label, int which) {
  const auto inside = [&](std::int64_t i, std::int64_t j) {
    const std::int64_t cell = grid.lattice_cell(i, j);
    const std::int32_t u = cell < 0 ? -1 : grid.unknown(cell);
    return u >= 0 && label[static_cast<std::size_t>(u)] == which;
  };
  Sides sides;
  const auto add = [&](Corner from, Corner step) { sides.insert({wrapped(grid, from), step}); };
  for (std::int64_t unknown = 0; unknown < grid.unknowns(); ++unknown) {
    const std::int64_t c = grid.cell(unknown), i = c % grid.cells[0], j = c / grid.cells[0];
    if (!inside(i, j))
      continue;
    if (!inside(i, j - 1))
      add({i, j}, {1, 0});
    if (!inside(i + 1, j))
      add({i + 1, j}, {0, 1});
    if (!inside(i, j + 1))
      add({i + 1, j + 1}, {-1, 0});
    if (!inside(i - 1, j))
      add({i, j + 1}, {0, -1});
  }
  return sides;
}

/// Takes the side that goes on from `at`: where two cells touch at a corner, the one to the left.
Corner take_next(Sides& sides, Corner at, Corner before) {
  const auto [low, high] = sides.equal_range(at);
  auto chosen = low;
  for (auto it = low; it != high; ++it)
    if (cross(before, it->second) > cross(before, chosen->second))
      chosen = it;
  const Corner step = chosen->second;
  sides.erase(chosen);
  return step;
}

} // namespace

std::vector<std::vector<Vec2>> basin_boundary(const Grid& grid, const std::vector<int>& label,
                                              int which) {
  Sides sides = sides_of(grid, label, which);
  const Vec2 origin = grid.centre(0, 0) - 0.5 * (grid.edge(1, 0) + grid.edge(0, 1));
  const auto place = [&](Corner c) {
    return origin + static_cast<double>(c.i) * grid.edge(1, 0) +
           static_cast<double>(c.j) * grid.edge(0, 1);
  };
  std::vector<std::vector<Vec2>> out;
  while (!sides.empty()) {
    const Corner first = sides.begin()->first;
    Corner at = first, before{};
    std::vector<Vec2> line{place(at)};
    const auto begin_anew = [&](Corner from) { // at the other one of two periodic sides
      if (line.size() > 1)
        out.push_back(std::move(line));
      line = {place(from)};
    };
    do {
      before = take_next(sides, at, before);
      if ((grid.domain.periodic(0) && at.i + before.i < 0) ||
          (grid.domain.periodic(1) && at.j + before.j < 0)) {
        at = {at.i + (before.i < 0 ? grid.cells[0] : 0), at.j + (before.j < 0 ? grid.cells[1] : 0)};
        begin_anew(at);
      }
      const Corner next = at + before;
      line.push_back(place(next));
      at = wrapped(grid, next);
      if (at != next && at != first)
        begin_anew(at);
    } while (at != first);
    if (line.size() > 1)
      out.push_back(std::move(line));
  }
  return out;
}

} // namespace escapade
