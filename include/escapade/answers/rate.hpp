// Escape from the quasi-stationary state: the rate at which a domain is left once its start is
// forgotten.
//
//   𝓛†ν = −κν, ν > 0, ∫ν = 1, ν = 0 on the exit set     density ν, rate κ (1/time)
//   κ E_ν[T] = 1                                        mean exit time from ν
// Collet, Martínez, San Martín 2013, doi:10.1007/978-3-642-33131-2. Beside it formulas of the
// weak-noise limit (landscape/formulas.hpp).
#pragma once

#include "escapade/answers/answer.hpp"
#include "escapade/grid/shape.hpp"
#include "escapade/landscape/formulas.hpp"
#include "escapade/problem/problem.hpp"
#include "escapade/problem/region.hpp"

#include <mpi.h>

#include <string>
#include <vector>

namespace escapade {

/// Fields: quasi_stationary_density, log_quasi_stationary_density.
struct RateAnswer : GridAnswer {
  Number escape_rate, mean_time;
  std::vector<Number> probability; ///< of the parts
  std::vector<std::string> parts;
  double rate_times_mean_time = 1; ///< of the finest grid: 1 to the iteration's error
};

/// Collective; numbers are the same on every rank. Errors as of exits(); NotTrusted also where a
/// second state decays about as slowly as ν.
RateAnswer escape_rate(MPI_Comm comm, const Problem& problem, const Domain& domain,
                       const GridShape& shape, const Region& exit, const Effort& effort = {});

/// The formulas where one saddle leads out of a well: that of `start` (null: of the first minimum
/// outside the exit set). Empty where there is no landscape, no such well or another number of
/// saddles around it.
std::vector<Formula> formulas_of_escape(const Problem& problem, const Domain& domain,
                                        const Region& exit, const Vec2* start);

} // namespace escapade
