// Paths of least action by Hamilton's equations, for those that wind out of a focus or off a limit
// cycle, and for noise of any rank:
//   x′ = b + 2 D p,  p′ = −(∇b)ᵀp − ∇(p·D p),  S′ = p·x′ = p·D p,   H = b·p + p·D p = 0,
// b the drift, D the noise, S the action. Their starts on a curve of equal S (ray_sources.hpp) are
// one parameter; it is sought such that the ray meets a point, or an exit set at the least S. A ray
// gives an action that is reached, an upper bound of the least. Derivatives are central differences
// of fourth order. Ludwig, SIAM Rev. 17 (1975) 605; Maier, Stein, SIAM J. Appl. Math. 57 (1997)
// 752.
#pragma once

#include "escapade/problem/region.hpp"
#include "landscape/rays/ray_sources.hpp"

#include <optional>
#include <vector>

namespace escapade {

struct Ray {
  std::vector<Vec2> points; // from the source on; lifted off periodic sides
  std::vector<double> action;
  double error = 0;     // what missing the point leaves open
  std::size_t part = 0; // of the exit set
  double total() const { return action.back(); }
};

/// The ray of least action that meets a point; nothing if none was found.
std::optional<Ray> least_ray_to(const Field& coefficients, const Domain& domain,
                                const RaySource& source, Vec2 point);

/// The one that enters an exit set at the least action.
std::optional<Ray> least_ray_out(const Field& coefficients, const Domain& domain,
                                 const RaySource& source, const Region& exit);

} // namespace escapade
