// First exit from a domain: when, how spread, and through which part of the exit set.
//
//   𝓛τ = −1, τ = 0 on the exit set        mean time τ(θ) = E_θ[T]
//   𝓛τ₂ = −2τ                             standard deviation √(τ₂ − τ²);  𝓛τ_n = −n τ_{n−1}
//   𝓛h_k = 0, h_k = 1 on part k, 0 on the rest of the exit set     Σ_k h_k = 1
//   𝓛u_k = −h_k, u_k = 0 on the exit set   E[T | exit through part k] = u_k/h_k
// with 𝓛u = b·∇u + D:∇∇u. Times in the unit of 1/rate of the problem's drift and noise. Order 2 in
// the cells' size. The way out is the weak-noise path of Freidlin and Wentzell
// (doi:10.1007/978-3-642-25847-3) read off the chain.
#pragma once

#include "escapade/answers/answer.hpp"
#include "escapade/grid/shape.hpp"
#include "escapade/problem/problem.hpp"
#include "escapade/problem/region.hpp"

#include <mpi.h>

#include <string>
#include <vector>

namespace escapade {

/// At one start.
struct ExitNumbers {
  Number mean_time, time_std;
  std::vector<Number> probability; ///< one per part of ExitAnswer::parts, sum 1
  /// Mean time of the exits through each part; no value where it is never reached.
  std::vector<Number> mean_time_by_part;
  std::vector<Number> moments; ///< E[T^n], n = 1, 2, …, as many as asked for
};

/// Fields: mean_exit_time, log_mean_exit_time, exit_probability_k.
struct ExitAnswer : GridAnswer {
  std::vector<ExitNumbers> at;    ///< one per start
  std::vector<std::string> parts; ///< of the exit set, then absorbing sides or curves
  std::vector<Vec2> way_out;      ///< most probable way from the first start, in the variables
  double drift_on_way = 0;        ///< max |g| over the edges along it; at most 2 is well resolved
};

/// Exit from `domain` through `exit` and its absorbing sides (of a mesh: its absorbing curves).
/// Collective; numbers are the same on every rank. BadInput: a start outside the domain or inside
/// the exit set, an exit that is nowhere, drift or noise that are not finite or not positive
/// semi-definite, a grid that does not fit into memory. NotTrusted: a solve that did not converge.
ExitAnswer exits(MPI_Comm comm, const Problem& problem, const Domain& domain,
                 const GridShape& shape, const Region& exit, const std::vector<Vec2>& starts,
                 const Effort& effort = {}, int moments = 0);

/// Names of the parts through which `exit` and the domain's absorbing sides are left, in order.
std::vector<std::string> exit_parts(const Domain& domain, const GridShape& shape,
                                    const Region& exit);

} // namespace escapade
