#include "krylov_inner.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace escapade::krylov {

namespace {

PetscHandle<Mat> scaled_matrix(MPI_Comm comm, std::int64_t size, std::int64_t first,
                               std::span<const std::int64_t> row_start,
                               std::span<const std::int32_t> column,
                               std::span<const long double> rate, std::span<const long double> d) {
  const auto n = static_cast<PetscInt>(d.size());
  std::vector<PetscInt> start{0}, index;
  std::vector<PetscScalar> value;
  start.reserve(d.size() + 1);
  index.reserve(rate.size() + d.size());
  value.reserve(rate.size() + d.size());
  for (PetscInt i = 0; i < n; ++i) {
    index.push_back(static_cast<PetscInt>(first + i));
    value.push_back(1.0);
    for (std::int64_t e = row_start[i]; e < row_start[i + 1]; ++e) {
      index.push_back(column[e]);
      value.push_back(static_cast<double>(-rate[e] / d[i]));
    }
    start.push_back(static_cast<PetscInt>(index.size()));
  }
  // Entry by row instead of MatCreateMPIAIJWithArrays, which wants ascending columns.
  Mat raw = nullptr;
  check(MatCreate(comm, &raw));
  PetscHandle<Mat> matrix(raw);
  check(MatSetSizes(raw, n, n, static_cast<PetscInt>(size), static_cast<PetscInt>(size)));
  check(MatSetType(raw, MATAIJ));
  std::vector<PetscInt> own(n, 1), others(n, 0);
  for (PetscInt i = 0; i < n; ++i)
    for (PetscInt e = start[i] + 1; e < start[i + 1]; ++e)
      ++(index[e] >= first && index[e] < first + n ? own[i] : others[i]);
  check(MatSeqAIJSetPreallocation(raw, 0, own.data()));
  check(MatMPIAIJSetPreallocation(raw, 0, own.data(), 0, others.data()));
  for (PetscInt i = 0; i < n; ++i) {
    const auto row = static_cast<PetscInt>(first + i);
    check(MatSetValues(raw, 1, &row, start[i + 1] - start[i], index.data() + start[i],
                       value.data() + start[i], INSERT_VALUES));
  }
  check(MatAssemblyBegin(raw, MAT_FINAL_ASSEMBLY));
  check(MatAssemblyEnd(raw, MAT_FINAL_ASSEMBLY));
  return matrix;
}

} // namespace

InnerSolver::InnerSolver(MPI_Comm comm, std::int64_t size, std::int64_t first,
                         std::span<const std::int64_t> row_start,
                         std::span<const std::int32_t> column, std::span<const long double> rate,
                         std::span<const long double> d, const std::string& prefix,
                         const ChainOfMatrix& chain)
    : comm_(comm), d_(d.begin(), d.end()),
      matrix_(scaled_matrix(comm, size, first, row_start, column, rate, d)) {
  Vec right = nullptr, left = nullptr;
  check(MatCreateVecs(matrix_.get(), &right, &left));
  right_ = PetscHandle<Vec>(right);
  left_ = PetscHandle<Vec>(left);

  register_gth();
  if (chain.chain) {
    ChainOfMatrix scaled = chain;
    scaled.left.resize(d.size(), 0.0L);
    for (std::size_t i = 0; i < d.size(); ++i)
      scaled.left[i] -= std::log(d[i]);
    attach_chain(matrix_, std::move(scaled));
  }

  KSP ksp = nullptr;
  check(KSPCreate(comm, &ksp));
  ksp_ = PetscHandle<KSP>(ksp);
  check(KSPSetOptionsPrefix(ksp, prefix.c_str()));
  check(KSPSetOperators(ksp, matrix_.get(), matrix_.get()));
  check(KSPSetType(ksp, KSPGMRES));
  check(KSPGMRESSetRestart(ksp, 60));
  check(KSPSetTolerances(ksp, 1e-8, PETSC_DEFAULT, PETSC_DEFAULT, 300));
  PC pc = nullptr;
  check(KSPGetPC(ksp, &pc));
#if defined(PETSC_HAVE_HYPRE)
  check(PCSetType(pc, PCHYPRE));
  check(PCHYPRESetType(pc, "boomeramg"));
#else
  check(PCSetType(pc, PCGAMG));
#endif
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

  PetscScalar* out = nullptr;
  check(VecGetArray(right_.get(), &out));
  for (std::size_t i = 0; i < n; ++i)
    out[i] = static_cast<double>(r[i] / d_[i] / scale);
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
    x[i] += scale * static_cast<long double>(in[i]);
  check(VecRestoreArrayRead(left_.get(), &in));
  return true;
}

} // namespace escapade::krylov
