// Paths on all ranks: who runs which, a file that keeps what has finished, and a step that is short
// enough. Private to the library.
#pragma once

#include "escapade/answers/trajectories.hpp"
#include "paths/exits/checkpoint.hpp"
#include "paths/exits/exits.hpp"
#include "paths/sgd/sgd.hpp"
#include "paths/splitting/splitting.hpp"
#include "paths/stationary/stationary.hpp"

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace escapade {

/// The file that keeps exit records of a run while it goes on: PATH, what it belongs to
/// (RecordFile::key), and the number of the start that is run.
struct CheckpointPlace {
  std::string path, key;
  std::size_t start = 0;
};

/// The file and what ranks have left beside it as PATH.rankN, joined; at least start + 1 starts.
/// BadInput for a file of another run, a damaged one, or a place that is no file.
RecordFile read_checkpoint(const CheckpointPlace& place);

/// Writes the file, which then holds what ranks have left. CannotWrite.
void write_checkpoint(const CheckpointPlace& place, const RecordFile& file);

/// What rank `rank` has so far of the start that is run, as PATH.rankN. CannotWrite.
void write_checkpoint(const CheckpointPlace& place, int rank, std::vector<RecordPiece> pieces);

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

/// All ranks' paths in order with their visits, on every rank: `paths` paths from setup.first_path
/// on (setup.paths is not read). Collective. `partial` is set where setup.stop has ended the run on
/// any rank; then the leading blocks of paths of each rank.
StationarySample run_stationary(MPI_Comm comm, StationarySetup setup, std::int64_t paths,
                                bool& partial);

/// Number of paths that have diverged.
std::int64_t diverged_of(const StationarySample& sample);

/// stationary_statistics; NotTrusted without any path.
StationaryStatistics whole_statistics(const StationarySample& sample, const Domain& domain);

/// A sample of the well around the start, long enough to have forgotten it: the length is doubled
/// until mean and covariance stay, within what 256 paths can tell. The same on all ranks;
/// collective for what may fail. NotTrusted where the well does not settle, or paths leave at once.
WellSample settled_well(MPI_Comm comm, const SplittingSetup& setup);

/// Runs 0 … runs − 1, each on one rank, put together, with the work of the well's sample: the same
/// on every rank. Sets the score's levels in `setup`. Collective. `partial` is set where setup.stop
/// has ended it; NotTrusted with fewer than two whole runs.
SplittingResult run_splitting(MPI_Comm comm, SplittingSetup& setup, const WellSample& well,
                              std::int64_t runs, const Progressed& progressed, bool& partial);

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
