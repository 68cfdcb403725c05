// What simulated paths tell, each number with its standard error. Times and lengths are in the
// problem's own units.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace escapade {

/// A mean over independent samples.
struct Estimate {
  double mean = 0;
  double standard_error = 0; // standard deviation of `mean`
  std::int64_t samples = 0;
};

/// S(t) = P(no exit by t) at ascending times, by Kaplan and Meier (1958,
/// doi:10.1080/01621459.1958.10501452) with Greenwood's standard error.
struct Survival {
  std::vector<double> times, value, standard_error;
};

/// First exits. Diverged paths are counted and left out. Where paths timed out, the times are
/// censored: the mean is the maximum-likelihood estimate for an exponential law, total time of all
/// paths / number of exits, with standard error mean/√exits; the standard deviation equals it under
/// that law, and `exponential` says so. The law holds for times well beyond the relaxation inside
/// the domain.
struct ExitStatistics {
  Estimate mean_exit_time, exit_time_std;
  std::vector<Estimate> exit_probability; // per part, among the paths that have left
  /// Mean time of those that left through each part; none where paths timed out, since the fast
  /// ones alone would be counted.
  std::vector<Estimate> mean_time_by_part;
  std::int64_t timed_out = 0, diverged = 0;
  bool exponential = false;       // some paths timed out
  std::vector<std::string> parts; // names of the parts
  Survival survival;
};

/// Averages over the stationary law. Covariances are corrected for the error of the mean to first
/// order (jackknife over paths).
struct StationaryStatistics {
  std::array<Estimate, 2> mean;
  std::array<Estimate, 3> covariance; // xx, xy, yy
  std::vector<Estimate> region_probability;
  Estimate
      circulation; // ∫ (θ − c) × J dθ, c the middle of the domain; with blocks, as the next two
  std::vector<Estimate> block_probability;
  std::vector<std::array<Estimate, 2>> block_current; // ∫_block J dθ, length/time
  /// Per unit area in each cell of the lattice, x fastest; empty without a lattice, or where paths
  /// diverged, since their visits cannot be told apart.
  std::vector<double> density;
  /// Independent points that would give the same error of the mean: Var(x)/se², the smaller of
  /// two coordinates.
  double effective_samples = 0;
  std::int64_t diverged = 0;
  std::int64_t wall_hits = 0; // steps of all paths that reflecting sides have sent back
};

/// Rare exits from runs of splitting. log τ has the jackknife's standard error over runs, which is
/// also the relative standard error of τ; τ = (1/p − 1) loop + reactive with p the mean over runs.
struct SplittingResult {
  double log_time = 0, log_time_error = 0;               // log τ
  double log_probability = 0, log_probability_error = 0; // log p, of an exit within one loop
  double loop_time = 0, reactive_time = 0; // mean durations of loops that return, that leave
  std::vector<double> part, part_error;    // shares of the exit parts
  std::int64_t runs = 0, extinct = 0, steps = 0;
  double generations = 0; // levels of a run, in the mean
  /// Steps that sampling exits directly would take for the same relative error, over those taken.
  double speedup = 0;
};

} // namespace escapade
