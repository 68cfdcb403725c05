// Whether a coordinate moves by drift alone, which no noise reaches: with n the same everywhere,
//   n·D = 0,   (t·∇)(n·b) = 0,   t ⊥ n,   so that u = n·x obeys u′ = f(u).
// Functions of u relax as those of a flow. Their rates are f′ at its rest points; a grid has the
// drift over its edges instead, on every grid the same wrong rate.
#pragma once

#include "escapade/problem/domain.hpp"
#include "escapade/problem/field.hpp"

namespace escapade {

/// At a lattice of points of the box. False in one dimension, and where there is no drift along n.
bool drift_moves_by_itself(const Field& coefficients, const Domain& box);

} // namespace escapade
