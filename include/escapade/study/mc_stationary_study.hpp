// Stationary averages along trajectories (mc-stationary).
#pragma once

#include "escapade/paths/stationary.hpp"
#include "escapade/study/outcome.hpp"

namespace escapade {

/// Statistics of all paths of all ranks, from -start or the domain's middle, at the given step; the
/// same on every rank. Collective. NotTrusted where paths diverged.
StationaryStatistics run_stationary(Session& session, const Options& options, const Setup& setup,
                                    double dt, std::uint64_t seed, bool& partial);

Outcome mc_stationary_study(Session& session, const Options& options, const Setup& setup);

} // namespace escapade
