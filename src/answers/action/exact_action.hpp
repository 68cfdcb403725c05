// The action where no path is needed for it. With D⁻¹b = −k ∇Φ, b the drift and D the noise, the
// drift's own way run backwards costs k (Φ(end) − Φ(start)), and no other costs less
// (Freidlin and Wentzell, Random Perturbations of Dynamical Systems, chapter 4, theorem 3.1).
#pragma once

#include "answers/action/search.hpp"

#include <optional>

namespace escapade {

/// The action of the way to `end`; nothing where D⁻¹b is no such gradient or the drift does not
/// lead from there back to the start.
std::optional<double> exact_action(const Search& search, Vec2 end);

/// k (Φ(end) − Φ(start)), for a search whose drift is such a gradient.
double climb_between(const Search& search, Vec2 end);

} // namespace escapade
