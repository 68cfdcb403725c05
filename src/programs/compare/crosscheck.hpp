// Finite volumes against trajectories: the same quantity from both, and whether they agree.
//
//   z = (fv − mc) / √(se² + e_fv² + e_Δt²)
// se: standard error of the trajectories at step Δt/2; e_fv: error estimate of the grid, which
// holds that of tables: both sides take the same ones, so that it counts once, though the
// trajectories' stated error holds it too;
// e_Δt = |mc(Δt) − mc(Δt/2)|, the size of the remaining bias of a scheme of weak order 1. A long
// step would hide any difference behind e_Δt, so that trajectories that disagree with themselves
// count as disagreement too: e_Δt beyond 4 of its own standard errors and 5 % of the value.
// A comparison with an error of either side beyond 5 % tells little: of the value, of the standard
// deviations for means and covariances, of 1 for probabilities. It is inconclusive where |z| < 4.
// Fields (probability and current per block) enter through their largest |z|, made as unlikely as
// it is among so many.
//
// Of m z-scores the largest is beyond 4 by chance ever more often as m grows. The chance that none
// of m standard normals exceeds a is at least (2Φ(a) − 1)^m however they depend on each other
// (Šidák 1967, doi:10.1080/01621459.1967.10482935), so that
//   P = 1 − (2Φ(max|z|) − 1)^m
// bounds the chance of so large a maximum, and the z of a single comparison that is as unlikely,
// 2(1 − Φ(z)) = P, may be held against the same threshold.
#pragma once

#include "escapade/answers/number.hpp"
#include "escapade/paths/statistics.hpp"
#include "programs/mc/questions.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace escapade {

struct Comparison {
  std::string quantity;
  Number fv, mc;
  double step_error = 0; // e_Δt
  double z = 0;
  bool step_resolved = true;
  bool conclusive = true; // no error of either side exceeds 5 % of the scale
};

/// Where both sides have no uncertainty at all, z is 0 if they are equal and infinite if not.
/// `spread`: what errors are small against, where that is not the value.
Comparison compare(const std::string& quantity, const Number& fv, const Estimate& at_step,
                   const Estimate& at_half_step, double spread = 0);

/// |z| < 4, at a step that is short enough.
bool agrees(const Comparison& comparison);

struct FieldComparison {
  std::string field;
  std::int64_t count = 0; // z-scores that take part
  double largest = 0;     // the largest |z|, with its sign
  std::size_t where = 0;  // its index
  double z = 0;           // as unlikely as a single comparison, ≥ 0
};

/// Those that are not a number take no part.
FieldComparison compare_field(const std::string& field, std::span<const double> z);

/// The z of one comparison that is as unlikely as a maximum of `largest` among `count`.
double equivalent_z(double largest, std::int64_t count);

/// What has been compared so far.
struct Checks {
  std::vector<Comparison> all;
  std::vector<FieldComparison> fields;
  std::vector<Vec2> places; // of each field's largest |z|
};

/// -set_a and -set_b, if one is given. Collective, before any solve; BadInput if the other is
/// missing or a start lies within one.
using SetsAB = std::pair<Region, Region>;
std::optional<SetsAB> sets_to_check(Session& session, const Options& options, const Setup& setup);

/// Each adds its comparisons to `checks` and its files and descriptions to `out`. Collective.
void check_exits(Session& session, const Options& options, const Setup& setup, Outcome& out,
                 Checks& checks);
void check_stationary(Session& session, const Options& options, const Setup& setup, Outcome& out,
                      Checks& checks);
/// Where the problem depends on the time.
void check_timed(Session& session, const Options& options, const Setup& setup, Outcome& out,
                 Checks& checks);
void check_committor(Session& session, const Options& options, const Setup& setup,
                     const SetsAB& sets, Outcome& out, Checks& checks);

/// Times and next states of the states of -sets, by paths that begin as the stationary law of the
/// finest grid has them in a state.
void check_network(Session& session, const Options& options, const Setup& setup, Outcome& out,
                   Checks& checks);
/// The power spectral density of -observable at -frequencies against periodograms.
void check_spectrum(Session& session, const Options& options, const Setup& setup, Outcome& out,
                    Checks& checks);

/// The seed of the run at half the step: the two estimates are independent.
inline std::uint64_t other_seed(std::uint64_t seed) {
  return seed + 0x9E3779B97F4A7C15u;
}

/// Runs trajectories from one start, or from several in turn, into `exit` at the step and at half
/// of it, with other draws, and gives each run's records to `take`. Returns the shorter step.
/// Collective; NotTrusted where paths diverged or none is whole.
using TakeRecords = std::function<void(const std::vector<ExitRecord>&, const Ranks&)>;
double at_both_steps(Session& session, const Options& options, const Setup& setup,
                     std::span<const Vec2> starts, const Region& exit, Outcome& out,
                     const TakeRecords& take);

/// Exit times, their spread and exit parts at every start; without an exit set and absorbing sides
/// mean, covariance, region probabilities, circulation and the blocks' probabilities and currents
/// of the stationary law; with -set_a and -set_b the committor at every start; with -sets the
/// network's times and probabilities alone; with -observable and -frequencies its spectrum. Status
/// 5 where any disagrees or is inconclusive.
Outcome crosscheck_question(Session& session, const Options& options, const Setup& setup);

} // namespace escapade
