// The state that a problem with a period P in time comes to, b(θ, t + P) = b(θ, t), the same of D.
//
//   p(t + P) = λ p(t)            a closed domain: λ = 1; with an exit the decay rate of survival,
//   κ = −log λ / P               the Floquet rate
//   ⟨·⟩ = (1/P) ∫ · dt           means over a period
// Lengths in the variables' units, times in the unit of 1/rate. Errors hold the grid's, the steps'
// in time and the iteration's part.
#pragma once

#include "escapade/answers/answer.hpp"
#include "escapade/answers/stationary.hpp"
#include "escapade/grid/shape.hpp"
#include "escapade/problem/problem.hpp"
#include "escapade/problem/region.hpp"

#include <mpi.h>

#include <array>
#include <vector>

namespace escapade {

/// At one time within the period, per mass that is left.
struct PeriodicFrame {
  double time = 0;
  std::array<Number, 2> mean;
  std::array<Number, 3> covariance; ///< xx, xy, yy
};

/// Fields: density, log_density, with an exit quasi_stationary_density, log_…: of the mean over a
/// period.
struct PeriodicAnswer : GridAnswer {
  std::vector<PeriodicFrame> frames;      ///< t = 0 first
  std::array<Number, 2> mean;             ///< of the density's mean over a period
  std::array<Number, 2> response;         ///< amplitude of the mean's first harmonic
  std::array<Number, 3> covariance;       ///< the same
  std::vector<Number> region_probability; ///< the same, in the order of the regions
  int periods = 0;                        ///< that the iteration took on the finest grid
  std::vector<std::string> parts;         ///< of the exit
  Number decay_rate, mean_time;    ///< with an exit: κ, and the mean time to leave from p(0)
  std::vector<Number> probability; ///< to leave through the parts
};

/// Collective; numbers are the same on every rank. `frames`: times of a period. An exit set or
/// absorbing sides make it the state of those that have not left. BadInput as of evolution();
/// NotTrusted where the iteration does not converge.
PeriodicAnswer periodic(MPI_Comm comm, const Problem& problem, const Domain& domain,
                        const GridShape& shape, const Region& exit, double period,
                        const NamedRegions& regions = {}, const Effort& effort = {},
                        int frames = 16);

} // namespace escapade
