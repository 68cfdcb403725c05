// Where a chain stands at a time t: masses p(t) with dp/dt = −Mᵀp, M = diag(k + W 1) − W, and what
// has left it. Σp + Σ_k exited_k = Σp(0).
#pragma once

#include "generator/generator.hpp"
#include "generator/log_vector.hpp"

#include <mpi.h>

#include <cstdint>
#include <vector>

namespace escapade {

struct ChainState {
  double time = 0;
  LogVector log_mass;              // this rank's rows
  std::vector<long double> exited; // mass that has left through each part, the same on every rank
  long double survival_time = 0;   // ∫₀ᵗ Σp dt
  double error = 0;                // Σ|p − exact p(t) of this chain|: bound or estimate
  double resting_error = -1; // the same relative to Σp once p = cν and decays as one; −1 before
};

/// Steps begin and end at multiples of 2^−tick_bits of the interval between two frames.
constexpr int tick_bits = 40;

/// What implicit steps took: solves, factors that were made, steps that were kept and given up.
struct StepWork {
  std::int64_t solves = 0, factorisations = 0, steps = 0, rejected = 0;
};

/// log Σ exp over the entries of all ranks; −inf where there is nothing. Collective.
long double log_total(MPI_Comm comm, const LogVector& values);

/// log max over the entries of all ranks. Collective.
long double log_top(MPI_Comm comm, const LogVector& values);
/// This rank's masses in units of exp(shift).
std::vector<double> masses_over(const LogVector& log_mass, long double shift);

/// Mass per unit time that leaves through each part at masses `log_mass`. Collective.
std::vector<long double> exit_fluxes(MPI_Comm comm, const Generator& rows, std::size_t parts,
                                     const LogVector& log_mass);

} // namespace escapade
