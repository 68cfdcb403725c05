// Distances from an exit set's boundary for the Brownian bridge between the ends of a step. Private
// to paths.
//
// The bridge's laws (exits.hpp) hold for the distance in the metric D⁻¹, in which the noise is the
// same in all directions: for φ = 0 straight and φ linear it is φ/√g, g = ∇φᵀD∇φ. On a curved
// boundary, or with a φ that is no distance, φ/√g is off by O(distance²), which biases exit times
// by O(Δt) and more. Here Newton's steps −(φ/g) D∇φ are followed onto φ = 0, and their sum is
// measured: off by O(distance³). The drift that a curved boundary adds to the distance cancels from
// the bridge.
#pragma once

#include "escapade/problem/field.hpp"
#include "escapade/problem/plane.hpp"

#include <vector>

namespace escapade::lanes {

/// One end of a step as one curve sees it; D is that of the step.
struct CurveEnd {
  Vec2 at;
  double phi = 0;
  Vec2 gradient;
  Sym2 d;
};

/// Finds distances; keeps its memory, since few ends are asked for at a time, and often.
class Ruler {
public:
  /// Signed distances, negative inside, units √(D time): distance[k] of ends[k]. Where there is no
  /// noise across the level set of φ, −∞ (φ < 0) or +∞.
  void measure(const Field& phi_and_gradient, const std::vector<CurveEnd>& ends,
               std::vector<double>& distance);

private:
  struct Search { // for the foot of one end: at − D sum
    std::size_t end;
    Vec2 sum;
  };
  std::vector<double> x_, y_, values_;
  std::vector<Search> open_;
};

/// Probability that a bridge with both ends inside has been outside in between.
double unseen_crossing(double distance0, double distance1, double dt);

} // namespace escapade::lanes
