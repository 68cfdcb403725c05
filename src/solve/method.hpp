// The ways to solve M x = f, Mᵀ x = f and Mᵀ π = 0 that Solver chooses from, each for this rank's
// rows. All is collective, and all ranks throw together.
#pragma once

#include "solve/solver.hpp"

#include <memory>
#include <string>
#include <vector>

namespace escapade {

class Method {
public:
  virtual ~Method() = default;

  virtual LogVector backward(const LogVector& log_f) = 0;
  virtual LogVector forward(const LogVector& log_f) = 0;
  virtual LogVector stationary() = 0;
  /// Seconds of this rank; all else of all.
  virtual SolverReport report() const = 0;

  /// As Solver's; most need no guess and keep no masses.
  virtual void guess_masses(std::vector<double>) {}
  virtual void guess(std::vector<double>) {}
  virtual std::vector<double> masses() const { return {}; }
};

/// Exact to rounding; on several ranks gathered on the first one. The rows are not kept.
std::unique_ptr<Method> gth_method(MPI_Comm comm, const Generator& rows,
                                   const SolveOptions& options);

/// Shared by ranks that have enough rows of the lattice each, else gathered on the first one.
std::unique_ptr<Method> multilevel_method(MPI_Comm comm, std::shared_ptr<const Generator> rows,
                                          const SolveOptions& options);

/// Refusals that methods share, BadInput: without an exit, where `otherwise`; with one, where
/// masses are to be stationary; of a tolerance outside (0, 1).
void require_exit(bool has_one, const std::string& otherwise);
void require_no_exit(bool has_one);
double require_tolerance(double tolerance); // which it gives back

} // namespace escapade
