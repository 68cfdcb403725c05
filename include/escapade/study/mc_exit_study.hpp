// First exits of trajectories, at the starts (mc-exit).
#pragma once

#include "escapade/paths/exits.hpp"
#include "escapade/study/outcome.hpp"

namespace escapade {

/// What the trajectory options say; dt from -mc_dt or the default step.
ExitSetup trajectory_setup(const Options& options, const Setup& setup, Vec2 start);

/// Simulates this rank's slice and gathers all records, in path order, on every rank; collective.
/// `partial` is set where a signal has ended the run.
std::vector<ExitRecord> run_exits(Session& session, ExitSetup setup, std::int64_t paths,
                                  bool& partial);

/// NotTrusted, with a step to try, where paths have diverged.
void refuse_diverged(const ExitStatistics& statistics, double dt);

Outcome mc_exit_study(Session& session, const Options& options, const Setup& setup);

} // namespace escapade
