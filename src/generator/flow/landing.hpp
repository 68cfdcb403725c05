// Jumps from streamlines: an arrival's rate spread over the cells around it; private to this room.
#pragma once

#include "generator/flow/ends.hpp"
#include "generator/flow/streamlines.hpp"
#include "generator/rates/edges.hpp"

namespace escapade {

/// Adds the jumps from the local row `local`, unknown `from`, to the four cells around the arrival,
/// by bilinear weights; what falls on cells of the exit set is killed, that on other cells without
/// an unknown goes to those that have one. Returns the spread along the axes in cell units, per
/// unit time, and raises `reach` to the cells jumped over.
Vec2 land(const Grid& grid, const Ends& ends, const Arrival& arrival, std::int32_t local,
          std::int32_t from, Row& row, int& reach);

} // namespace escapade
