// A stationary state and what follows from it on one grid.
//
//   Mᵀπ = 0, Σπ = 1,   J the current of π,   σ̇ its entropy production (quantities/stationary.hpp)
// π by log masses of this rank's cells, J in 1/(length time) a cell, σ̇ per unit time.
#pragma once

#include "answers/grids/chain_run.hpp"
#include "generator/halo.hpp"
#include "quantities/stationary.hpp"

#include <vector>

namespace escapade {

struct StationaryState {
  LogVector log_mass;
  std::vector<Vec2> current;
  EntropyProduction entropy;
};

/// Current and entropy production of these masses, by edges or along the flow. Collective.
StationaryState stationary_state(const GridQuestion& question, const Chain& chain,
                                 LogVector log_mass, const Halo& halo);

} // namespace escapade
