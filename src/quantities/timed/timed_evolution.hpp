// The masses of a chain whose rates depend on the time: dp/dt = −M(t)ᵀ p.
//
// A step of length h is two half steps of frozen chains, the exponentials as of an autonomous chain
// (quantities/evolution):
//   p(t + h) = exp(−h/2 N₂ᵀ) exp(−h/2 N₁ᵀ) p(t),   N₁ = aM₁ + bM₂,  N₂ = bM₁ + aM₂,
//   M₁,₂ = M(t + (½ ∓ √3/6) h),   a = ½ + √3/3,  b = ½ − √3/3
// of order 4 (Magnus without commutators; Blanes, Moan, Appl. Numer. Math. 56 (2006) 1519,
// doi:10.1016/j.apnum.2005.11.004). b = −0.077: where a rate of N would be negative, or the two
// chains have other edges, the step is that of the chain at its middle, of order 2. Both keep the
// mass, and no mass is negative.
//
// How long steps may be, a plan on a coarse grid tells: there two ways go side by side from the
// beginning, with steps h and h/2. Where the relaxation is fast against h the state follows the end
// of the last step, with errors h/6 and h/12: twice their difference is an error of the first that
// holds then; of smooth ways it is 2 too large, and for the second 15 times. Since both ways forget
// what was long ago, so does the error.
#pragma once

#include "quantities/evolution/evolve.hpp"

#include <functional>

namespace escapade {

/// This rank's rows at a time, always of the same cells. Collective.
using GeneratorAt = std::function<Generator(double t)>;

/// Steps from one time to another.
class TimedSteps {
public:
  /// `span`: time to be covered in all.
  TimedSteps(MPI_Comm comm, GeneratorAt generator, std::size_t parts, double span,
             Evolution::Options options);

  /// Advances to the time `to` in so many steps of one length. False where `stop` has said true;
  /// the state is then somewhere within. Collective.
  bool advance(ChainState& state, double to, std::int64_t steps, const std::function<bool()>& stop);

  EvolveWork work() const { return work_; }
  Integrator integrator() const { return integrator_; }
  double rate() const { return rate_; }

private:
  void take(ChainState& state, const Generator& rows, double dt);

  MPI_Comm comm_;
  GeneratorAt generator_;
  std::size_t parts_;
  double span_;
  Evolution::Options options_;
  EvolveWork work_;
  Integrator integrator_ = Integrator::uniformisation;
  double rate_ = 0;
};

/// Two ways side by side.
class TimedPlan {
public:
  /// `tolerance`: of the error, relative to Σp.
  TimedPlan(MPI_Comm comm, TimedSteps steps, ChainState begin, double tolerance);

  /// The steps that it takes to the time `to`, at least `steps`. NotTrusted where 4096 times as
  /// many miss the tolerance. False where `stop` has said true. Collective.
  bool advance(double to, std::int64_t steps, const std::function<bool()>& stop);

  std::int64_t steps() const { return steps_; }
  /// Error of a way with these steps at the end, and the factor of `difference` that it is.
  double error() const { return error_; }
  double factor() const { return factor_; }
  const ChainState& with_long_steps() const { return long_; }
  const ChainState& with_short_steps() const { return short_; }

private:
  double difference(const ChainState& a, const ChainState& b) const;

  MPI_Comm comm_;
  TimedSteps way_;
  ChainState long_, short_;
  double tolerance_, error_ = 0, factor_ = 2;
  std::int64_t steps_ = 1;
};

} // namespace escapade
