// The most probable path of a rare event and its cost: minimiser of the geometric action
//   S[φ] = ½ ∫ ( |b|_{D⁻¹} |φ′|_{D⁻¹} − b·D⁻¹φ′ ) ds,   |v|²_{D⁻¹} = v·D⁻¹v,
// for dθ = b dt + √2 σ dW, D = σσᵀ(θ). S depends on the curve alone, not on its parameter, and not
// on a common positive factor of b and D. log(rate) ≈ −S; for b = −∇V, D = T I it is ΔV/T.
// Heymann & Vanden-Eijnden 2008, doi:10.1002/cpa.20238.
//
// The curve is a polygon; b and D are taken at two Gauss points of each side. Its corners move
// across the curve only, by Newton's method on the tridiagonal second derivative; they are spread
// evenly again between steps. The error is O(n⁻²) in the number n of sides.
#pragma once

#include "escapade/problem/domain.hpp"
#include "escapade/problem/field.hpp"
#include "escapade/problem/region.hpp"

#include <string>
#include <vector>

namespace escapade {

struct ActionPath {
  std::vector<Vec2> points;
  std::vector<double> action;    // along the path, 0 at its first point
  std::vector<Vec2> rest_points; // where the path pauses on its way, e.g. saddles
  double total() const { return action.back(); }
};

/// S along a polygon, at each of its corners. Infinite where the noise is singular and the path
/// goes where it does not act.
std::vector<double> action_along(const Field& coefficients, const std::vector<Vec2>& points);

/// The (local) minimiser that a guess leads to, with `sides` sides. Its first point stays; so does
/// its last, or it slides along the boundary of `part` (φ = 0) where one is given. Where the path
/// comes by a rest point of the drift it is led through it. NotTrusted where the iteration does not
/// converge or the path leaves the box.
ActionPath minimum_action_path(const Field& coefficients, const Domain& domain,
                               const std::vector<Vec2>& guess, int sides, const Part* part);

/// `count` + 1 points evenly spread over a polygon, by cubic interpolation.
std::vector<Vec2> spread_evenly(const std::vector<Vec2>& points, int count, const Domain& domain);

} // namespace escapade
