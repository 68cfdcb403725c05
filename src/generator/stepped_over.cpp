#include "generator/stepped_over.hpp"

#include <algorithm>
#include <cmath>

namespace escapade {

namespace {

/// Whether every cell around `cell` is one, and none of them has an edge that ends at a set.
bool untouched_around(const Grid& grid, const Generator& rows, const std::vector<char>& touched,
                      std::int32_t cell) {
  const std::int64_t c = grid.cell(cell), i = c % grid.cells[0], j = c / grid.cells[0];
  for (const std::int64_t dj : {-1, 0, 1})
    for (const std::int64_t di : {-1, 0, 1}) {
      const std::int64_t place = grid.lattice_cell(i + di, j + dj);
      if (place < 0)
        continue; // beyond the box
      const std::int32_t u = grid.unknown(place);
      if (u < rows.first || u >= rows.first + rows.rows() ||
          touched[static_cast<std::size_t>(u - rows.first)])
        return false; // in a set, of another rank, or beside a set
    }
  return true;
}

} // namespace

std::int32_t stepped_over(const Part& part, const Grid& grid, const Generator& rows,
                          const std::vector<char>& touched) {
  if (part.half_plane || !part.phi_and_gradient)
    return -1;
  constexpr std::int64_t block = 65536; // cells whose φ are held at once
  for (std::int64_t begin = 0; begin < rows.rows(); begin += block) {
    const auto n = static_cast<std::size_t>(std::min(block, rows.rows() - begin));
    std::vector<double> x(n), y(n), v(3 * n);
    const auto cell = [&](std::size_t i) {
      return static_cast<std::int32_t>(rows.first + begin + static_cast<std::int64_t>(i));
    };
    for (std::size_t i = 0; i < n; ++i) {
      const Vec2 p = grid.centre(cell(i));
      x[i] = p.x, y[i] = p.y;
    }
    part.phi_and_gradient(n, x.data(), y.data(), v.data());
    for (std::size_t i = 0; i < n; ++i) {
      const Vec2 along = in_frame(Vec2{v[n + i], v[2 * n + i]}, grid.angle),
                 at = grid.place(cell(i));
      const double reach =
          0.5 * (grid.side(0, at.x) * std::abs(along.x) + grid.side(1, at.y) * std::abs(along.y));
      if (v[i] < 0 && v[i] + reach > 0 &&
          (touched.empty() || untouched_around(grid, rows, touched, cell(i))))
        return cell(i);
    }
  }
  return -1;
}

std::string stepped_over_text(const Part& part, Vec2 place) {
  return "the set \"" + part.name + "\" may hold near " + point_text(place) +
         ", between cells, where no edge of the grid meets it";
}

} // namespace escapade
