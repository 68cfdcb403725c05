// The evolution with all that a program hears of it: chains and states, for files that a run can go
// on from.
#pragma once

#include "escapade/answers/evolution.hpp"
#include "generator/chain.hpp"
#include "quantities/evolution/evolve.hpp"

#include <functional>
#include <utility>
#include <vector>

namespace escapade {

/// Masses of the whole grid.
using EarlierFrame = std::pair<std::int64_t, ChainState>; // number of the frame

struct EvolutionHooks {
  /// Frames of an earlier run on the finest grid, in order; the last one is gone on from.
  std::function<std::vector<EarlierFrame>(const Chain&)> earlier = {};
  /// Every frame of the finest grid, masses of this rank. Collective.
  std::function<void(const Chain&, std::int64_t, const ChainState&)> frame = {};
  std::function<bool()> stop = {}; // may differ between ranks
  std::function<void(bool finest, std::int64_t frame, double time)> progress = {};
};

EvolutionAnswer evolution(MPI_Comm comm, const Problem& problem, const Domain& domain,
                          const GridShape& shape, const Region& exit, const EvolutionSetup& setup,
                          const Effort& effort, const EvolutionHooks& hooks);

/// This rank's field `density` of masses, with their time. Collective.
FieldFile density_file(MPI_Comm comm, const Chain& chain, const Problem& problem,
                       const ChainState& state);

} // namespace escapade
