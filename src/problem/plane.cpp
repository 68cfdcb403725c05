#include "escapade/problem/plane.hpp"

#include <cstdio>
#include <numbers>

namespace escapade {

Eigen2 eigen(Sym2 a) {
  // The larger root by magnitude is formed without cancellation, the other from the determinant.
  const double half_trace = 0.5 * (a.xx + a.yy), half_gap = 0.5 * (a.xx - a.yy);
  const double radius = std::hypot(half_gap, a.xy);
  double low = half_trace - radius, high = half_trace + radius;
  if (half_trace > 0 && high > 0)
    low = determinant(a) / high;
  else if (half_trace < 0 && low < 0)
    high = determinant(a) / low;
  if (radius == 0)
    return {{low, high}, 0.0};
  double angle = 0.5 * std::atan2(2 * a.xy, a.xx - a.yy) + 0.5 * std::numbers::pi; // of `low`
  if (angle > 0.5 * std::numbers::pi)
    angle -= std::numbers::pi;
  return {{low, high}, angle};
}

Vec2 in_frame(Vec2 v, double angle) {
  if (angle == 0)
    return v;
  const double c = std::cos(angle), s = std::sin(angle);
  return {c * v.x + s * v.y, -s * v.x + c * v.y};
}

Sym2 in_frame(Sym2 a, double angle) {
  if (angle == 0)
    return a;
  const double c = std::cos(angle), s = std::sin(angle);
  return {c * c * a.xx + 2 * c * s * a.xy + s * s * a.yy,
          c * s * (a.yy - a.xx) + (c * c - s * s) * a.xy,
          s * s * a.xx - 2 * c * s * a.xy + c * c * a.yy};
}

namespace {
bool tells_of_a_line = false;
}

void tell_points_on_a_line(bool line) {
  tells_of_a_line = line;
}

std::string point_text(Vec2 p) {
  char text[80];
  if (tells_of_a_line)
    std::snprintf(text, sizeof text, "%.6g", p.x);
  else
    std::snprintf(text, sizeof text, "(%.6g, %.6g)", p.x, p.y);
  return text;
}

} // namespace escapade
