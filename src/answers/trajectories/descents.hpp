// Runs of stochastic gradient descent on all ranks. Private to the library.
#pragma once

#include "paths/sgd/sgd.hpp"

#include <mpi.h>

#include <functional>
#include <vector>

namespace escapade {

/// Which runs: draws belong to (seed, start number, run), so that starts have draws of their own.
struct DescentRuns {
  std::uint64_t seed = 0;
  std::size_t start_number = 0;
  std::int64_t first = 0, runs = 0;

  /// The number of run k's draws.
  std::uint64_t path(std::int64_t k) const {
    return static_cast<std::uint64_t>(start_number) << 40 | static_cast<std::uint64_t>(first + k);
  }
};

/// Each rank's share of the runs on its threads, all in order on every rank. Collective. After
/// `stopped` (polled between runs by the calling thread) the leading whole runs of each rank only.
std::vector<Descent> descend_all(MPI_Comm comm, const SgdSampler& sampler, Vec2 start,
                                 const DescentStop& stop, const DescentRuns& runs,
                                 const std::function<bool()>& stopped);

} // namespace escapade
