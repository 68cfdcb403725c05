// What a rate or a time counts, said beside it: an exit set that begins at the saddle is reached
// twice as often as it is passed, since half of those on top fall back,
//   k(to the top) = 2 k(well to well).
// Kramers 1940, doi:10.1016/S0031-8914(40)90098-2.
#pragma once

#include "escapade/problem/plane.hpp"
#include "programs/setup/setup.hpp"

#include <optional>

namespace escapade {

/// A saddle of the drift on the border of the exit set, within half a cell; on a line a top. Not
/// sought on meshes and for losses of data.
std::optional<Vec2> saddle_at_exit(const Setup& setup);

} // namespace escapade
