// Rare exits by adaptive multilevel splitting.
//
// A path in a well goes in loops: from the core {score ≤ inner} to beyond {score ≥ outer} and back.
// Each loop leaves through the exit before it returns with a small probability p, so that
//   E τ = (1/p − 1) E[duration of a loop that returns] + E[duration of the one that leaves]
// once the place where loops begin has forgotten the start (after some loops, which are left out).
//
// p by splitting (Cérou and Guyader 2007, doi:10.1080/07362990601139628): N replicas run from
// beyond `outer` until they return to the core or leave. Then, again and again, with z the k-th
// smallest of the replicas' highest scores, all K replicas that never got above z are replaced by
// copies of others, up to where these first got above z, and run on afresh. When k or more of the
// lowest have left,
//   p = (replicas that have left)/N × Π (1 − K/N),
// whose mean is right for any score, any N, any k and any time step, because the replicas killed
// are all those at or below the level (Bréhier, Gazeau, Goudenège, Lelièvre, Rousset 2016,
// doi:10.1214/16-AAP1185). The score only decides the spread: the best one grows with the
// probability to reach the exit before the core.
//
// Random numbers belong to (seed, repeat, generation, replica): results depend neither on ranks nor
// on the order in which replicas are run.
#pragma once

#include "escapade/paths/statistics.hpp"
#include "paths/path_setup.hpp"

#include <cstdint>
#include <vector>

namespace escapade {

/// Schemes: euler, heun or tamed.
struct SplittingSetup : PathSetup {
  Field score;                 // 1 component, grows towards the exit
  double inner = 0, outer = 0; // levels of the score, inner < outer
  std::int64_t replicas = 500; // N, at most 2²² − 1
  std::int64_t killed = 0;     // k; 0: N/8, which costs 4 % of precision against k = 1
  std::int64_t loops_before = 2;
};

/// Points that paths from the start visit in the well: `replicas` paths of `steps` steps, one point
/// every `every` steps, after the first quarter. Paths that leave begin again at the start. Needs
/// no score. Throws as split_exits; fewer points after `stop`.
struct WellSample {
  std::vector<Vec2> points;
  std::int64_t steps = 0; // steps made in all
};
WellSample sample_well(const SplittingSetup& setup, std::int64_t steps, std::int64_t every);

/// Levels from the scores seen in the well: the median and the given quantile above it. BadInput if
/// the score is not finite at a point, or the same at nearly all of them.
struct ScoreLevels {
  double inner = 0, outer = 0;
};
ScoreLevels score_levels(const Field& score, const std::vector<Vec2>& points,
                         double outer_quantile = 0.8);

/// What one run of the algorithm found.
struct SplittingRun {
  double log_probability = 0;   // ln p; −infinity where all replicas died
  double loop_time = 0;         // mean duration of loops that return
  double reactive_time = 0;     // mean duration of loops that leave; 0 where none did
  std::vector<double> part;     // shares of the exit parts; empty where none left
  std::int64_t steps = 0;       // time steps of all replicas
  std::int64_t generations = 0; // levels
  bool whole = true;            // false: stopped
};

/// One run, of number `repeat` < 2¹⁹. Single-threaded. Throws BadInput for counts, levels or a step
/// that cannot be used, a start outside the domain or inside the exit, schemes that cannot be
/// split; NotTrusted where paths diverge or leave before they have gone `loops_before` loops.
SplittingRun split_exits(const SplittingSetup& setup, std::int64_t repeat);

/// Runs put together. Throws NotTrusted with fewer than two runs, or where every replica of every
/// run died.
SplittingResult combine_splitting(const std::vector<SplittingRun>& runs, double dt);

} // namespace escapade
