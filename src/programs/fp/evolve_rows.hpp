// The numbers of each frame, private to this room.
#pragma once

#include "answers/chain_run.hpp"
#include "answers/grid_sequence.hpp"
#include "programs/report/outcome.hpp"
#include "quantities/evolution/evolve.hpp"
#include "quantities/stationary.hpp"

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
  long double relative_entropy = 0;              // Σ p log(p/π), chains without exit
  long double survival_time = 0;                 // ∫₀ᵗ S dt
  long double remaining_time = 0;                // Σ p τ; with the above E[T] at every t
  double imbalance = 0;                          // S + exited − 1
  double error = 0;      // of the masses by the time stepping, relative to S
  double mass_error = 0; // the same, absolute
};

/// Makes rows of states of one chain; collective.
class RowMaker {
public:
  RowMaker(MPI_Comm comm, const Chain& chain, std::size_t parts, Solver& solver);

  FrameRow operator()(const ChainState& state) const;

private:
  MPI_Comm comm_;
  const Chain& chain_;
  std::size_t parts_;
  Halo halo_;
  LogVector log_rest_; // this rank's π, or τ where there is an exit
};

/// π, or ν where it is found in a few iterations.
std::optional<RestingState> resting_state(MPI_Comm comm, Solver& solver, const Generator& rows,
                                          std::size_t parts);

Level level_of(const Cells& grid, const std::vector<FrameRow>& rows);

/// Fills results and table from the finest grid's rows and the levels made of all.
void report_rows(Outcome& out, const Setup& setup, const std::vector<Level>& levels,
                 const std::vector<FrameRow>& rows);

} // namespace escapade
