// One positive step of dp/dt = −Mᵀp, of any length and of an order that can be chosen.
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
// conserved to rounding. The last two columns of the extrapolation differ by the error estimate.
#pragma once

#include "quantities/evolution/chain_state.hpp"
#include "solve/solver.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <vector>

namespace escapade {

class EulerSequences {
public:
  /// Collective. `rows` must outlive it; what options.lattice points to, too. `held`: factors kept
  /// for step sizes that come again. `tolerance`: of the steps; solves that are iterated are
  /// certified to a thousandth of it, since differences of them are the error estimate.
  EulerSequences(MPI_Comm comm, const Generator& rows, std::size_t parts,
                 const SolveOptions& options, double tolerance, std::size_t held);

  /// Makes ready for a step of length `tau`; `from` must stay as it is until take().
  void begin(const ChainState& from, double tau);
  /// Adds the next sequence, twice as many Euler steps. The estimated Σ|error| of the step relative
  /// to Σp, what leaves through each part included; nothing after the first sequence and where
  /// more than 0.9 of the mass seems to leave. Collective.
  std::optional<double> refine();
  /// Advances the state that begin() was given, but for its time, to where the last refine() led,
  /// which must have had an estimate.
  void take(ChainState& state);

  std::int64_t solves() const { return solves_; }
  std::int64_t factorisations() const { return factorisations_; }

private:
  using Table = std::vector<LogVector>; // one row of the extrapolation: columns 0 …
  struct Trial;
  Solver& resolvent(double tau);
  Trial euler(double tau, int count);
  static void extrapolate(Table& row, LogVector first);

  MPI_Comm comm_;
  const Generator& rows_;
  std::size_t parts_;
  SolveOptions options_;
  std::size_t held_;
  std::map<double, std::unique_ptr<Solver>> resolvents_;

  const ChainState* from_ = nullptr;
  double tau_ = 0;
  int count_ = 0; // Euler steps of the last sequence
  Table mass_, left_;
  long double log_before_ = 0, excess_ = 0, error_ = 0;
  std::int64_t solves_ = 0, factorisations_ = 0;
};

} // namespace escapade
