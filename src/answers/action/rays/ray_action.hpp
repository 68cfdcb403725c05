// The action of a path that winds out of a focus or off a limit cycle, by rays of Hamilton's
// equations (landscape/rays): no polygon follows such a path's turns, and D need not be regular,
//   S = ∫ p·dx along x′ = b + 2 D p,  p′ = −(∇b)ᵀp − ∇(p·D p).
#pragma once

#include "escapade/answers/number.hpp"
#include "escapade/problem/problem.hpp"
#include "landscape/rays/rays.hpp"

#include <array>
#include <optional>
#include <variant>
#include <vector>

namespace escapade {

struct RayAction {
  Ray ray;
  Number action;
  std::array<Number, 2> end;
  Vec2 from; // the rest point, or where the ray leaves the cycle
};

/// What a ray starts from: a focus or a cycle.
using Attractor = std::variant<RestPoint, LimitCycle>;

/// Whether the drift winds about a rest point: eigenvalues with an imaginary part.
bool winds_about(const RestPoint& rest);

/// The least over `targets`, or over the exit set if there are none. The error is the difference to
/// rays that start twice as far out, and what missing the target leaves open. Nothing if no ray
/// gets there.
std::optional<RayAction> ray_action(const Problem& problem, const Domain& domain,
                                    const Attractor& attractor, const std::vector<Vec2>& targets,
                                    const Region& exit);

} // namespace escapade
