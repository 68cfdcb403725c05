// Jumps from streamlines: an arrival's rate spread over the cells around it; private to this room.
//
//   w(x→y) = (1/Δt) Π_a (1 − |φ_a − y_a|)      over the cells y with |φ_a − y_a| < 1
// φ is the arrival, y a centre, in cells along the axes a of the grid; Δt the time of the jump, in
// the problem's unit. The weights sum to 1, their mean is φ, their spread along an axis f(1 − f)
// cells², f the fraction of a cell beyond the lower centre; per unit time, as noise, half of it
// over Δt. Bilinear interpolation read backwards: a semi-Lagrangian step as a Markov chain (Kushner
// and Dupuis, Numerical Methods for Stochastic Control Problems, 2001).
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
