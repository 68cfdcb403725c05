// Krylov solves of a distributed jump process: M x = f and Mᵀ x = f with M = diag(k + W 1) − W,
// rows scaled by 1/d, d = k + W 1, by a PETSc KSP (default GMRES with hypre's BoomerAMG; every
// PETSc option under the prefix "solve_" is the user's) inside iterative refinement: residuals come
// from the rates in long double, and the answer is accepted only with a certificate
// (solve/certificate.hpp) below the tolerance.
//
// Forward problems are solved for u = e^{−φ} μ, where the potential φ is the least-squares solution
// of φ_y − φ_x = log(w_xy / w_yx) over all two-way edges, weighted by √(w_xy w_yx) (options prefix
// "solve_gauge_"). In detailed balance e^φ is the stationary measure itself and u is as smooth as a
// backward solution; elsewhere φ only helps: the certificate does not depend on it.
//
// Units: rates per unit time; f and x as the caller means them.
#pragma once

#include "solve/krylov/system.hpp"
#include "solve/method.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace escapade {

/// Collective, as are its solves: all ranks of `comm` call the same in the same order, and throw
/// together. PETSc must be running, and `comm` alive, as long as the solver is.
class KrylovSolver final : public Method {
public:
  /// `rows`: this rank's rows. `tolerance`: largest certified relative error accepted, in (0, 1),
  /// else BadInput. `lattice`: where the cells lie, all or this rank's, for PETSc's preconditioners
  /// on lattices (-solve_pc_type mg, refused without); not kept.
  KrylovSolver(MPI_Comm comm, const Generator& rows, double tolerance,
               const Lattice* lattice = nullptr)
      : KrylovSolver(comm, std::make_shared<const Generator>(rows), tolerance, lattice) {}
  KrylovSolver(MPI_Comm comm, std::shared_ptr<const Generator> rows, double tolerance,
               const Lattice* lattice = nullptr);

  /// M x = f. The certificate bounds every entry's relative error where f > 0 throughout, else (or
  /// where f spans more than it can serve) the largest error relative to the largest entry.
  /// BadInput without killing; NotTrusted where the certificate misses the tolerance.
  LogVector backward(const LogVector& log_f) override;

  /// Mᵀ x = f. The certificate bounds Σ|error| / Σx. Errors as above.
  LogVector forward(const LogVector& log_f) override;

  /// Mᵀ π = 0, Σπ = 1, of a chain without killing (else BadInput): the masses relative to a
  /// reference cell near the largest. The certificate bounds Σ|error|. NotTrusted as above.
  LogVector stationary() override;
  /// Precision: of the inner solves; residuals are in long double. Iterations: of the KSPs of all
  /// solves so far, those for bounds and φ included. Certificate: the largest. Memory: growth of
  /// the resident memory, at least that of what is counted. Notices: answers with entries below
  /// their certified error, ways changed.
  SolverReport report() const override;

private:
  const std::vector<long double>& potential();
  krylov::Answer forward(krylov::System& of, const LogVector& log_f, double allowed);
  LogVector accepted(krylov::Answer answer, const std::string& what);
  template<class Solve>
  LogVector booked(Solve solve);

  MPI_Comm comm_;
  std::shared_ptr<const Generator> rows_;
  double tolerance_;
  std::shared_ptr<const krylov::LatticeShares> shares_;
  krylov::System system_;
  std::vector<long double> potential_; // empty until it is needed
  bool has_potential_ = false;
  double resident_; // bytes at the beginning
  std::int64_t other_iterations_ = 0;
  SolverReport report_; // its iterations: filled in when it is asked for
};

} // namespace escapade
