// Rest points of the drift, b(θ*) = 0, in the order that wells are counted in: "well k" of -start,
// of states and of the landscape is the k-th stable one. Positions in the variables' units.
#pragma once

#include "escapade/problem/problem.hpp"
#include "landscape/flow.hpp"

#include <vector>

namespace escapade {

/// Of all types, by x, then y, as sort_wells has it.
std::vector<RestPoint> sorted_rest_points(const Problem& problem, const Domain& domain);

} // namespace escapade
