#include "quantities/relaxation/pencil.hpp"

#include "parallel/ranks.hpp"

#include <algorithm>

namespace escapade {

namespace {

/// M = diag(k + W 1) − W, distributed by rows as the generator is.
PetscHandle<Mat> matrix_of(MPI_Comm comm, const Generator& G, double& largest) {
  const auto rows = static_cast<PetscInt>(G.rows()), size = static_cast<PetscInt>(G.size);
  std::vector<PetscInt> own(static_cast<std::size_t>(rows), 1), other(own.size(), 0);
  for (PetscInt r = 0; r < rows; ++r)
    for (std::int64_t q = G.row_start[r]; q < G.row_start[r + 1]; ++q)
      ++(G.column[q] >= G.first && G.column[q] < G.first + rows ? own : other)[r];
  PetscHandle<Mat> A;
  check(MatCreateAIJ(comm, rows, rows, size, size, 0, own.data(), 0, other.data(), A.put()));
  largest = 0;
  for (PetscInt r = 0; r < rows; ++r) {
    const auto global = static_cast<PetscInt>(G.first + r);
    PetscScalar d = G.killing[r];
    for (std::int64_t q = G.row_start[r]; q < G.row_start[r + 1]; ++q) {
      d += G.rate[q];
      check(MatSetValue(A, global, G.column[q], -G.rate[q], INSERT_VALUES));
    }
    check(MatSetValue(A, global, global, d, INSERT_VALUES));
    largest = std::max(largest, d);
  }
  check(MatAssemblyBegin(A, MAT_FINAL_ASSEMBLY));
  check(MatAssemblyEnd(A, MAT_FINAL_ASSEMBLY));
  largest = Ranks(comm).max(largest);
  return A;
}

/// Calls `use(row, column, value)` for every entry of this rank's rows.
template<class Use>
void for_entries(Mat matrix, const Use& use) {
  PetscInt first = 0, end = 0;
  check(MatGetOwnershipRange(matrix, &first, &end));
  for (PetscInt row = first; row < end; ++row) {
    PetscInt n = 0;
    const PetscInt* column = nullptr;
    const PetscScalar* value = nullptr;
    check(MatGetRow(matrix, row, &n, &column, &value));
    for (PetscInt k = 0; k < n; ++k)
      use(row, column[k], value[k]);
    check(MatRestoreRow(matrix, row, &n, &column, &value));
  }
}

/// X ⊗ 1 + Y ⊗ J, Y of X's pattern or less. Null for X or Y: nothing; for both not asked.
PetscHandle<Mat> doubled(Mat X, Mat Y, double of_y) {
  PetscInt rows = 0, size = 0, most = 0;
  check(MatGetLocalSize(X, &rows, nullptr));
  check(MatGetSize(X, &size, nullptr));
  PetscInt row = -1, in_row = 0;
  for_entries(X, [&](PetscInt r, PetscInt, PetscScalar) {
    in_row = r == row ? in_row + 1 : 1, row = r;
    most = std::max(most, in_row);
  });
  PetscHandle<Mat> out;
  check(MatCreateAIJ(PetscObjectComm(reinterpret_cast<PetscObject>(X)), 2 * rows, 2 * rows,
                     2 * size, 2 * size, 2 * most, nullptr, 2 * most, nullptr, out.put()));
  check(MatSetOption(out, MAT_NEW_NONZERO_ALLOCATION_ERR, PETSC_FALSE));
  for_entries(X, [&](PetscInt r, PetscInt c, PetscScalar v) {
    for (PetscInt k : {0, 1})
      check(MatSetValue(out, 2 * r + k, 2 * c + k, v, ADD_VALUES));
  });
  const auto turn = [&](PetscInt r, PetscInt c, PetscScalar v) {
    check(MatSetValue(out, 2 * r, 2 * c + 1, of_y * v, ADD_VALUES));
    check(MatSetValue(out, 2 * r + 1, 2 * c, -of_y * v, ADD_VALUES));
  };
  PetscInt first = 0, end = 0;
  check(MatGetOwnershipRange(X, &first, &end));
  if (Y)
    for_entries(Y, turn);
  else if (of_y != 0)
    for (PetscInt r = first; r < end; ++r)
      turn(r, r, 1);
  check(MatAssemblyBegin(out, MAT_FINAL_ASSEMBLY));
  check(MatAssemblyEnd(out, MAT_FINAL_ASSEMBLY));
  return out;
}

} // namespace

/// Without jumps A = M. With them, K the matrix of the edges alone, A and B of the header.
Pencil pencil_of(MPI_Comm comm, const Generator& G, const FlowPart* flow) {
  Pencil out;
  out.A = matrix_of(comm, G, out.largest);
  if (!flow)
    return out;
  double unused = 0;
  const PetscHandle<Mat> K = matrix_of(comm, flow->edges, unused);
  PetscHandle<Vec> half;
  check(MatCreateVecs(K, nullptr, half.put()));
  PetscScalar* h = nullptr;
  check(VecGetArray(half, &h));
  for (std::size_t r = 0; r < flow->time.size(); ++r)
    h[r] = -0.5 * flow->time[r];
  check(VecRestoreArray(half, &h));
  check(MatDuplicate(out.A, MAT_COPY_VALUES, out.B.put()));
  check(MatAXPY(out.B, -1, K, DIFFERENT_NONZERO_PATTERN));
  check(MatDiagonalScale(out.B, half, nullptr)); // −½ Δt (M − K)
  PetscHandle<Mat> product;
  check(MatMatMult(out.B, K, MAT_INITIAL_MATRIX, PETSC_DEFAULT, product.put()));
  check(MatAXPY(out.A, 1, product, DIFFERENT_NONZERO_PATTERN));
  check(MatShift(out.B, 1));
  return out;
}

Pencil turned(const Pencil& pencil, double frequency) {
  Pencil out;
  out.A = doubled(pencil.A, pencil.B, frequency);
  if (pencil.B)
    out.B = doubled(pencil.B, nullptr, 0);
  out.largest = pencil.largest;
  return out;
}

std::vector<std::complex<double>> all_eigenvalues(const Pencil& pencil) {
  PetscHandle<EPS> eps;
  check(EPSCreate(PETSC_COMM_SELF, eps.put()));
  check(EPSSetOperators(eps, pencil.A, pencil.B));
  check(EPSSetProblemType(eps, pencil.B ? EPS_GNHEP : EPS_NHEP));
  check(EPSSetType(eps, EPSLAPACK));
  check(EPSSolve(eps));
  PetscInt count = 0;
  check(EPSGetConverged(eps, &count));
  std::vector<std::complex<double>> out;
  for (PetscInt k = 0; k < count; ++k) {
    PetscScalar re = 0, im = 0;
    check(EPSGetEigenvalue(eps, k, &re, &im));
    out.emplace_back(re, im);
  }
  return out;
}

} // namespace escapade
