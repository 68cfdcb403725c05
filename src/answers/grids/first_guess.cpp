#include "answers/grids/nested.hpp"

#include "quantities/evolution/lagrange.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>

namespace escapade {

namespace {

/// Rows [low, high) of a lattice.
struct Window {
  std::int64_t low, high;
};

/// The rows that `count` cells from `first` on lie in.
Window rows_of(const Grid& grid, std::int64_t first, std::int64_t count) {
  if (count == grid.unknowns())
    return {0, grid.cells[1]};
  return {grid.cell(first) / grid.cells[0], grid.cell(first + count - 1) / grid.cells[0] + 1};
}

/// Values at all places of those rows from their cells', which begin with `first`; places without a
/// cell take the mean of what the lines of their neighbours lead to, ring after ring around the
/// cells.
std::vector<double> spread_out(const Grid& grid, Window rows, const std::vector<double>& values,
                               std::int64_t first) {
  const std::int64_t begin = rows.low * grid.cells[0], end = rows.high * grid.cells[0];
  std::vector<double> at(static_cast<std::size_t>(end - begin),
                         std::numeric_limits<double>::quiet_NaN());
  std::vector<char> known(at.size(), 0);
  std::vector<std::int32_t> ring, next;
  const auto neighbour = [&](std::int64_t p, int di, int dj) -> std::int64_t {
    const std::int64_t c = begin + p;
    const std::int64_t n = grid.lattice_cell(c % grid.cells[0] + di, c / grid.cells[0] + dj);
    return n < begin || n >= end ? -1 : n - begin;
  };
  constexpr int axes[4][2] = {{1, 0}, {-1, 0}, {0, 1}, {0, -1}};
  const auto around = [&](std::int64_t p) { // the unknown places next to a known one
    for (const auto& [di, dj] : axes)
      if (const std::int64_t n = neighbour(p, di, dj); n >= 0 && !known[n])
        next.push_back(static_cast<std::int32_t>(n));
  };
  for (std::size_t k = 0; k < values.size(); ++k) {
    const std::int64_t p = grid.cell(first + static_cast<std::int64_t>(k)) - begin;
    at[p] = values[k], known[p] = 1;
  }
  if (values.size() < at.size())
    for (std::size_t p = 0; p < at.size(); ++p)
      if (known[p])
        around(static_cast<std::int64_t>(p));
  while (!next.empty()) {
    std::sort(next.begin(), next.end());
    next.erase(std::unique(next.begin(), next.end()), next.end());
    ring.swap(next);
    next.clear();
    for (std::int32_t c : ring) {
      double line = 0, flat = 0;
      int lines = 0, flats = 0;
      for (const auto& [di, dj] : axes) {
        const std::int64_t one = neighbour(c, di, dj), two = neighbour(c, 2 * di, 2 * dj);
        if (one < 0 || !known[one])
          continue;
        flat += at[one], ++flats;
        if (two >= 0 && known[two])
          line += 2 * at[one] - at[two], ++lines;
      }
      at[c] = lines > 0 ? line / lines : flat / flats;
    }
    for (std::int32_t c : ring)
      known[c] = 1;
    for (std::int32_t c : ring)
      around(c);
  }
  return at;
}

/// For one coordinate of `to`: the cells of `from` it is interpolated between, with weights.
struct Nodes {
  std::array<std::int64_t, 4> cell{};
  std::array<double, 4> weight{};
};

/// Position along an axis in cells of `from` (0 is the centre of cell 0) of a centre of `to`.
double position(std::size_t axis, const Grid& to, std::int64_t i, const Grid& from) {
  const double zeta = to.coordinate(axis, static_cast<double>(i) + 0.5);
  return (from.map[axis] ? from.map[axis]->inverse(zeta)
                         : (zeta - from.corner[axis]) / from.h[axis]) -
         0.5;
}

std::vector<Nodes> nodes_along(std::size_t axis, const Grid& to, const Grid& from) {
  const std::int64_t n = from.cells[axis];
  const int width = static_cast<int>(std::min<std::int64_t>(4, n));
  const bool around = from.domain.periodic(static_cast<int>(axis));
  std::vector<Nodes> nodes(to.cells[axis]);
  for (std::int64_t i = 0; i < to.cells[axis]; ++i) {
    const double t = position(axis, to, i, from);
    std::int64_t base = static_cast<std::int64_t>(std::floor(t)) - width / 2 + 1;
    if (!around)
      base = std::clamp<std::int64_t>(base, 0, n - width);
    const auto w = lagrange(width, t - static_cast<double>(base));
    for (int a = 0; a < width; ++a) {
      nodes[i].cell[a] = ((base + a) % n + n) % n;
      nodes[i].weight[a] = static_cast<double>(w[a]);
    }
  }
  return nodes;
}

} // namespace

RowRange cells_to_know(const Grid& to, std::int64_t first, std::int64_t last, const Grid& from) {
  if (first >= last)
    return {0, 0};
  if (from.domain.periodic(1))
    return {0, from.unknowns()};
  constexpr std::int64_t more = 8; // 2 for the interpolation
  const auto row = [&](std::int64_t u) { return to.cell(u) / to.cells[0]; };
  const auto at = [&](std::int64_t j) {
    return static_cast<std::int64_t>(std::floor(position(1, to, j, from)));
  };
  const std::int64_t n = from.cells[1];
  const std::int64_t low = std::clamp<std::int64_t>(at(row(first)) - more, 0, n - 1);
  const std::int64_t high = std::clamp<std::int64_t>(at(row(last - 1)) + more + 1, low + 1, n);
  return {from.numbering.unknowns_before(low * from.cells[0]),
          from.numbering.unknowns_before(high * from.cells[0])};
}

std::vector<double> log_values_on(const Grid& to, std::int64_t first, std::int64_t last,
                                  const Grid& from, const std::vector<double>& log_values,
                                  std::int64_t known) {
  std::vector<double> out(last - first, std::numeric_limits<double>::quiet_NaN());
  if (log_values.empty())
    return out;
  const Window rows = rows_of(from, known, static_cast<std::int64_t>(log_values.size()));
  const std::vector<double> at = spread_out(from, rows, log_values, known);
  const std::vector<Nodes> x = nodes_along(0, to, from), y = nodes_along(1, to, from);
  for (std::int64_t u = first; u < last; ++u) {
    const std::int64_t c = to.cell(u);
    const Nodes &i = x[c % to.cells[0]], &j = y[c / to.cells[0]];
    double sum = 0;
    for (std::size_t b = 0; b < 4; ++b) {
      if (j.weight[b] == 0)
        continue;
      // A row of cells alone, beyond which nothing is known, goes on as it is.
      const std::int64_t row = std::clamp(j.cell[b], rows.low, rows.high - 1) - rows.low;
      double line = 0;
      for (std::size_t a = 0; a < 4; ++a)
        line += i.weight[a] * at[i.cell[a] + from.cells[0] * row];
      sum += j.weight[b] * line;
    }
    out[u - first] = sum;
  }
  return out;
}

} // namespace escapade
