// Where paths of least action out of a focus or a limit cycle begin. They wind about it without
// end, but close to it the quasi-potential U is known: in z from a rest point and in ρ across a
// cycle of normal n,
//   U = ½ zᵀC⁻¹z,  A C + C Aᵀ + 2D = 0;      U = ρ²/(2C),  C′ = 2 (n·A n) C + 2 n·D n, periodic,
// A the Jacobian of the drift b, D the noise, and the momentum is p = ∇U. A curve on which U is the
// same is crossed by each of these paths once. M. V. Day, Stochastics 20 (1987) 121; Ludwig, SIAM
// Rev. 17 (1975) 605.
#pragma once

#include "landscape/cycles.hpp"

#include <functional>

namespace escapade {

struct RayStart {
  Vec2 at, momentum;
  double action = 0; // U there
};

struct RaySource {
  int curves = 0;                                         // one about a focus, two beside a cycle
  std::function<RayStart(int curve, double place)> start; // place: once around from 0 to 1
};

/// `size`: how far from the rest point or the cycle, at most, in boxes.
RaySource rays_from(const Field& coefficients, const Domain& domain, const RestPoint& rest,
                    double size);
RaySource rays_from(const Field& coefficients, const Domain& domain, const LimitCycle& cycle,
                    double size);

} // namespace escapade
