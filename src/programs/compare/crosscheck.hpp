// Finite volumes against trajectories: the same quantity from both, and whether they agree.
//
//   z = (fv − mc) / √(se² + e_fv² + e_Δt²)
// se: standard error of the trajectories at step Δt/2; e_fv: error estimate of the grid;
// e_Δt = |mc(Δt) − mc(Δt/2)|, the size of the remaining bias of a scheme of weak order 1. A long
// step would hide any difference behind e_Δt, so that trajectories that disagree with themselves
// count as disagreement too: e_Δt beyond 4 of its own standard errors and 5 % of the value.
// Fields (probability and current per block) enter through their largest |z|, made as unlikely as
// it is among so many (field_comparison.hpp).
#pragma once

#include "escapade/answers/number.hpp"
#include "escapade/paths/statistics.hpp"
#include "programs/report/outcome.hpp"

#include <string>

namespace escapade {

struct Comparison {
  std::string quantity;
  Number fv, mc;
  double step_error = 0; // e_Δt
  double z = 0;
  bool step_resolved = true;
};

/// Where both sides have no uncertainty at all, z is 0 if they are equal and infinite if not.
Comparison compare(const std::string& quantity, const Number& fv, const Estimate& at_step,
                   const Estimate& at_half_step);

/// |z| < 4, at a step that is short enough.
bool agrees(const Comparison& comparison);

/// Exit times, their spread and exit parts at every start; without an exit set and absorbing sides
/// mean, covariance, region probabilities, circulation and the blocks' probabilities and currents
/// of the stationary law; with -set_a and -set_b the committor at every start. Status 5 where any
/// disagrees.
Outcome crosscheck_question(Session& session, const Options& options, const Setup& setup);

} // namespace escapade
