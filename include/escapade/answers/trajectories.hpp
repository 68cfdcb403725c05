// What simulated trajectories of  dθ = b dt + √2 σ dW,  σσᵀ = D  (problem.hpp) tell, each question
// in one call, every number with the standard error that comes from the scatter of paths:
//
//   first exits      τ = inf{t : θ_t in the exit set or beyond an absorbing side}, θ_0 = start:
//                    E τ, its standard deviation, P(exit through part k), S(t) = P(τ > t)
//   stationary law   time averages over independent paths in a closed domain: mean, covariance,
//                    P(region), histogram, circulation and the current J through blocks
//   rare exits       E τ = (1/p − 1) E[loop that returns] + E[loop that leaves], p by adaptive
//                    multilevel splitting (Cérou, Guyader 2007, doi:10.1080/07362990601139628)
//
// Exits between the ends of a step are seen through the Brownian bridge (Gobet 2000,
// doi:10.1016/S0304-4149(99)00109-X): the bias of exit times is O(Δt). It is not part of the
// standard errors: halve the step to see it. Times, lengths and D are in the problem's own units.
//
// All calls are collective over `comm`, MPI having begun; paths are shared by the ranks and by the
// threads of each, and the answer is the same to the last bit for any number of both. All arguments
// but `stop` must be the same on all ranks.
//
//   ExitStatistics s =
//       simulated_exits(comm, problem, domain, exit, {-1, 0}, {.paths = 10000, .seed = 1});
//   s.mean_exit_time.mean; s.mean_exit_time.standard_error;
#pragma once

#include "escapade/paths/scheme.hpp"
#include "escapade/paths/statistics.hpp"

#include <mpi.h>

#include <array>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>

namespace escapade {

struct SgdSampler; // the algorithm on data, for Scheme::sgd in place of the problem

/// Polled from time to time; true ends the run, and the answer is that of the paths that are whole.
using StopAsked = std::function<bool()>;
/// Told from time to time how much of this rank's share is done.
using Progressed = std::function<void(std::int64_t done, std::int64_t total)>;

struct ExitPaths {
  std::int64_t paths = 10000; // at least 2
  std::uint64_t seed = 0;
  double step = 0; // Δt; 0: default_step, or the sampler's learning rate
  double max_time = std::numeric_limits<double>::infinity(); // of a path: see ExitStatistics
  Scheme scheme = Scheme::euler;
  bool bridge = true; // false: exits are seen at the ends of steps alone
  std::shared_ptr<const SgdSampler> sampler;
  int threads = 0; // of each rank; 0: as many as OpenMP gives
  StopAsked stop;
  Progressed progress;
};

/// First exits from `start` through the parts of `exit` (may be empty where a side absorbs), the
/// absorbing sides after them. The same on every rank. Throws BadInput for fewer than two paths, a
/// step or time that is not positive, a start outside the domain or inside the exit, nothing to
/// exit through, a scheme that the problem does not allow, an indefinite D; NotTrusted where paths
/// diverge, none left within max_time, or it was stopped before anything was whole.
ExitStatistics simulated_exits(MPI_Comm comm, const Problem& problem, const Domain& domain,
                               const Region& exit, Vec2 start, const ExitPaths& how = {});

struct StationaryPaths {
  std::int64_t paths = 256; // at least 2
  std::uint64_t seed = 0;
  double step = 0;                          // as in ExitPaths
  double burn_in = -1;                      // time that forgets the start; −1: a fifth of all
  double time = 0;                          // of a path, burn-in included; 0: 10000 steps
  std::array<std::size_t, 2> cells{64, 64}; // lattice of the density; 0: none
  std::array<std::size_t, 2> blocks{0, 0};  // with probability and current; 0: none
  Scheme scheme = Scheme::euler;            // any but time_changed
  std::shared_ptr<const SgdSampler> sampler;
  int threads = 0;
  StopAsked stop;
};

/// Averages over the stationary law, of paths from `start`; region_probability has an entry for
/// each part of `regions` (each counts for itself), blocks and density have x fastest. The same on
/// every rank. Throws BadInput for counts or times that are not positive, no step after the
/// burn-in, absorbing sides, a start outside the domain; NotTrusted where paths diverge, or it was
/// stopped before anything was whole.
StationaryStatistics simulated_stationary(MPI_Comm comm, const Problem& problem,
                                          const Domain& domain, const Region& regions, Vec2 start,
                                          const StationaryPaths& how = {});

struct SplittingPaths {
  std::int64_t runs = 10;      // independent ones, whose scatter gives the errors; at least 2
  std::int64_t replicas = 500; // of a run
  std::uint64_t seed = 0;
  double step = 0;               // as in ExitPaths
  Scheme scheme = Scheme::euler; // euler, heun or tamed
  bool bridge = true;
  StopAsked stop;
  Progressed progress; // in runs
};

/// Rare exits from the well around `start`. `score` (1 component) grows towards the exit; it
/// decides the errors alone, not the mean. The same on every rank. Throws BadInput as
/// simulated_exits, and for a score that hardly changes where paths go; NotTrusted where paths
/// diverge, the well does not settle, the exit is not rare, or fewer than two runs came through.
SplittingResult simulated_rare_exits(MPI_Comm comm, const Problem& problem, const Domain& domain,
                                     const Region& exit, Vec2 start, const Field& score,
                                     const SplittingPaths& how = {});

} // namespace escapade
