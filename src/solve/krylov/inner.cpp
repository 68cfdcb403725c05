#include "solve/krylov/inner.hpp"

#include "support/petsc_versions.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace escapade::krylov {

namespace {

/// The weight of rows without a cell beside those around them. What coarse corrections carry there
/// counts as much as this: 1 would hold them at 0 along the sides, as if these absorbed. A choice
/// between that and rounding.
constexpr double no_cell = 1e-8;
constexpr double smallest_weight = 1e-290;

/// Weights of rows for geometric multigrid. Its coarse matrices PᵀAP are those of a symmetric
/// problem, and as stable, where rows are weighted by the outflow and the stationary masses.
std::vector<double> weights(MPI_Comm comm, std::span<const long double> d,
                            std::span<const long double> log_mass) {
  std::vector<double> out;
  std::vector<long double> log_weight;
  long double most = -std::numeric_limits<long double>::infinity();
  for (std::size_t i = 0; i < d.size(); ++i) {
    log_weight.push_back(std::log(d[i]) + (log_mass.empty() ? 0.0L : log_mass[i]));
    most = std::max(most, log_weight.back());
  }
  MPI_Allreduce(MPI_IN_PLACE, &most, 1, MPI_LONG_DOUBLE, MPI_MAX, comm);
  out.reserve(d.size());
  for (const long double w : log_weight)
    out.push_back(std::max(static_cast<double>(std::exp(w - most)), smallest_weight));
  return out;
}

/// Rows of (diag(d) − W) / d, each times its weight.
PetscHandle<Mat> scaled_matrix(MPI_Comm comm, const MatrixRows& rows,
                               std::span<const double> weight,
                               std::span<const std::int64_t> row_start,
                               std::span<const std::int32_t> column,
                               std::span<const long double> rate, std::span<const long double> d) {
  const auto n = static_cast<PetscInt>(rows.rows), cells = static_cast<PetscInt>(d.size());
  const auto first = static_cast<PetscInt>(rows.first);
  std::vector<PetscInt> start{0}, index;
  std::vector<PetscScalar> value;
  start.reserve(rows.rows + 1);
  index.reserve(rate.size() + rows.rows);
  value.reserve(rate.size() + rows.rows);
  double small = 1; // what rows without a cell have beside their neighbours, and less
  for (const double w : weight)
    small = std::min(small, w);
  MPI_Allreduce(MPI_IN_PLACE, &small, 1, MPI_DOUBLE, MPI_MIN, comm);
  PetscInt cell = 0; // cells come in the order of their rows
  for (PetscInt i = 0; i < n; ++i) {
    const bool carries = cell < cells && (rows.row.empty() || rows.row[cell] == i);
    index.push_back(first + i);
    const double w = !carries ? small * no_cell : weight.empty() ? 1.0 : weight[cell];
    value.push_back(w);
    if (carries) {
      for (std::int64_t e = row_start[cell]; e < row_start[cell + 1]; ++e) {
        index.push_back(rows.column.empty() ? column[e] : rows.column[e]);
        value.push_back(w * static_cast<double>(-rate[e] / d[cell]));
      }
      ++cell;
    }
    start.push_back(static_cast<PetscInt>(index.size()));
  }
  // Entry by row instead of MatCreateMPIAIJWithArrays, which wants ascending columns.
  PetscHandle<Mat> matrix;
  check(MatCreate(comm, matrix.put()));
  const auto size = static_cast<PetscInt>(rows.size);
  check(MatSetSizes(matrix, n, n, size, size));
  check(MatSetType(matrix, MATAIJ));
  std::vector<PetscInt> own(n, 1), others(n, 0);
  for (PetscInt i = 0; i < n; ++i)
    for (PetscInt e = start[i] + 1; e < start[i + 1]; ++e)
      ++(index[e] >= first && index[e] < first + n ? own[i] : others[i]);
  check(MatSeqAIJSetPreallocation(matrix, 0, own.data()));
  check(MatMPIAIJSetPreallocation(matrix, 0, own.data(), 0, others.data()));
  for (PetscInt i = 0; i < n; ++i) {
    const PetscInt row = first + i;
    check(MatSetValues(matrix, 1, &row, start[i + 1] - start[i], index.data() + start[i],
                       value.data() + start[i], INSERT_VALUES));
  }
  check(MatAssemblyBegin(matrix, MAT_FINAL_ASSEMBLY));
  check(MatAssemblyEnd(matrix, MAT_FINAL_ASSEMBLY));
  return matrix;
}

/// Where PETSc's own choices are other ones: its Chebyshev smoother estimates eigenvalues with
/// random vectors, and its elimination looks for small pivots; neither is made for such weights.
void set_multigrid(PC pc, int levels) {
  check(PCSetType(pc, PCMG));
  check(PCMGSetLevels(pc, levels, nullptr));
  check(PCMGSetGalerkin(pc, PC_MG_GALERKIN_BOTH));
  KSP ksp = nullptr;
  for (PetscInt level = 1; level < levels; ++level) {
    check(PCMGGetSmoother(pc, level, &ksp));
    check(KSPSetType(ksp, KSPRICHARDSON)); // of Gauss-Seidel sweeps
  }
  PC coarsest = nullptr;
  check(PCMGGetCoarseSolve(pc, &ksp));
  check(KSPGetPC(ksp, &coarsest));
  check(PCSetType(coarsest, PCLU));
  check(PCFactorSetMatSolverType(coarsest, MATSOLVERMUMPS));
}

} // namespace

InnerSolver::InnerSolver(MPI_Comm comm, std::int64_t size, std::int64_t first,
                         std::span<const std::int64_t> row_start,
                         std::span<const std::int32_t> column, std::span<const long double> rate,
                         std::span<const long double> d, const LatticeShares& shares,
                         std::span<const long double> log_mass, const std::string& prefix,
                         const ChainOfMatrix& chain)
    : comm_(comm), d_(d.begin(), d.end()),
      rows_(matrix_rows(comm, size, first, row_start, column, shares, prefix)),
      weight_(rows_.levels > 0 ? weights(comm, d, log_mass) : std::vector<double>{}),
      matrix_(scaled_matrix(comm, rows_, weight_, row_start, column, rate, d)) {
  std::vector<PetscInt>().swap(rows_.column); // the matrix has them
  check(MatCreateVecs(matrix_, right_.put(), left_.put()));

  register_gth();
  if (chain.chain && rows_.row.empty()) {
    ChainOfMatrix scaled = chain;
    scaled.left.resize(d.size(), 0.0L);
    for (std::size_t i = 0; i < d.size(); ++i)
      scaled.left[i] -= std::log(d[i]);
    attach_chain(matrix_, std::move(scaled));
  }

  check(KSPCreate(comm, ksp_.put()));
  KSP ksp = ksp_;
  check(KSPSetOptionsPrefix(ksp, prefix.c_str()));
  check(KSPSetOperators(ksp, matrix_.get(), matrix_.get()));
  check(KSPSetType(ksp, KSPGMRES));
  check(KSPGMRESSetRestart(ksp, 60));
  check(KSPSetTolerances(ksp, 1e-8, PETSC_DEFAULT, PETSC_DEFAULT, 300));
  PC pc = nullptr;
  check(KSPGetPC(ksp, &pc));
  if (rows_.lattice) {
    check(KSPSetDM(ksp, rows_.lattice));
    check(keep_dm_passive(ksp)); // it makes no matrix
  }
  if (rows_.levels > 0) {
    set_multigrid(pc, rows_.levels);
  } else {
#if defined(PETSC_HAVE_HYPRE)
    check(PCSetType(pc, PCHYPRE));
    check(PCHYPRESetType(pc, "boomeramg"));
#else
    check(PCSetType(pc, PCGAMG));
#endif
  }
  check(KSPSetFromOptions(ksp));

  MatInfo info{};
  check(MatGetInfo(matrix_.get(), MAT_LOCAL, &info));
  memory_ = static_cast<std::int64_t>(info.memory) +
            static_cast<std::int64_t>(d.size() * (sizeof(long double) + 2 * sizeof(double)));
}

bool InnerSolver::correct(std::span<const long double> r, std::vector<long double>& x) {
  const std::size_t n = d_.size();
  long double scale = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const long double size = std::abs(r[i] / d_[i]);
    scale =
        std::isfinite(size) ? std::max(scale, size) : std::numeric_limits<long double>::infinity();
  }
  MPI_Allreduce(MPI_IN_PLACE, &scale, 1, MPI_LONG_DOUBLE, MPI_MAX, comm_);
  if (scale == 0)
    return true;
  if (!std::isfinite(scale)) {
    why_ = "the residual overflowed";
    return false;
  }

  const auto row_of = [&](std::size_t i) {
    return rows_.row.empty() ? i : static_cast<std::size_t>(rows_.row[i]);
  };
  PetscScalar* out = nullptr;
  check(VecGetArray(right_.get(), &out));
  if (!rows_.row.empty())
    std::fill(out, out + rows_.rows, 0.0);
  for (std::size_t i = 0; i < n; ++i)
    out[row_of(i)] =
        (weight_.empty() ? 1.0 : weight_[i]) * static_cast<double>(r[i] / d_[i] / scale);
  check(VecRestoreArray(right_.get(), &out));
  check(KSPSolve(ksp_.get(), right_.get(), left_.get()));
  PetscInt steps = 0;
  check(KSPGetIterationNumber(ksp_.get(), &steps));
  iterations_ += steps;
  KSPConvergedReason reason = KSP_CONVERGED_ITERATING;
  check(KSPGetConvergedReason(ksp_.get(), &reason));
  PetscReal norm = 0; // reduced: the same on every rank
  check(VecNorm(left_.get(), NORM_INFINITY, &norm));
  if ((reason < 0 && reason != KSP_DIVERGED_ITS && reason != KSP_DIVERGED_BREAKDOWN) ||
      !std::isfinite(norm)) {
    why_ = std::isfinite(norm) ? KSPConvergedReasons[reason] : "its solution is not finite";
    return false;
  }
  const PetscScalar* in = nullptr;
  check(VecGetArrayRead(left_.get(), &in));
  for (std::size_t i = 0; i < n; ++i)
    x[i] += scale * static_cast<long double>(in[row_of(i)]);
  check(VecRestoreArrayRead(left_.get(), &in));
  return true;
}

} // namespace escapade::krylov
