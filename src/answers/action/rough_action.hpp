// Which of two values of one barrier is given: the action of a path as a polygon, or the
// quasi-potential on the grid, the least action of all paths that a lattice can tell.
#pragma once

#include "escapade/answers/path.hpp"

namespace escapade {

/// Whether an error is more than 5 % of the value, or not known.
bool is_rough(const Number& n);

/// The lower of the path's action and the quasi-potential, or the one that its grids or polygons
/// agree on: a path that winds out of a focus needs more turns than a polygon can follow, and the
/// best way may be one that no guess led to. NotTrusted where neither is known to 5 %.
void settle_action(bool errors, PathAnswer& answer);

} // namespace escapade
