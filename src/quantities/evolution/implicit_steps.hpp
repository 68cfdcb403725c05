// Positive implicit steps of dp/dt = −Mᵀp for times that are long against the fastest rate, of
// 2^−k intervals each, so that factors serve again and every frame is met.
//
// A step (euler_sequences.hpp) extrapolates the logarithms of 1, 2, 4, 8, 16 backward
// Euler steps; sequences are added until its error estimate is below the tolerance, and the step is
// halved where five do not do.
#pragma once

#include "quantities/evolution/euler_sequences.hpp"

#include <cstdint>
#include <functional>

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

  StepWork work() const {
    return {sequences_.solves(), sequences_.factorisations(), steps_, rejected_};
  }

private:
  int try_step(ChainState& state, double tau);

  EulerSequences sequences_;
  double tolerance_;
  double last_tau_ = 0; // of the step taken last, to go on with
  std::int64_t steps_ = 0, rejected_ = 0;
};

} // namespace escapade
