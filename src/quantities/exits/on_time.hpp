// Backward equations 𝓛u = −f of a chain whose drift jumps between lines, as if jumps came on time.
//
// Jumps J at exponential times have J = ℱ + (Δt/2)ℱ² + O(Δt²), ℱ the flow: without noise along an
// axis that is of first order in the spacing. With the edges ℰ = 𝓛 − ℱ alone and F = Q − ℰ the
// chain Q without them, ℱ²u = −ℱ(ℰu + f), so that
//   −Q u = f + (Δt/2) F(ℰu + f),
// solved by putting in the last u again and again (deferred correction: V. Pereyra, Numer. Math. 11
// (1968) 111, doi:10.1007/BF02165307). At the exit ℰu + f is that of the boundary: 0, but for f =
// 1, which does not change along the flow. The chain itself, positive by construction, remains
// where this does not settle, turns negative or drowns in rounding.
#pragma once

#include "generator/assemble.hpp"
#include "generator/halo.hpp"
#include "solve/solver.hpp"

#include <mpi.h>

#include <vector>

namespace escapade {

class OnTime {
public:
  /// Nothing is corrected where `flow` is null or its jumps do not end on lines. Collective, as is
  /// `backward`. References must outlive it.
  OnTime(MPI_Comm comm, Solver& solver, const Generator& chain, const FlowPart* flow);

  enum class Source { constant, killing, field };
  /// log u from log f: 1, rates of killing, or a field that vanishes at the exit.
  LogVector backward(const LogVector& log_f, Source source);

private:
  using Values = std::vector<long double>;

  Solver& solver_;
  const Generator& chain_;
  const FlowPart* flow_;
  Halo around_chain_, around_edges_;
  double fastest_ = 0; // diagonal entry of the chain

  Values edges_of(const Values& u) const;
  Values correction(const Values& u, const Values& f, Source source) const;
};

} // namespace escapade
