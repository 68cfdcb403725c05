// The masses of a chain from frame to frame: dp/dt = −Mᵀp by the way that suits the time.
//   uniformisation  (uniformisation.hpp) exact to rounding; its work grows with Λt
//                   along a flow in whole steps with jumps on time (whole_steps.hpp)
//   implicit        (implicit_steps.hpp) positive steps of any length, after a beginning
//                   of at least 2⁻⁴⁰ frames by uniformisation, which smooths a point; whole
//                   frames too where that costs less than a few steps
//   ts              (ts_steps.hpp) the same positive steps under PETSc's TS and TSAdapt,
//                   from the first on
//   resting         once log p − log ν is the same for every cell within 1e-10, ν the stationary
//                   or quasi-stationary masses with rate κ: p(t + s) = e^{−κs} p(t) within the same
//                   factor, since the semigroup keeps c₁ν ≤ p ≤ c₂ν; no work at all
// Each keeps every mass non-negative without clipping and conserves Σp + exited.
#pragma once

#include "escapade/quantities/integrator.hpp"
#include "quantities/evolution/implicit_steps.hpp"
#include "quantities/evolution/jumps/uniformisation.hpp"
#include "quantities/evolution/jumps/whole_steps.hpp"
#include "quantities/evolution/ts_steps.hpp"

#include <optional>

namespace escapade {

/// ν with Mᵀν = κν: log κ is −inf and `log_exit_probability` empty for a chain without killing.
struct RestingState {
  LogVector log_mass; // this rank's rows
  long double log_rate = 0;
  std::vector<long double> log_exit_probability; // per part
};

/// What was done so far. mat_vecs: products with the chain's matrix by uniformisation.
struct EvolveWork : StepWork {
  std::int64_t mat_vecs = 0;
  double resting_since = -1; // time; −1: not
};

class Evolution {
public:
  struct Options {
    Integrator integrator = Integrator::automatic;
    double tolerance = 1e-8; // of an implicit step, ts too
    SolveOptions solve;
  };

  /// `span`: time to be covered in all, from which `automatic` chooses: uniformisation where it
  /// takes at most 2e10 products of a rate with a mass. Collective; `rows` must outlive it.
  Evolution(MPI_Comm comm, const Generator& rows, std::size_t parts, double span,
            const Options& options);

  Integrator integrator() const { return integrator_; }
  /// Without it the chain is followed to the end.
  void set_resting_state(RestingState rest) { rest_ = std::move(rest); }

  /// Of a chain whose drift jumps, for uniformisation. `steps` must outlive it. Collective.
  void set_whole_steps(const FlowSteps& steps) { whole_.emplace(comm_, steps, parts_); }

  /// BadInput where frames of this length are beyond what implicit steps can begin.
  void require_reach(double interval) const;
  /// Advances by one frame of length `interval`. `stop` is asked now and then, on all ranks; where
  /// it says true the result is false and the state is somewhere within the frame. Collective.
  bool advance(ChainState& state, double interval, const std::function<bool()>& stop);

  EvolveWork work() const;
  /// Λ of the uniformisation, per unit time.
  double rate() const { return uniform_.rate(); }

private:
  bool step_on_time(ChainState& state, double interval, const std::function<bool()>& stop);
  bool uniformise(ChainState& state, double dt, const std::function<bool()>& stop);
  bool step_implicitly(ChainState& state, double interval, const std::function<bool()>& stop);
  bool is_resting(const ChainState& state);
  void rest(ChainState& state, double dt);

  MPI_Comm comm_;
  std::size_t parts_;
  Integrator integrator_;
  Uniformisation uniform_;
  ImplicitSteps implicit_;
  std::optional<TsSteps> ts_;
  std::optional<WholeSteps> whole_;
  std::optional<ChainState> on_step_; // after the last whole step
  std::optional<RestingState> rest_;
  double resting_since_ = -1;
  double spread_ = 0; // of log p − log ν when it was found to rest
};

} // namespace escapade
