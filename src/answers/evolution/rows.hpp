// The numbers of each frame of an evolution, on one grid and with errors from several.
#pragma once

#include "answers/grids/grid_sequence.hpp"
#include "escapade/answers/evolution.hpp"
#include "generator/chain.hpp"
#include "generator/halo.hpp"
#include "quantities/evolution/evolve.hpp"
#include "quantities/stationary.hpp"

#include <array>
#include <optional>
#include <vector>

namespace escapade {

/// At one time; everything per unit mass at t = 0, moments of the mass that is left.
struct FrameRow {
  double time = 0;
  long double log_survival = 0;
  Moments moments;
  std::vector<long double> log_exited, log_flux; // per part: mass, mass per unit time
  long double log_hazard = 0;                    // log of Σ flux / survival
  long double relative_entropy = 0; // Σ p log(p/π), chains without exit; NaN without a solver
  long double survival_time = 0;    // ∫₀ᵗ S dt
  long double remaining_time = 0;   // Σ p τ; with the above E[T] at every t
  double imbalance = 0;             // S + exited − 1
  double error = 0;                 // of the masses by the time stepping, relative to S
  double mass_error = 0;            // the same, absolute
  /// Of the moments by steps that freeze the time: mean, covariance xx, xy, yy.
  std::optional<std::array<double, 5>> moment_error = std::nullopt;
};

/// Makes rows of states of one chain; collective.
class RowMaker {
public:
  /// Without solver what needs the chain's state at rest is left out.
  RowMaker(MPI_Comm comm, const Chain& chain, std::size_t parts, Solver* solver);

  FrameRow operator()(const ChainState& state) const { return (*this)(state, chain_.generator); }
  /// The same with the rates of that time.
  FrameRow operator()(const ChainState& state, const Generator& rates) const;

private:
  MPI_Comm comm_;
  const Chain& chain_;
  std::size_t parts_;
  Halo halo_;
  bool with_rest_;
  LogVector log_rest_; // this rank's π, or τ where there is an exit; empty without solver
};

/// π, or ν where it is found in a few iterations.
std::optional<RestingState> resting_state(MPI_Comm comm, Solver& solver, const Generator& rows,
                                          std::size_t parts);

/// Fills what follows from the rows of all grids, the finest first: frames, mean exit time,
/// imbalance. `extent`: of the domain, which no mean can leave.
void fill_answer(const std::vector<Level<std::vector<FrameRow>>>& levels, double extent,
                 EvolutionAnswer& answer);

} // namespace escapade
