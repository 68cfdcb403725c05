// Backward equations 𝓛u = −f of a chain whose drift jumps between lines, as if jumps came on time.
//
// Jumps J at exponential times have J = ℱ + (Δt/2)ℱ² + O(Δt²), ℱ the flow: without noise along an
// axis that is of first order in the spacing. With the edges ℰ = 𝓛 − ℱ alone and F = Q − ℰ the
// chain Q without them, ℱ²u = −ℱ(ℰu + f), so that
//   −Q u = f + (Δt/2) F(ℰu + f),
// solved by GMRES with Q⁻¹ as its preconditioner. At the exit ℰu + f is that of the boundary: 0,
// but for f = 1, which does not change along the flow. f = κu gives the escape rate. The chain
// itself, positive by construction, remains where this does not settle, turns negative or drowns in
// rounding.
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
  /// The escape rate: log κ of the equation with f = κu, by inverse iteration from the chain's own
  /// κ and ν; the chain's own where nothing is corrected.
  long double escape_rate(const LogVector& log_mass, long double log_rate);

private:
  using Values = std::vector<long double>;

  Solver& solver_;
  const Generator& chain_;
  const FlowPart* flow_;
  Halo around_chain_, around_edges_;
  double fastest_ = 0; // diagonal entry of the chain

  Values edges_of(const Values& u) const;
  Values carried(const Values& g) const;
  Values solve(const Values& f);
  Values corrected(const Values& f, Source source, Values u);
  bool drowns(long double log_u, long double log_f) const;
};

} // namespace escapade
