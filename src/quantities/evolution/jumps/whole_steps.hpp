// A chain whose drift jumps along its flow, in steps of one time Δt in which every jump comes on
// time (generator/flow/flow.hpp):
//   p(t + Δt) = e^{−½Δt Eᵀ} P e^{−½Δt Eᵀ} p(t),   E of the edges, P of the jumps
// (G. Strang, SIAM J. Numer. Anal. 5 (1968) 506, doi:10.1137/0705041). Both factors keep masses
// non-negative and their sum with what has left. A phase ωΔt is kept, where jumps at exponential
// times would damp it by ω²Δt/2 per unit time. What lies beyond the last whole step is left to the
// chain itself, from a copy, so that nothing adds up.
#pragma once

#include "generator/flow/flow.hpp"
#include "quantities/evolution/jumps/uniformisation.hpp"

#include <functional>

namespace escapade {

class WholeSteps {
public:
  /// Collective. `steps` and `comm` must outlive it.
  WholeSteps(MPI_Comm comm, const FlowSteps& steps, std::size_t parts);

  /// Advances as far towards `end` as whole steps lead. `stop` is asked now and then: true ends the
  /// work there, and the result is false. Collective.
  bool advance(ChainState& state, double end, const std::function<bool()>& stop);

  /// Products with a matrix so far.
  std::int64_t mat_vecs() const { return noise_.mat_vecs() + jumps_made_; }

private:
  MPI_Comm comm_;
  const FlowSteps& steps_;
  std::size_t parts_;
  Uniformisation noise_;
  JumpMatrix jumps_;
  PoissonWeights half_, full_; // of Δt/2 and Δt
  std::int64_t jumps_made_ = 0;

  void take(ChainState& state, std::int64_t count);
};

} // namespace escapade
