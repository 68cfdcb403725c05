// Positive implicit steps of dp/dt = −Mᵀp for times that are long against the fastest rate.
//
// Backward Euler, p₁ = (1 + τMᵀ)⁻¹ p₀, solves the forward problem of the chain with the killing
// rate 1/τ added: an M-matrix again, whose factors (solve/gth.hpp) have no subtraction, so p₁ > 0
// whatever τ, with every entry right to rounding, and mass is conserved. It is of first order, and
// no positive linear scheme is of a higher one for every τ (C. Bolley, M. Crouzeix, RAIRO Anal.
// Numér. 12 (1978) 237). The scheme here is not linear: of 1, 2, 4, 8, 16 Euler steps over the same
// interval the *logarithms* of the masses are extrapolated to step 0 (Richardson, in τ, τ², …),
//   log p = Σ_j w_j log p_j,  Σ_j w_j = 1,
// which is positive for every τ and of the order of the number of sequences. What leaves through
// each part is extrapolated likewise; p is scaled to the mass that is left, so that mass is
// conserved to rounding.
// The last two columns of the extrapolation differ by the error estimate; sequences are added until
// it is below the tolerance, and the step is halved where five do not do.
#pragma once

#include "escapade/quantities/chain_state.hpp"
#include "escapade/solve/solver.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <vector>

namespace escapade {

class ImplicitSteps {
public:
  /// Collective. `rows` must outlive it; what options.lattice points to, too. `tolerance`: largest
  /// estimated Σ|error| of a step relative to Σp.
  ImplicitSteps(MPI_Comm comm, const Generator& rows, std::size_t parts,
                const SolveOptions& options, double tolerance);

  /// Advances from the fraction `from` (a multiple of 2⁻⁴⁰) of an interval of length `interval` to
  /// its end. `after_step` is asked after every step but the last: true ends the work there, with
  /// the state as far as it got; returns whether the end was reached. NotTrusted where the step
  /// would have to be shorter than 2⁻³⁰ intervals. Collective.
  bool advance(ChainState& state, double interval, double from,
               const std::function<bool(const ChainState&)>& after_step);

  std::int64_t solves() const { return solves_; }
  std::int64_t factorisations() const { return factorisations_; }
  std::int64_t steps() const { return steps_; }
  std::int64_t rejected() const { return rejected_; }
  /// Of the solver used last. Collective.
  SolverReport report() const;

private:
  struct Trial;
  Solver& resolvent(double tau);
  Trial euler(const ChainState& from, double tau, int count);
  int try_step(ChainState& state, double tau);

  MPI_Comm comm_;
  const Generator& rows_;
  std::size_t parts_;
  SolveOptions options_;
  double tolerance_;
  double last_tau_ = 0; // of the step taken last, to go on with
  std::map<double, std::unique_ptr<Solver>> resolvents_;
  std::int64_t solves_ = 0, factorisations_ = 0, steps_ = 0, rejected_ = 0;
};

} // namespace escapade
