// Where streamlines end, and which sides hold them; private to this room.
//
// Between two steps of the integration a streamline is Hermite's cubic
//   x(s) = r²(1 + 2s) x₀ + s r² Δt b₀ + s²(1 + 2r) x₁ − s² r Δt b₁,    r = 1 − s,  0 ≤ s ≤ 1
// with the places x₀, x₁ and the drifts b₀, b₁ at its ends, Δt apart in the problem's unit of time;
// its error is of order 4 (Hairer, Nørsett, Wanner, Solving Ordinary Differential Equations I,
// section II.6). It ends at the least s with x(s) in the exit set or beyond an absorbing side.
#pragma once

#include "escapade/problem/domain.hpp"
#include "escapade/problem/region.hpp"

#include <vector>

namespace escapade {

/// A piece of a streamline: the cubic with these ends and drifts there.
struct Leg {
  Vec2 from, drift_from, to, drift_to;
  double time = 0;

  Vec2 point(double s) const {
    const double r = 1 - s;
    return (r * r * (1 + 2 * s)) * from + (s * r * r * time) * drift_from +
           (s * s * (1 + 2 * r)) * to + (-s * s * r * time) * drift_to;
  }
};

struct End {
  int part = -1; // of the exit set, absorbing sides after its parts; −1: the leg goes through
  double s = 1;  // fraction of the leg before it
};

class Ends {
public:
  Ends(const Domain& domain, const Region& exit);

  /// The point where it can be asked for the drift: behind periodic sides its image in the box,
  /// behind others that on the side.
  Vec2 inside(Vec2 p) const;
  /// Behind reflecting sides the point on the side, else the point.
  Vec2 kept(Vec2 p) const;
  /// The part of the exit that holds at the point, −1 for none.
  int part(Vec2 p) const;
  /// Of each leg where it first meets the exit: samples a quarter of it apart, then bisection.
  std::vector<End> first(const std::vector<Leg>& legs) const;

private:
  const Domain& domain_;
  const Region& exit_;
  bool absorbing_;

  std::vector<int> parts(const std::vector<Vec2>& points) const;
};

} // namespace escapade
