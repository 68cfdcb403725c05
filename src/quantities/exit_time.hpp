// First exit from the cells of a chain with killing (M = diag(k + W1) − W):
//   mean time          M τ = 1
//   variance           v = τ₂ − τ², M τ₂ = 2τ (entrywise right to a few roundings of τ²; solving
//                      M v = Σ w (τ_y − τ_x)² + k τ_x² instead loses everything in a metastable
//                      well, where τ is flat to rounding and the time spent there is e^hundreds)
//   exit through part  M h_k = rate of killing into part k;  Σ_k h_k = 1
//   raw moments        M τ_n = n τ_{n−1}
//   time given a part  M u_k = h_k,  u_k = h_k E[T | exit through part k];  Σ_k u_k = τ
// `flow`, where drift jumps along its flow: the same with jumps on time (exits/on_time.hpp).
#pragma once

#include "generator/assemble.hpp"
#include "solve/solver.hpp"

#include <mpi.h>

#include <functional>
#include <vector>

namespace escapade {

/// Logarithms of local rows; times in the unit of 1/rate.
struct ExitQuantities {
  LogVector mean;
  LogVector variance;
  std::vector<LogVector> probability; // one per part
};

/// First guesses for solvers that want one, logarithms of local rows, empty where there is none:
/// k = 0 of the mean time, 1 of τ₂/τ, 2 + part of a probability.
using ExitGuess = std::function<std::vector<double>(std::size_t k)>;

/// The same of answers, for a guess on another grid. τ₂/τ is smooth up to the exit, where both
/// vanish.
std::vector<LogVector> guess_from(const ExitQuantities& q);

/// Collective. `parts` is the number of exit parts, absorbing sides included.
ExitQuantities exit_quantities(MPI_Comm comm, Solver& solver, const Generator& generator,
                               std::size_t parts, const ExitGuess& guess = {},
                               const FlowPart* flow = nullptr);

/// The probabilities alone. Collective.
std::vector<LogVector> exit_probabilities(MPI_Comm comm, Solver& solver, const Generator& generator,
                                          std::size_t parts, const ExitGuess& guess = {},
                                          const FlowPart* flow = nullptr);

/// Mean exit time alone. Collective.
LogVector mean_exit_time(MPI_Comm comm, Solver& solver, const Generator& generator,
                         const FlowPart* flow = nullptr);

/// log u_k = log h_k E[T | exit through part k] of each part; −∞ where it is never reached. With
/// `flow` the chain's u_k share τ of jumps on time. Collective.
std::vector<LogVector> times_by_part(MPI_Comm comm, Solver& solver, const ExitQuantities& q,
                                     const FlowPart* flow = nullptr);

/// Raw moments E[T^n], n = 1 … order. Collective.
std::vector<LogVector> exit_time_moments(MPI_Comm comm, Solver& solver, const Generator& generator,
                                         int order, const FlowPart* flow = nullptr);

} // namespace escapade
