#include "paths/exits/boundary.hpp"

#include <algorithm>
#include <cmath>

namespace escapade::lanes {
namespace {

/// Signed distance by which a coordinate lies beyond a side of kind `wanted`; 0 if inside.
double beyond(double value, double low, double high, Boundary at_low, Boundary at_high,
              Boundary wanted) {
  if (value < low && at_low == wanted)
    return value - low;
  if (value > high && at_high == wanted)
    return value - high;
  return 0;
}

double beyond_x(const Domain& d, double x, Boundary wanted) {
  return beyond(x, d.x0, d.x1, d.boundary[0], d.boundary[1], wanted);
}

double beyond_y(const Domain& d, double y, Boundary wanted) {
  return beyond(y, d.y0, d.y1, d.boundary[2], d.boundary[3], wanted);
}

} // namespace

Vec2 nearest(const Domain& d, Vec2 p) {
  return {std::clamp(p.x, d.x0, d.x1), std::clamp(p.y, d.y0, d.y1)};
}

bool bring_inside(const Domain& domain, Sym2 d, Vec2& p) {
  using enum Boundary;
  const double w = domain.width(), h = domain.height();
  if (std::fabs(beyond_x(domain, p.x, reflecting) + beyond_x(domain, p.x, periodic)) > w ||
      std::fabs(beyond_y(domain, p.y, reflecting) + beyond_y(domain, p.y, periodic)) > h)
    return false;

  // D n = (D₁₁, D₁₂) at a side of x: slope of the way back; without noise across the side, n itself
  const double slope_x = d.xx > 0 ? d.xy / d.xx : 0, slope_y = d.yy > 0 ? d.xy / d.yy : 0;
  if (const double e = beyond_x(domain, p.x, reflecting); e != 0)
    p = p - 2 * e * Vec2{1, slope_x};
  if (const double e = beyond_y(domain, p.y, reflecting); e != 0)
    p = p - 2 * e * Vec2{slope_y, 1};
  if (beyond_x(domain, p.x, periodic) != 0)
    p.x -= w * std::floor((p.x - domain.x0) / w);
  if (beyond_y(domain, p.y, periodic) != 0)
    p.y -= h * std::floor((p.y - domain.y0) / h);

  // In a corner that is acute as D sees it, mirroring can throw the path across the other side
  // again: then it is put onto that side, or into the corner, which is what the reflected process
  // does there.
  if (const double e = beyond_x(domain, p.x, reflecting); e != 0)
    p = p - e * Vec2{1, slope_x};
  if (const double e = beyond_y(domain, p.y, reflecting); e != 0)
    p = p - e * Vec2{slope_y, 1};
  p.x -= beyond_x(domain, p.x, reflecting) + beyond_x(domain, p.x, periodic);
  p.y -= beyond_y(domain, p.y, reflecting) + beyond_y(domain, p.y, periodic);
  return true;
}

} // namespace escapade::lanes
