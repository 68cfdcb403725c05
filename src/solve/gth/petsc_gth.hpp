// Elimination without subtraction (solve/gth.hpp) as a PETSc direct solver, chosen by options:
//   -solve_pc_type lu -solve_pc_factor_mat_solver_type gth
//
// A PETSc matrix holds the diagonal k + Σ w, from which the killing rates k come back only by
// subtraction. A matrix that was built from a chain therefore carries the chain itself:
//   A = diag(e^left) M diag(e^right)  or  diag(e^left) Mᵀ diag(e^right),   M = diag(k + W 1) − W,
// and solves with it are right to a few roundings entry by entry where the right side has one sign.
// Any other M-matrix (off-diagonal entries ≤ 0, row sums or column sums ≥ 0) is accepted too; its
// killing rates are then its row or column sums and carry the rounding of these.
#pragma once

#include "generator/generator.hpp"

#include <petscmat.h>

#include <memory>
#include <vector>

namespace escapade {

/// Makes the name "gth" known to PETSc for LU factors of MATSEQAIJ and MATMPIAIJ; on several
/// processes the factors are the first one's. PETSc must be running; may be called again.
void register_gth();

/// The chain behind a matrix, this rank's rows. left, right: logarithms of the scalings of these.
struct ChainOfMatrix {
  std::shared_ptr<const Generator> chain;
  bool transposed = false;
  std::vector<long double> left, right;
};

/// Lets solves with `matrix` by "gth" use the chain instead of the matrix's entries.
void attach_chain(Mat matrix, ChainOfMatrix chain);

} // namespace escapade
