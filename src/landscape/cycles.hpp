// Closed orbits of the drift without noise, dθ/dt = b(θ), that attract or repel their neighbours:
// limit cycles, fixed points of the map P of first returns to a section,
//   P(s) = s,   multiplier P′(s) = exp ∮ ∇·b dt   (Liouville's formula in the plane).
// A cycle in the plane encloses a rest point of index 1, so it crosses the half-line to the right
// of one. P(s) − s is looked at from 64 points of each such half-line, forwards in time for stable
// cycles and backwards for unstable ones. Rotations close only because a side is periodic: their
// section is that side. Two cycles between neighbouring points, and cycles that attract on one side
// alone, are not seen. L. Perko, Differential Equations and Dynamical Systems (2001), sections 3.3
// to 3.4, doi:10.1007/978-1-4613-0003-8.
#pragma once

#include "landscape/flow.hpp"

#include <array>
#include <vector>

namespace escapade {

struct LimitCycle {
  double period = 0, period_error = 0;
  double multiplier = 0, multiplier_error = 0;
  bool stable = true;         // multiplier < 1
  Vec2 point;                 // to the right of the rest point inside, or on the periodic side
  std::array<int, 2> winding; // times around the periodic axes; 0, 0 in the plane
  std::vector<Vec2> points;   // once around; not cut at periodic sides
  bool rotation() const { return winding[0] != 0 || winding[1] != 0; }
};

/// Those inside the box, the smaller period first. `rest` are the rest points there.
std::vector<LimitCycle> limit_cycles(const Field& coefficients, const Domain& domain,
                                     const std::vector<RestPoint>& rest);

/// The stable cycle that the drift from a point leads to; nothing if it leads to none.
std::optional<LimitCycle> cycle_from(const Field& coefficients, const Domain& domain, Vec2 from);

} // namespace escapade
