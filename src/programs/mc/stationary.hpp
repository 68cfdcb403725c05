// Stationary averages along trajectories (mc-stationary).
#pragma once

#include "paths/stationary/stationary.hpp"
#include "programs/report/outcome.hpp"

namespace escapade {

/// Statistics of all paths of all ranks, from -start or the domain's middle, at the given step; the
/// same on every rank. With `blocks` these are counted instead of the histogram. Collective.
/// NotTrusted where paths diverged.
StationaryStatistics run_stationary(Session& session, const Options& options, const Setup& setup,
                                    double dt, std::uint64_t seed, bool& partial,
                                    std::array<std::size_t, 2> blocks = {0, 0});

/// Simulated time of one path, the burn-in included: -mc_max_time or its default.
struct PathTimes {
  double total = 0, burn_in = 0;
};
PathTimes path_times(const Options& options, const Setup& setup);

Outcome mc_stationary_question(Session& session, const Options& options, const Setup& setup);

} // namespace escapade
