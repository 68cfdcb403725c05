// Noise of rank one has paths of finite action that no metric D⁻¹ describes: a particle's position
// moves with its velocity alone. Paths are found with a small floor under the noise instead, three
// times, and their actions extrapolated to none.
#pragma once

#include "escapade/answers/path.hpp"

#include <functional>

namespace escapade {

/// Whether the noise acts at a point, but along one direction alone.
bool rank_one_at(const Problem& problem, Vec2 point);

/// `ask` answers for the problem with a floor. The path is that of the least floor; its action and
/// where it ends are those of none, with what the extrapolation leaves open in their errors.
PathAnswer without_floor(const Problem& problem, const Domain& domain, Vec2 rest_point,
                         const std::function<PathAnswer(const Problem&)>& ask);

} // namespace escapade
