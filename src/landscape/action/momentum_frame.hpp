// The frame of a grid in which the most probable path out costs what it should.
//
// p and p + D⁻¹b are orthogonal in the metric of D. Where the stencil has two edges alone, one
// along D p and one at right angles to p, either π_e or κ_e vanishes on each, and the leading error
// of the action with it, whatever h over the noise (lattice_action.hpp). A lattice of rectangles
// has such a pair of edges, say (1, 0) and (1, 1), for one angle and one proportion of the cells.
#pragma once

#include "grid/grid.hpp"
#include "landscape/action/lattice_action.hpp"

#include <cstdint>
#include <vector>

namespace escapade {

/// What a grid of that shape takes from the action, and one of twice its spacing, at most.
struct ActionLoss {
  double fine = 0, coarse = 0;
};
ActionLoss action_loss(const std::vector<Climb>& way, const Domain& domain, const GridShape& shape);

/// Lattices that take little, the best first: the angle, rounded to a thousandth of a degree, and
/// the numbers of cells, about as many in all as `otherwise` has and divisible by 6 so that coarser
/// grids have the same proportion.
std::vector<GridShape> momentum_frames(const std::vector<Climb>& way, const Domain& domain,
                                       const GridShape& otherwise);

} // namespace escapade
