// Stationary averages along paths on all ranks. Private to the library.
#pragma once

#include "paths/stationary/stationary.hpp"

#include <mpi.h>

namespace escapade {

/// All ranks' paths in order with their visits, on every rank: `paths` paths from setup.first_path
/// on (setup.paths is not read). Collective. `partial` is set where setup.stop has ended the run on
/// any rank; then the leading blocks of paths of each rank.
StationarySample run_stationary(MPI_Comm comm, StationarySetup setup, std::int64_t paths,
                                bool& partial);

/// Number of paths that have diverged.
std::int64_t diverged_of(const StationarySample& sample);

/// stationary_statistics; NotTrusted without any path.
StationaryStatistics whole_statistics(const StationarySample& sample, const Domain& domain);

} // namespace escapade
