// The box [x0, x1] × [y0, y1] that a problem lives in and what happens at its sides; less what is
// not part of the domain, whose border reflects.
#pragma once

#include "escapade/problem/field.hpp"
#include "escapade/problem/plane.hpp"

#include <array>

namespace escapade {

/// reflecting: no flux, J·n = 0 (trajectories are reflected along D n); absorbing: part of the exit
/// set; periodic: glued to the opposite side (always given for both).
enum class Boundary { reflecting, absorbing, periodic };

/// Sides are in the order x0, x1, y0, y1 throughout the project.
struct Domain {
  double x0 = 0, x1 = 1, y0 = 0, y1 = 1;
  std::array<Boundary, 4> boundary{Boundary::reflecting, Boundary::reflecting, Boundary::reflecting,
                                   Boundary::reflecting};
  /// One dimension: a strip of width 1 about y = 0, a single cell wide, with nothing across it.
  bool line = false;

  /// 1 component: positive where a point of the box belongs to the domain; empty: everywhere.
  Field inside = {};

  double width() const { return x1 - x0; }
  double height() const { return y1 - y0; }
  bool box_contains(Vec2 p) const { return p.x >= x0 && p.x <= x1 && p.y >= y0 && p.y <= y1; }
  bool contains(Vec2 p) const { return box_contains(p) && !in_hole(p); }
  bool in_hole(Vec2 p) const {
    double value = 1;
    if (inside)
      inside(1, &p.x, &p.y, &value);
    return !(value > 0);
  }
  bool periodic(int axis) const {
    return boundary[static_cast<std::size_t>(2 * axis)] == Boundary::periodic;
  }
  bool absorbing() const {
    for (Boundary b : boundary)
      if (b == Boundary::absorbing)
        return true;
    return false;
  }
};

/// The interval from x0 to x1.
inline Domain interval(double x0, double x1, Boundary low = Boundary::reflecting,
                       Boundary high = Boundary::reflecting) {
  return {x0, x1, -0.5, 0.5, {low, high, Boundary::reflecting, Boundary::reflecting}, true};
}

inline constexpr std::array<const char*, 4> side_names{"side x0", "side x1", "side y0", "side y1"};

} // namespace escapade
