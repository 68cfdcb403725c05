// Whether the wells of an answer of the multilevel solver (multilevel.hpp) are in balance.
//
// Exchange over a barrier of 40 T is below the rounding of the fluxes within a well. A coarse block
// that holds both sides of the pass then does not see it, and cycles that change nothing any more
// say nothing of the weights of the wells. The fluxes over the edge of a well do: for each part C
// of {x > level} that a pass at this level joins to a higher one, the exact masses have
//   Σ_{i∉C, j∈C} F_ji + Σ_{i∈C} k_i x_i = Σ_{i∈C, j∉C} F_ji + Σ_{i∈C} f_i,   F_ji = w_ji x_j,
// and none of these terms is much larger than what the well exchanges. The balance holds for any
// set, and one rank looks for the wells: on large lattices among square blocks of cells, each with
// its largest mass. Wells and exits are seen by the same balance of {x > level} for levels in steps
// of 4.
#pragma once

#include "solve/multilevel/coarsen/level.hpp"

#include <cstdint>

namespace escapade::multilevel {

/// The largest |out − in| / (out + in) over wells that lie by more than e^25 above their passes,
/// and over levels. `most_blocks`: how many blocks the first rank has to look at. Brings the halo
/// of u up to date. Collective.
double well_imbalance(Level& level, std::int64_t most_blocks = std::int64_t{1} << 20);

} // namespace escapade::multilevel
