// Sets thinner than a cell that no edge of the grid meets: to the chain they are not there.
//
// Where φ < 0 at a cell's centre and φ + ½ Σ_a h_a |∂_a φ| > 0, the set {φ ≥ 0} may hold inside the
// cell. If no edge of that cell or of the cells around it ends at a set, the grid has stepped over
// what is there.
#pragma once

#include "answers/grids/chain_run.hpp"

namespace escapade {

/// Puts into `unresolved` where the question's exit set may hold between the cells of this lattice
/// without meeting an edge. Of this rank's cells, told to all. Collective.
void tell_hidden_sets(const GridQuestion& question, const ChainRun& run, GridAnswer& answer);

} // namespace escapade
