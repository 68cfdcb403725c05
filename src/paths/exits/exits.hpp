// First exits of simulated paths from a domain.
//
// A path leaves where φ_k ≥ 0 for a part k of the exit set, or beyond an absorbing side. Between
// two points of a discrete path the process is a Brownian bridge: with φ₀, φ₁ < 0 at both ends it
// has crossed φ = 0 in between with probability exp(−φ₀φ₁/(Δt ∇φᵀD∇φ)), since φ diffuses with
// variance 2∇φᵀD∇φ per unit time (Gobet 2000, doi:10.1016/S0304-4149(99)00109-X). The instant of a
// crossing, seen or unseen, is drawn from its law under the bridge: s/(1−s) of the step is inverse
// Gaussian with mean |φ₀/φ₁| and shape φ₀²/(2Δt ∇φᵀD∇φ). Both are exact for a straight boundary
// and constant coefficients, so that the bias of exit times is O(Δt) instead of O(√Δt).
//
// Reflecting sides: a step that ends outside is mirrored along the co-normal D n (Bossy, Gobet,
// Talay 2004, doi:10.1239/jap/1091543431), which is what J·n = 0 asks for. Periodic sides wrap.
// A step that goes beyond such a side by more than the domain's own extent is taken as divergence.
#pragma once

#include "escapade/paths/statistics.hpp"
#include "paths/estimate.hpp"
#include "paths/path_setup.hpp"
#include "paths/saved_path.hpp"

#include <limits>
#include <span>
#include <vector>

namespace escapade {

/// What became of one path.
struct ExitRecord {
  /// Parts of the exit region come first, then the absorbing sides in the order x0, x1, y0, y1.
  static constexpr std::int32_t timed_out = -1, diverged = -2;

  double time = 0;       // exit time; max_time for timed_out; 0 for diverged
  std::int32_t part = 0; // index of the exit part, or one of the two above
  Vec2 where;            // exit point; position at max_time; the start for diverged

  bool operator==(const ExitRecord& o) const {
    return time == o.time && part == o.part && where.x == o.where.x && where.y == o.where.y;
  }
};

/// Absorbing curves of an outline must be among the exit's parts (exit_curves); `domain` is then a
/// box so large that no path comes to it. `stop` is polled some ten times a second.
struct ExitSetup : PathSetup {
  std::int64_t paths = 0, first_path = 0; // this rank's slice
  double max_time = std::numeric_limits<double>::infinity();
  int saved_paths = 0; // for trace_paths
  /// In place of `start`, which is to be one of them: where paths begin, by their numbers in turn.
  std::span<const Vec2> starts = {};
  /// Called as often as `stop`: paths that have finished, and the records of the whole batches so
  /// far (for a progress line and checkpoints).
  std::function<void(std::int64_t done, std::span<const ExitRecord> whole)> progress;
};

/// Paths are counted in batches of this many when a run is stopped: single paths that happened to
/// finish first would bias the answer.
inline constexpr std::int64_t exit_batch = 512;

/// Simulates paths first_path … first_path + paths − 1 and returns their records in that order,
/// bitwise the same for any slicing and number of threads. After `stop`, the leading whole batches
/// only: fewer records than paths.
/// Throws BadInput for zero paths, a step or time that is not positive, a start outside the domain
/// or inside the exit, nothing to exit through, time_changed without D = s(θ)D₀, an indefinite D.
std::vector<ExitRecord> simulate_exits(const ExitSetup& setup);

/// The first setup.saved_paths paths of the slice again, up to their exits, each with at most about
/// max_points points at equal numbers of steps; bitwise those that simulate_exits has recorded.
std::vector<SavedPath> trace_paths(const ExitSetup& setup, std::int64_t max_points = 10000);

/// Statistics of records with `parts` exit parts, but for their names and survival. The ranks hold
/// a part of the records each. Throws NotTrusted if no path left.
ExitStatistics exit_statistics(const std::vector<ExitRecord>& records, std::size_t parts,
                               const Ranks& ranks = {});

/// Number of exit parts of a setup: parts of the region and absorbing sides.
std::size_t exit_parts(const Domain& domain, const Region* exit);

/// Their names, in the order of ExitRecord::part: the parts' own, then "side x0", ….
std::vector<std::string> exit_part_names(const Domain& domain, const Region* exit);

} // namespace escapade
