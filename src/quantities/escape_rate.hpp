// Quasi-stationary density ν and escape rate κ of a chain with killing:
//   Mᵀ ν = κ ν,  Σν = 1,  ν > 0;   κ = Σ ν k,   κ E_ν[τ] = 1.
// Left inverse iteration ν ← M⁻ᵀν / Σ converges by κ/λ₂ a step and keeps every entry positive, so
// that rates far below rounding of the matrix are still right (Collet, Martínez, San Martín 2013,
// doi:10.1007/978-3-642-33131-2).
#pragma once

#include "generator/assemble.hpp"
#include "solve/solver.hpp"

#include <mpi.h>

#include <vector>

namespace escapade {

struct QuasiStationary {
  LogVector log_mass;                            // local rows, Σ over all ranks = 1
  long double log_rate = 0;                      // log κ, from Σ ν k
  long double log_mean_time = 0;                 // log E_ν[τ], from the backward solve
  std::vector<long double> log_exit_probability; // per part: log of Σ ν k_part / κ
  int iterations = 0;
};

/// Collective. Iterates until every entry's logarithm has settled to 1e-13 (direct solver) or the
/// sum of the changes is below 1e-11 (iterative). Throws NotTrusted where `most` steps do not do,
/// or after 256 or more where twice as many would not, as the steps go: the second mode decays
/// about as slowly as the first. `flow`: of a chain whose drift jumps, else null; without noise
/// along an axis rate, mean time and parts are those of jumps on time (exits/on_time.hpp), the mean
/// time over the chain's own ν.
QuasiStationary quasi_stationary(MPI_Comm comm, Solver& solver, const Generator& generator,
                                 std::size_t parts, const FlowPart* flow = nullptr,
                                 int most = 2000);

} // namespace escapade
