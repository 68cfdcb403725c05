// dp/dt = −Mᵀp by PETSc's time stepper TS, steps chosen by its TSAdapt; options prefix -evolve_.
//
// The TS type is "positive", registered here: a step is that of euler_sequences.hpp with
// a fixed number of sequences (-evolve_ts_positive_sequences, 2 to 5, default 5), which is the
// order. Every stage is a backward Euler step solved by the chain's own solver (-solver, -solve_…),
// elimination without subtraction on one process, so that no mass can turn negative, nothing is
// clipped, and what has left and what is left sum to what there was, to rounding. PETSc's other
// types are refused: a linear scheme of an order above 1 is not positive for every step.
// TSAdapt weighs Σ|error| of a step by ts_atol + ts_rtol Σp, not entry by entry: in this norm the
// semigroup contracts, so that the errors of the steps add up to a bound.
// TSAdapt's steps are rounded down to 2^−k frames that begin at multiples of themselves, so that
// the factors of a step, of its half and its quarter serve again. A step of k sequences takes
// 2ᵏ − 1 solves.
#pragma once

#include "quantities/evolution/chain_state.hpp"
#include "solve/solver.hpp"

#include <cstdint>
#include <functional>
#include <memory>

namespace escapade {

class TsSteps {
public:
  /// Collective; PETSc must be running, `rows` and what options.lattice points to must outlive it.
  /// `rate`: the chain's fastest, for the first step; `tolerance`: ts_rtol where no option says so.
  /// BadInput for options that cannot be.
  TsSteps(MPI_Comm comm, const Generator& rows, std::size_t parts, const SolveOptions& options,
          double rate, double tolerance);
  TsSteps(TsSteps&&) noexcept;
  ~TsSteps();

  /// Advances by `interval`. `after_step` is asked after every step but the last: true ends the
  /// work there, with the state as far as it got; returns whether the end was reached. NotTrusted
  /// where PETSc gives up. Collective.
  bool advance(ChainState& state, double interval,
               const std::function<bool(const ChainState&)>& after_step);

  StepWork work() const;

  struct State; // for PETSc's callbacks

private:
  std::unique_ptr<State> state_;
};

} // namespace escapade
