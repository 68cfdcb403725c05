// The drift without noise, dθ/dt = b(θ): where it comes to rest and where it leads.
//
// `coefficients` has the components b₁, b₂, D₁₁, D₁₂, D₂₂ (Problem::coefficients). The Jacobian of
// b is taken by central differences. A rest point is stable where both eigenvalues of the Jacobian
// have negative real parts, a saddle where its determinant is negative.
#pragma once

#include "escapade/problem/domain.hpp"
#include "escapade/problem/field.hpp"

#include <array>
#include <cmath>
#include <optional>
#include <string>
#include <vector>

namespace escapade {

/// Length in units of the box.
inline double boxes(const Domain& d, Vec2 v) {
  return std::hypot(v.x / d.width(), v.y / d.height());
}

/// The nearest of the periodic images of a difference of two points.
inline Vec2 nearest_image(const Domain& d, Vec2 v) {
  return {d.periodic(0) ? std::remainder(v.x, d.width()) : v.x,
          d.periodic(1) ? std::remainder(v.y, d.height()) : v.y};
}

/// The image of a point between the periodic sides.
inline Vec2 between_sides(const Domain& d, Vec2 p) {
  if (d.periodic(0))
    p.x -= d.width() * std::floor((p.x - d.x0) / d.width());
  if (d.periodic(1))
    p.y -= d.height() * std::floor((p.y - d.y0) / d.height());
  return p;
}

/// A coordinate that is 0 as far as rounding tells becomes 0.
inline Vec2 rounded_to_zero(const Domain& d, Vec2 p) {
  return {std::abs(p.x) < 1e-15 * d.width() ? 0 : p.x,
          std::abs(p.y) < 1e-15 * d.height() ? 0 : p.y};
}

struct RestPoint {
  Vec2 position;
  std::array<double, 4> jacobian; // ∂b₁/∂x, ∂b₁/∂y, ∂b₂/∂x, ∂b₂/∂y
  enum class Type { stable, saddle, unstable } type = Type::stable;
};

/// The drift's rest point that Newton's method finds from `from`; nothing where it goes further
/// away than `reach` (in widths and heights of the domain) or does not converge.
std::optional<RestPoint> rest_point_near(const Field& coefficients, const Domain& domain, Vec2 from,
                                         double reach);

/// All regular rest points inside the box that a lattice of 128² cells gives away.
std::vector<RestPoint> rest_points(const Field& coefficients, const Domain& domain);

struct Flow {
  std::vector<Vec2> points;     // from the start on, about a hundredth of the box apart at most
  std::optional<RestPoint> end; // stable; empty where the flow left the domain or found no rest
};

/// Follows the drift from a point until it settles, or has left the box by half its size.
Flow follow_drift(const Field& coefficients, const Domain& domain, Vec2 from);

/// The stable rest point that the drift from `from` leads to; BadInput naming `option` if none.
RestPoint settle(const Field& coefficients, const Domain& domain, Vec2 from,
                 const std::string& option);

/// The two points beside a saddle from which the drift leaves it, 1e-4 of the box away.
std::array<Vec2, 2> beside_saddle(const RestPoint& saddle, const Domain& domain);

} // namespace escapade
