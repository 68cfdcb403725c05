// The stationary law from long runs: time averages over independent paths between reflecting or
// periodic sides.
//
// Each path starts at `start`, forgets it during `burn_in`, and is averaged over `duration`. Paths
// are independent, so each one's time average is one sample: standard errors come from their
// scatter (batch means with one batch a path) and hold however slowly a path decorrelates, as long
// as all of them have forgotten the start.
//
// Currents are counted as they happen: the mean displacement per unit time of the steps whose
// midpoint lies in a block is the block's share of the current,
//   (1/T) Σ Δθ 1[θ + Δθ/2 in block]  →  ∫_block J dθ,  J = b p − ∇·(D p),
// since E[Δθ φ(θ + Δθ/2)] = (φ b + D∇φ) Δt + O(Δt²). The density of midpoints is smooth, so the
// bias is O(Δt) for blocks with sharp sides too. Their sum over the closed domain is 0.
// Circulation: (1/T) Σ (θ − c) × Δθ → ∫ (θ − c) × J dθ about the middle c of the domain, zero in
// detailed balance.
#pragma once

#include "escapade/paths/estimate.hpp"
#include "escapade/paths/scheme.hpp"
#include "paths/sgd/sgd.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <vector>

namespace escapade {

class Outline;

struct StationarySetup {
  const Problem* problem = nullptr;
  Domain domain;
  const Outline* outline = nullptr; // all reflecting, within `domain`; null: the box itself
  Vec2 start;
  std::int64_t paths = 256, first_path = 0; // this rank's slice
  double dt = 0, burn_in = 0, duration = 0; // times per path
  std::uint64_t seed = 0;
  Scheme scheme = Scheme::euler;          // any but time_changed
  const SgdSampler* sampler = nullptr;    // for Scheme::sgd, as in ExitSetup
  const Region* regions = nullptr;        // named regions; each φ_k ≥ 0 counts for itself
  std::size_t nx = 0, ny = 0;             // lattice of the histogram over the domain; 0: none
  std::size_t block_nx = 0, block_ny = 0; // blocks with probability and current; 0: none
  int threads = 0;
  std::function<bool()> stop; // polled every thousand steps of a block of paths
};

/// Time averages along one path: x, y, x², xy, y² relative to the domain's middle, then the
/// fraction of time in each region; with blocks then the circulation and for each block (x fastest)
/// the fraction of time and the two components of the current in it.
struct PathAverages {
  std::vector<double> value;
  bool diverged = false;
};

struct StationarySample {
  std::vector<PathAverages> paths;  // in path order
  std::vector<std::int64_t> visits; // histogram, x fastest: steps spent in each cell
  std::size_t blocks = 0;           // block_nx · block_ny
};

/// Simulates the slice; bitwise the same for any slicing and number of threads (visits add up as
/// integers). After `stop`, only the leading blocks of paths. Throws BadInput for times or counts
/// that are not positive, absorbing sides, a start outside the domain, an indefinite D.
StationarySample simulate_stationary(const StationarySetup& setup);

struct StationaryStatistics {
  std::array<Estimate, 2> mean;
  std::array<Estimate, 3> covariance; // xx, xy, yy
  std::vector<Estimate> region_probability;
  Estimate circulation; // with blocks, as are the next two
  std::vector<Estimate> block_probability;
  std::vector<std::array<Estimate, 2>> block_current; // ∫_block J dθ, length/time
  std::vector<double> density; // per unit area, in the order of `visits`; empty without a lattice
  /// Independent points that would give the same error of the mean: Var(x)/se², the smaller of
  /// both coordinates.
  double effective_samples = 0;
  std::int64_t diverged = 0;
};

/// Statistics of all paths of all ranks. Covariances are corrected for the error of the mean to
/// first order (jackknife over paths). Diverged paths are counted and left out of averages; where
/// there are any, `density` is left empty, since their visits cannot be told apart. Throws
/// NotTrusted with fewer than two paths that did not diverge.
StationaryStatistics stationary_statistics(const StationarySample& sample, const Domain& domain);

} // namespace escapade
