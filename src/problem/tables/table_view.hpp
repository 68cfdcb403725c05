// A table as evaluators see it: the interpreter through value_of, machine code through the same in
// C (expression/c_source.cpp), which shares this layout.
#pragma once

#include <cmath>

namespace escapade {

struct TableView {
  double x0, y0, per_x, per_y; // lattice coordinate u = (x − x0)·per_x
  const double* node; // 4 a node: f, ∂f/∂u, ∂f/∂v, ∂²f/∂u∂v; (cells_x + 1) nodes a row
  int cells_x, cells_y, periodic_x, periodic_y;
};

/// The highest order of a derivative along an axis that does not vanish.
inline constexpr int highest_order = 3;

/// Hermite's polynomials at 0 ≤ s ≤ 1, or their derivatives: of the value and the slope at 0, and
/// at 1.
struct Hermite {
  double value0, slope0, value1, slope1;
};
inline Hermite hermite(double s, int order) {
  const double r = 1 - s;
  switch (order) {
  case 0:
    return {(1 + 2 * s) * r * r, s * r * r, s * s * (3 - 2 * s), -s * s * r};
  case 1:
    return {-6 * s * r, r * (1 - 3 * s), 6 * s * r, s * (3 * s - 2)};
  case 2:
    return {12 * s - 6, 6 * s - 4, 6 - 12 * s, 6 * s - 2};
  default:
    return {12, 6, -12, 6};
  }
}

/// Lattice coordinate, within the lattice.
inline double lattice_coordinate(double x, double x0, double per_x, int cells, bool periodic) {
  double u = (x - x0) * per_x;
  if (periodic)
    u -= cells * std::floor(u / cells);
  return u < 0 ? 0 : u > cells ? cells : u;
}

/// Number of the rectangle; any where the coordinate is not a number.
inline int cell_of(double u, int cells) {
  return static_cast<int>(u < cells ? u : cells - 1);
}

inline double value_of(const TableView& t, double x, double y, int order_x, int order_y) {
  const double u = lattice_coordinate(x, t.x0, t.per_x, t.cells_x, t.periodic_x != 0);
  const double v = lattice_coordinate(y, t.y0, t.per_y, t.cells_y, t.periodic_y != 0);
  const int i = cell_of(u, t.cells_x), j = cell_of(v, t.cells_y);
  const Hermite p = hermite(u - i, order_x), q = hermite(v - j, order_y);
  const double* low = t.node + 4 * (static_cast<long>(j) * (t.cells_x + 1) + i);
  const double* high = low + 4 * (t.cells_x + 1);
  const auto along = [&](const double* f) { // value and slope across, at the row
    return Hermite{p.value0 * f[0] + p.slope0 * f[1] + p.value1 * f[4] + p.slope1 * f[5],
                   p.value0 * f[2] + p.slope0 * f[3] + p.value1 * f[6] + p.slope1 * f[7], 0, 0};
  };
  const Hermite below = along(low), above = along(high);
  double f = q.value0 * below.value0 + q.slope0 * below.slope0 + q.value1 * above.value0 +
             q.slope1 * above.slope0;
  for (int k = 0; k < order_x; ++k)
    f *= t.per_x;
  for (int k = 0; k < order_y; ++k)
    f *= t.per_y;
  return f;
}

} // namespace escapade
