// A stationary state and what follows from it on one grid.
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
