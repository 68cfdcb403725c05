// Rare exits by splitting on all ranks. Private to the library.
#pragma once

#include "answers/trajectories/exit_runs.hpp"
#include "paths/splitting/splitting.hpp"

namespace escapade {

/// A sample of the well around the start, long enough to have forgotten it: the length is doubled
/// until mean and covariance stay, within what 256 paths can tell. The same on all ranks;
/// collective for what may fail. NotTrusted where the well does not settle, or paths leave at once.
WellSample settled_well(MPI_Comm comm, const SplittingSetup& setup);

/// Runs 0 … runs − 1, each on one rank, put together, with the work of the well's sample: the same
/// on every rank. Sets the score's levels in `setup`. Collective. `partial` is set where setup.stop
/// has ended it; NotTrusted with fewer than two whole runs.
SplittingResult run_splitting(MPI_Comm comm, SplittingSetup& setup, const WellSample& well,
                              std::int64_t runs, const Progressed& progressed, bool& partial);

} // namespace escapade
