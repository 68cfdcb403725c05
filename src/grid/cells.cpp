#include "escapade/grid/cells.hpp"

#include <cmath>
#include <limits>

namespace escapade {

namespace {

/// Offset in lattice cells from u to v, the shortest of the periodic images.
std::array<std::int64_t, 2> offset(const Grid& grid, std::int32_t u, std::int32_t v) {
  const std::int64_t n = grid.cells[0], a = grid.cell[u], b = grid.cell[v];
  std::array<std::int64_t, 2> d{b % n - a % n, b / n - a / n};
  for (std::size_t axis = 0; axis < 2; ++axis)
    if (grid.domain.periodic(static_cast<int>(axis)) && 2 * std::abs(d[axis]) > grid.cells[axis])
      d[axis] -= d[axis] > 0 ? grid.cells[axis] : -grid.cells[axis];
  return d;
}

} // namespace

std::int64_t Cells::unknowns() const {
  return lattice()->unknowns();
}

std::int64_t Cells::isolated() const {
  return lattice()->isolated;
}

Vec2 Cells::centre(std::int32_t u) const {
  return lattice()->centre(u);
}

double Cells::area(std::int32_t u) const {
  return lattice()->cell_area(u);
}

double Cells::spacing() const {
  return std::sqrt(lattice()->cell_area());
}

Vec2 Cells::step(std::int32_t u, std::int32_t v) const {
  if (lattice()->graded())
    return centre(v) - centre(u);
  const auto d = offset(*lattice(), u, v);
  return lattice()->edge(static_cast<int>(d[0]), static_cast<int>(d[1]));
}

Vec2 Cells::to_face(std::int32_t u, std::int32_t v) const {
  if (!lattice()->graded())
    return 0.5 * step(u, v);
  const Vec2 middle = 0.5 * (lattice()->place(u) + lattice()->place(v));
  return lattice()->point(middle.x, middle.y) - centre(u);
}

void Cells::spread(std::int32_t u, std::vector<double>& x, std::vector<double>& y,
                   std::vector<double>& share) const {
  constexpr int fine = 8;
  const Vec2 t = lattice()->place(u);
  const auto shift = [](int k) { return 0.5 * (2 * k + 1 - fine) / fine; };
  for (int b = 0; b < fine; ++b)
    for (int a = 0; a < fine; ++a) {
      const Vec2 p = lattice()->point(t.x + shift(a), t.y + shift(b));
      x.push_back(p.x), y.push_back(p.y);
      share.push_back(1.0 / (fine * fine));
    }
}

double Cells::width(std::int32_t u, Vec2 direction) const {
  const Grid& grid = *lattice();
  const Vec2 d = in_frame(direction, grid.angle);
  const Vec2 t = grid.place(u);
  return norm(d) / std::hypot(d.x / grid.side(0, t.x), d.y / grid.side(1, t.y));
}

std::int32_t Cells::cell_at(Vec2 point) const {
  const Grid& grid = *lattice();
  const Vec2 at = grid.lattice_position(point);
  const std::int64_t cell = grid.lattice_cell(std::lround(at.x), std::lround(at.y));
  return cell < 0 ? -1 : grid.unknown[cell];
}

std::int32_t Cells::nearest(Vec2 point) const {
  const Grid& grid = *lattice();
  const Vec2 at = grid.lattice_position(point);
  std::int32_t found = 0;
  double least = std::numeric_limits<double>::infinity();
  for (std::int32_t u = 0; u < grid.unknowns(); ++u) {
    const std::int64_t c = grid.cell[u];
    const double distance = std::hypot(at.x - static_cast<double>(c % grid.cells[0]),
                                       at.y - static_cast<double>(c / grid.cells[0]));
    if (distance < least)
      least = distance, found = u;
  }
  return found;
}

void keep_unknowns(Cells& cells, const std::vector<char>& keep) {
  keep_unknowns(*cells.lattice(), keep);
}

} // namespace escapade
