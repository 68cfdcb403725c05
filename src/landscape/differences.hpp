// Derivatives of drift and noise by central differences of fourth order,
//   f′ ≈ ( f(−2h) − 8 f(−h) + 8 f(h) − f(2h) ) / 12h,   h = 3e-4 of the box,
// whose error h⁴ f⁗′/30 and whose rounding are both about 1e-13 of f in units of the box.
#pragma once

#include "landscape/flow.hpp"

#include <array>

namespace escapade {

/// Values at a point, then at four places along x and four along y.
using Around = std::array<double, 9>;

/// b₁, b₂, D₁₁, D₁₂, D₂₂, behind periodic sides too.
inline std::array<Around, 5> around(const Field& coefficients, const Domain& domain, Vec2 point) {
  const Vec2 p = between_sides(domain, point);
  const double ex = 3e-4 * domain.width(), ey = 3e-4 * domain.height();
  const Around x{p.x, p.x - 2 * ex, p.x - ex, p.x + ex, p.x + 2 * ex, p.x, p.x, p.x, p.x},
      y{p.y, p.y, p.y, p.y, p.y, p.y - 2 * ey, p.y - ey, p.y + ey, p.y + 2 * ey};
  std::array<Around, 5> v;
  coefficients(9, x.data(), y.data(), v[0].data());
  return v;
}

/// ∂f/∂x, ∂f/∂y.
inline Vec2 slopes(const Domain& domain, const Around& f) {
  const auto by = [&f](std::size_t k, double e) {
    return (f[k] - f[k + 3] + 8 * (f[k + 2] - f[k + 1])) / (12 * e);
  };
  return {by(1, 3e-4 * domain.width()), by(5, 3e-4 * domain.height())};
}

} // namespace escapade
