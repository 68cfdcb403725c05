// The one solver that the quantities use: M x = f, Mᵀ x = f and Mᵀ π = 0 for a generator that may
// be spread over ranks, by one of several methods.
//   gth       exact to rounding; on several ranks gathered on rank 0 and solved there
//   krylov    distributed and certified (solve/krylov/)
//   multilevel  work and memory ∝ cells (multilevel.hpp); ranks share it where each has a few
//             rows of the lattice, else it is gathered on rank 0
//   automatic gth on one rank; on several krylov, and where that cannot be trusted gth on rank 0
#pragma once

#include "escapade/generator/generator.hpp"
#include "escapade/generator/log_vector.hpp"
#include "escapade/solve/ordering.hpp"
#include "escapade/solve/precision.hpp"

#include <mpi.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace escapade {

enum class SolverKind { automatic, gth, krylov, multilevel };

struct SolveOptions {
  SolverKind kind = SolverKind::automatic;
  Precision precision = Precision::automatic; // of gth
  double tolerance = 1e-6;                    // of krylov and multilevel
  const Lattice* lattice = nullptr;           // cells' places: of all cells, or of this rank's
};

/// What did the work, for the JSON's `solver`. On several ranks, seconds are of the slowest and
/// bytes of all. certificate: largest certified relative error, 0 where gth did all; of multilevel
/// an estimate from its contraction. iterations: of krylov, or multilevel's cycles.
struct SolverReport {
  std::string kind, precision;
  std::int64_t iterations = 0;
  double products = 0; // multilevel: its work in products with the finest matrix
  double certificate = 0, seconds = 0;
  std::int64_t memory_bytes = 0;
  std::vector<std::string> notices;
};

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
