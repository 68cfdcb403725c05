// First exits of paths on all ranks: who runs which, a file that keeps what has finished, and a
// step that is short enough. Private to the library.
#pragma once

#include "answers/trajectories/checkpoint_place.hpp"
#include "escapade/answers/trajectories.hpp"
#include "paths/exits/exits.hpp"

#include <vector>

namespace escapade {

/// Simulates this rank's share of `paths` paths from setup.first_path on (setup.paths is not read)
/// and returns its records; the ranks' one after the other are in path order. Collective. `partial`
/// is set where setup.stop has ended the run on any rank.
std::vector<ExitRecord> run_exits(MPI_Comm comm, ExitSetup setup, std::int64_t paths,
                                  const Progressed& progressed, bool& partial);

/// The same with what has finished kept in a file, and all records on rank 0: paths that it holds
/// for this start are not run again, and each rank writes PATH.rankN every few seconds, which are
/// joined into PATH at the beginning and at the end.
std::vector<ExitRecord> run_exits(MPI_Comm comm, ExitSetup setup, std::int64_t paths,
                                  const Progressed& progressed, bool& partial,
                                  const CheckpointPlace& place);

struct StepTried {
  double step = 0;
  Estimate mean_exit_time;
};

/// Runs at ever shorter steps, each with draws of its own, until two in a row agree to the standard
/// error of their difference; the records and in `setup` the step and the seed of the last one.
/// Collective; NotTrusted where the mean exit time goes on changing.
std::vector<ExitRecord> run_until_stable(MPI_Comm comm, ExitSetup& setup, std::int64_t paths,
                                         std::size_t parts, const Progressed& progressed,
                                         bool& partial, std::vector<StepTried>& tried);

/// Number of the ranks' paths that have diverged.
std::int64_t diverged_of(const std::vector<ExitRecord>& records, const Ranks& ranks);

/// NotTrusted, with a quarter of the step to try, where paths have diverged.
void refuse_diverged(std::int64_t diverged, double dt);

/// exit_statistics with the survival curve. NotTrusted without any record, and where paths have
/// diverged.
ExitStatistics whole_statistics(const std::vector<ExitRecord>& records, std::size_t parts,
                                double dt, const Ranks& ranks);

/// The first `most` exits of all ranks' records, on rank 0. Collective.
std::vector<ExitRecord> first_exits(MPI_Comm comm, const std::vector<ExitRecord>& records,
                                    std::int64_t most);

} // namespace escapade
