// Private to this room: a polygon whose corners move across it, and the cost of its sides.
#pragma once

#include "escapade/problem/domain.hpp"
#include "escapade/problem/field.hpp"
#include "escapade/problem/region.hpp"
#include "landscape/flow.hpp"

#include <cmath>
#include <vector>

namespace escapade {

struct SlidingCurve {
  Field coefficients;
  Domain domain;
  std::vector<Vec2> points;
  std::vector<Vec2> normals;  // of length 1 in units of the box; tangent of the boundary at the end
  const Part* part = nullptr; // the last point lies on φ = 0 of it
  double scale = 0;           // ½ ∫ |b| |φ′| ds, what changes of S are compared with
};

/// S of the straight lines from from[i] to to[i].
std::vector<double> side_actions(const Field& coefficients, const std::vector<Vec2>& from,
                                 const std::vector<Vec2>& to);

/// ½ ∫ |b|_{D⁻¹} |φ′|_{D⁻¹} ds along the curve.
double cost_scale(const SlidingCurve& curve);

/// The directions in which the corners move.
void set_normals(SlidingCurve& curve);

/// Corner i moved by u across the curve; the last one is put back onto the part's boundary.
Vec2 moved(const SlidingCurve& curve, std::size_t i, double u);

/// Moves for difference quotients: a thousandth of the sides' length.
std::vector<double> difference_steps(const SlidingCurve& curve);

/// Longest over shortest side.
double unevenness(const SlidingCurve& curve);

/// The point of φ = 0 that Newton's method along ∇φ reaches.
Vec2 onto_boundary(const Part& part, Vec2 p);

} // namespace escapade
