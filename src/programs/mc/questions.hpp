// The programs of trajectories: each runs paths as the options say and reports what they tell.
#pragma once

#include "paths/sgd/sgd.hpp"
#include "paths/stationary/stationary.hpp"
#include "programs/mc/path_options.hpp"
#include "programs/report/outcome.hpp"

namespace escapade {

Outcome mc_exit_question(Session& session, const Options& options, const Setup& setup);
Outcome mc_stationary_question(Session& session, const Options& options, const Setup& setup);
Outcome mc_splitting_question(Session& session, const Options& options, const Setup& setup);
Outcome mc_sgd_question(Session& session, const Options& options, const Setup& setup);

/// Body of mc-merge: joins the PREFIX.records beside the given PREFIX.json files.
int mc_merge(Session& session, const Options& options);

/// The domain's box in cells.
CellLattice lattice_over(const Setup& setup, std::array<std::size_t, 2> cells);

/// A path as it is drawn and written.
Polyline line_of(const SavedPath& path);

/// A progress line with this title, as long as what is returned lives.
Progressed shown(const Session& session, const std::string& title);

/// This rank's share of the paths, as run_exits has it, with a progress line; ended by a signal.
/// Collective.
std::vector<ExitRecord> run_exits(Session& session, const ExitSetup& setup, std::int64_t paths,
                                  bool& partial);

/// NotTrusted, with a step to try, where paths have diverged: a quarter of `dt`, or the usual step
/// where that is smaller.
void refuse_diverged(std::int64_t diverged, double dt, const Options& options, const Setup& setup);

/// Adds the results and the table of one start; `several` makes lists of them.
void report_exits(Session& session, Outcome& out, Vec2 start, bool several,
                  const std::vector<std::string>& parts, const ExitStatistics& found);

/// True SGD knows no walls: where it was reflected, that is told.
void tell_of_walls(const Session& session, const Options& options, std::int64_t hits);

/// Statistics of all paths of all ranks, from -start or the domain's middle, at the given step; the
/// same on every rank. With `blocks` these are counted instead of the histogram. Collective.
/// NotTrusted where paths diverged.
StationaryStatistics run_stationary(Session& session, const Options& options, const Setup& setup,
                                    double dt, std::uint64_t seed, bool& partial,
                                    std::array<std::size_t, 2> blocks = {0, 0});

/// Simulated time of one path, the burn-in included: -mc_max_time or its default.
/// Of an observable of long runs, its mean taken off: one estimate a frequency. Collective.
struct Periodogram {
  const Field& observable;
  double mean = 0;
  std::vector<double> frequencies;
  int segments = 1; // of each path
};
std::vector<Estimate> run_periodogram(Session& session, const Options& options, const Setup& setup,
                                      double dt, std::uint64_t seed, bool& partial,
                                      const Periodogram& of);

struct PathTimes {
  double total = 0, burn_in = 0;
};
PathTimes path_times(const Options& options, const Setup& setup);

/// Refuses what a score from finite volumes could not be made of. Collective.
void check_finite_volume_score(Session& session, const Options& options, const Setup& setup);

/// log of the probability to leave before the core is reached again, from the finite volumes: the
/// logarithm is bilinear between cell centres. The core is the ellipse around `points` (a sample of
/// the well) at half a standard deviation, two cells wide at least. Collective; the same on all
/// ranks. `grid` gets what was solved on.
Field finite_volume_score(Session& session, const Options& options, const Setup& setup,
                          const std::vector<Vec2>& points, Json& grid);

/// What -model or -sample_loss, -data, -batch_size, -learning_rate, -mc_batches and -regularization
/// say; the gradient of (f − target)²/2 + R is taken exactly. BadInput without data, or where the
/// batch size is not a whole number.
SgdSampler sampler_of(const Options& options, const Setup& setup);

} // namespace escapade
