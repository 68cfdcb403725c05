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

#include "escapade/paths/statistics.hpp"
#include "paths/path_setup.hpp"

#include <cstdint>
#include <vector>

namespace escapade {

/// All of an outline reflects. Any scheme but time_changed; `stop` is polled every thousand steps
/// of a block of paths.
struct StationarySetup : PathSetup {
  std::int64_t paths = 256, first_path = 0; // this rank's slice
  double burn_in = 0, duration = 0;         // times per path
  const Region* regions = nullptr;          // named regions; each φ_k ≥ 0 counts for itself
  std::size_t nx = 0, ny = 0;               // lattice of the histogram over the domain; 0: none
  std::size_t block_nx = 0, block_ny = 0;   // blocks with probability and current; 0: none
  const Field* observable = nullptr;        // of which a periodogram is made
  double observable_mean = 0;               // that is taken off
  std::vector<double> frequencies;          // of the periodogram, per time
  int segments = 1;                         // of the duration, each with a window of its own
};

/// Time averages along one path: x, y, x², xy, y² relative to the domain's middle, then the
/// fraction of time in each region; with blocks then the circulation and for each block (x fastest)
/// the fraction of time and the two components of the current in it; then the periodogram
///   P(f) = (Δt/Σ w²) |Σ_k w_k (g_k − ⟨g⟩) e^{−2πi f k Δt}|²,   w_k = sin²(π k/n),
/// the mean over the segments of n steps (Welch 1967, doi:10.1109/TAU.1967.1161901), whose
/// expectation is the two-sided spectrum, smoothed over a width of 1/(√3 n Δt).
struct PathAverages {
  std::vector<double> value;
  std::int64_t wall_hits = 0; // steps after the burn-in that ended beyond a reflecting side
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

/// Statistics of all paths of all ranks; diverged ones are counted and left out. Throws NotTrusted
/// with fewer than two paths that did not diverge.
StationaryStatistics stationary_statistics(const StationarySample& sample, const Domain& domain);

} // namespace escapade
