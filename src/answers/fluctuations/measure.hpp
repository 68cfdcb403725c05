// Fluctuations of a chain at rest on one grid: observables f, and motion along periodic axes.
//
//   mean ⟨f⟩ = Σ π f,  variance ⟨δf²⟩,  correlation time ⟨δf M⁻¹ δf⟩ / ⟨δf²⟩        observable.hpp
//   mean velocity v = lim E X_t / t,  effective diffusion D = lim Cov X_t / (2t)      unwrapped.hpp
// π the chain's masses with the sum 1, δf = f − ⟨f⟩, M = diag(W 1) − W, X_t the way without
// wrapping. Units: f in its own, times in those of 1/rate, v and D in lengths of the variables.
// Each number is of order 2 in the cells' size, which its Measured says to the error estimate.
#pragma once

#include "answers/grids/chain_run.hpp"
#include "answers/grids/grid_sequence.hpp"
#include "escapade/answers/stationary.hpp"
#include "generator/halo.hpp"

#include <array>
#include <optional>
#include <string>
#include <vector>

namespace escapade {

struct MeasuredObservable {
  Measured mean, variance, correlation_time;
  std::string no_time; // why there is no correlation time
};

struct MeasuredMotion {
  std::array<Measured, 2> velocity;
  std::array<Measured, 3> diffusion;
  std::string unknown; // why there is none
};

struct MeasuredFluctuations {
  std::vector<MeasuredObservable> observables;
  std::optional<MeasuredMotion> motion; // where an axis is periodic
};

/// Collective. BadInput where an observable is not a finite number.
MeasuredFluctuations measure_fluctuations(const GridQuestion& question, const Chain& chain,
                                          const LogVector& log_mass, const Halo& halo,
                                          const NamedObservables& observables);

/// How equations on this chain are solved: the question's way, and where its cells lie. The chain
/// must outlive it.
class WayToSolve {
public:
  WayToSolve(const GridQuestion& question, const Chain& chain);
  WayToSolve(const WayToSolve&) = delete;
  WayToSolve& operator=(const WayToSolve&) = delete;
  const SolveOptions& options() const { return options_; }

private:
  std::optional<Lattice> lattice_;
  SolveOptions options_;
};

} // namespace escapade
