// The one solver that the quantities use: M x = f, Mᵀ x = f and Mᵀ π = 0 for a generator that may
// be spread over ranks, by one of the methods of options.hpp.
#pragma once

#include "escapade/solve/options.hpp"
#include "generator/generator.hpp"
#include "generator/log_vector.hpp"
#include "solve/ordering.hpp"

#include <mpi.h>

#include <memory>
#include <vector>

namespace escapade {

/// Collective, as are its solves; all ranks throw together. PETSc must be running where krylov can
/// be used, and `comm` alive, as long as the solver is; the generator need not be.
class Solver {
public:
  /// `rows`: this rank's rows. BadInput for a method that is not available.
  Solver(MPI_Comm comm, const Generator& rows, const SolveOptions& options);
  /// The same without a copy: krylov and multilevel keep the rows as long as they need them.
  Solver(MPI_Comm comm, std::shared_ptr<const Generator> rows, const SolveOptions& options);
  Solver(Solver&&) noexcept;
  Solver& operator=(Solver&&) noexcept;
  ~Solver();

  /// M x = f, this rank's rows. BadInput or NotTrusted as the method says.
  LogVector backward(const LogVector& log_f);
  /// Mᵀ x = f.
  LogVector forward(const LogVector& log_f);
  /// Mᵀ π = 0, Σπ = 1, of a chain without killing.
  LogVector stationary();

  /// First guesses for multilevel of this rank's rows, as in solve/multilevel/; the others need
  /// none and do nothing. Collective.
  void guess_masses(std::vector<double> log_masses);
  void guess(std::vector<double> log_x);
  /// What multilevel knows of the chain without its killing, this rank's rows; else nothing.
  /// Collective.
  std::vector<double> masses() const;

  /// Collective.
  SolverReport report() const;

private:
  struct State;
  std::unique_ptr<State> state_;
};

} // namespace escapade
