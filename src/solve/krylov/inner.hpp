// One approximate inverse: (diag(d) − W)⁻¹ by a PETSc KSP in double, on rows scaled by 1/d. It only
// has to be roughly right; refinement with residuals in long double makes the answer certain.
// Private to the Krylov solver.
#pragma once

#include "solve/gth/petsc_gth.hpp"
#include "solve/krylov/lattice.hpp"
#include "support/petsc.hpp"

#include <petscksp.h>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace escapade::krylov {

class InnerSolver {
public:
  /// Rows [first, first + d.size()) of diag(d) − W; W by rows (row_start, global column, rate).
  /// `prefix` of its PETSc options; "solve_" for what users set. `chain`: where there is one, what
  /// diag(d) − W was made from, so that -solve_pc_factor_mat_solver_type gth can use it. PETSc is
  /// told of the lattice where `shares` knows it (KSPSetDM; the matrix stays ours).
  /// `log_mass`: of these rows, or empty; geometric multigrid weighs rows with it.
  InnerSolver(MPI_Comm comm, std::int64_t size, std::int64_t first,
              std::span<const std::int64_t> row_start, std::span<const std::int32_t> column,
              std::span<const long double> rate, std::span<const long double> d,
              const LatticeShares& shares, std::span<const long double> log_mass,
              const std::string& prefix, const ChainOfMatrix& chain = {});

  /// Adds an approximation of (diag(d) − W)⁻¹ r to the first d.size() entries of x. False, with the
  /// reason in why(), where the KSP broke down; running out of iterations is not breaking down.
  bool correct(std::span<const long double> r, std::vector<long double>& x);

  const std::string& why() const { return why_; }
  std::int64_t iterations() const { return iterations_; }
  /// Bytes of the matrix and vectors on this rank; the preconditioner's are not counted.
  std::int64_t memory_bytes() const { return memory_; }

private:
  MPI_Comm comm_;
  std::vector<long double> d_;
  MatrixRows rows_;
  std::vector<double> weight_; // of rows; empty: 1
  PetscHandle<Mat> matrix_;
  PetscHandle<Vec> right_, left_;
  PetscHandle<KSP> ksp_;
  std::string why_;
  std::int64_t iterations_ = 0, memory_ = 0;
};

} // namespace escapade::krylov
