// Where the drift alone leads from each cell of a grid: to which stable rest point or cycle.
//
//   dθ/dt = b(θ) from the cell's centre, until the cells about a stable rest point or of a stable
// cycle are reached, or the box is left. Steps of the classical method of Runge and Kutta, all
// cells at once, of half a cell at most and of half the time in which b changes (Hairer, Nørsett,
// Wanner, Solving Ordinary Differential Equations I, section II.1). A cell that a basin's edge
// crosses may be counted wrong: fractions are right to about the edges' length times a cell's
// width.
#pragma once

#include "grid/grid.hpp"
#include "landscape/cycles.hpp"

#include <vector>

namespace escapade {

/// Per unknown of a grid along the axes: k of the k-th rest point, rest.size() + k of the k-th
/// cycle, −1 where the flow leaves the box or goes on for too long. All are stable ones.
std::vector<int> drift_basins(const Field& coefficients, const Grid& grid,
                              const std::vector<Vec2>& rest, const std::vector<LimitCycle>& cycles);

} // namespace escapade
