#include "solve/gth/petsc_gth.hpp"

#include "escapade/error.hpp"
#include "generator/distribute.hpp"
#include "solve/gth/gth.hpp"
#include "support/petsc.hpp"
#include "support/petsc_versions.hpp"

#include <cmath>
#include <exception>
#include <limits>
#include <string>
#include <utility>

namespace escapade {

namespace {

constexpr const char* solver_name = "gth";
constexpr const char* chain_key = "escapade_chain";

/// What a factored matrix holds.
struct Factors {
  MPI_Comm comm = MPI_COMM_SELF;
  ChainOfMatrix source;           // scalings; the chain itself is not needed once it is factored
  std::unique_ptr<GthSolver> gth; // on the first rank
};

MPI_Comm comm_of(Mat A) {
  MPI_Comm comm = MPI_COMM_NULL;
  check(PetscObjectGetComm(reinterpret_cast<PetscObject>(A), &comm));
  return comm;
}

// PETSc is C: what is thrown here becomes one of its error codes and comes back through check().
template<class Work>
PetscErrorCode guarded(Work work) {
  try {
    work();
    return 0;
  } catch (const BadInput& e) {
    return PetscError(PETSC_COMM_SELF, __LINE__, "gth", __FILE__, PETSC_ERR_USER_INPUT,
                      PETSC_ERROR_INITIAL, "%s", e.what());
  } catch (const std::exception& e) {
    return PetscError(PETSC_COMM_SELF, __LINE__, "gth", __FILE__, PETSC_ERR_LIB,
                      PETSC_ERROR_INITIAL, "%s", e.what());
  }
}

const ChainOfMatrix* chain_of(Mat A) {
  PetscObject held = nullptr;
  check(PetscObjectQuery(reinterpret_cast<PetscObject>(A), chain_key, &held));
  if (!held)
    return nullptr;
  void* chain = nullptr;
  check(PetscContainerGetPointer(reinterpret_cast<PetscContainer>(held), &chain));
  return static_cast<const ChainOfMatrix*>(chain);
}

/// This rank's rows of the chain of a matrix's own entries, of its transpose where `transposed`;
/// empty on all ranks where a sum is negative by more than rounding. Collective.
std::shared_ptr<const Generator> chain_from_entries(Mat A, bool transposed) {
  PetscHandle<Mat> turned;
  if (transposed)
    check(MatTranspose(A, MAT_INITIAL_MATRIX, turned.put()));
  const Mat B = transposed ? turned.get() : A;
  PetscInt n = 0, columns = 0, first = 0, last = 0;
  check(MatGetSize(B, &n, &columns));
  check(MatGetOwnershipRange(B, &first, &last));
  auto chain = std::make_shared<Generator>();
  chain->size = n;
  chain->first = first;
  bool signs_fit = true, sums_fit = true;
  for (PetscInt row = first; row < last; ++row) {
    PetscInt count = 0;
    const PetscInt* column = nullptr;
    const PetscScalar* value = nullptr;
    check(MatGetRow(B, row, &count, &column, &value));
    long double sum = 0, size = 0;
    for (PetscInt e = 0; e < count; ++e) {
      sum += value[e];
      size += std::abs(value[e]);
      if (column[e] == row || value[e] == 0)
        continue;
      signs_fit = signs_fit && value[e] < 0;
      chain->column.push_back(column[e]);
      chain->rate.push_back(-value[e]);
    }
    chain->row_start.push_back(static_cast<std::int64_t>(chain->column.size()));
    check(MatRestoreRow(B, row, &count, &column, &value));
    const long double rounding = size * std::numeric_limits<double>::epsilon();
    sums_fit = sums_fit && sum >= -rounding;
    // Sums within rounding are those of rows without killing.
    const double killing = sum > rounding ? static_cast<double>(sum) : 0.0;
    chain->killing.push_back(killing);
    if (killing > 0)
      chain->part_killing.push_back({static_cast<std::int32_t>(row - first), 0, killing});
  }
  if (!Ranks(comm_of(A)).all(signs_fit))
    throw BadInput("-pc_factor_mat_solver_type gth: the matrix has positive entries beside its "
                   "diagonal; gth solves M-matrices only");
  return Ranks(comm_of(A)).all(sums_fit) ? chain : nullptr;
}

ChainOfMatrix source_of(Mat A) {
  if (const ChainOfMatrix* attached = chain_of(A))
    return *attached;
  if (auto chain = chain_from_entries(A, false))
    return {std::move(chain), false, {}, {}};
  if (auto chain = chain_from_entries(A, true))
    return {std::move(chain), true, {}, {}};
  throw BadInput("-pc_factor_mat_solver_type gth: neither the row sums nor the column sums of the "
                 "matrix are all >= 0; gth solves diagonally dominant M-matrices only");
}

Factors& factors_of(Mat F) {
  void* context = nullptr;
  check(MatShellGetContext(F, &context));
  return *static_cast<Factors*>(context);
}

/// x = A⁻¹ f, or A⁻ᵀ f: the positive and the negative part of f each without subtraction.
void solve(Mat F, Vec f, Vec x, bool transposed) {
  Factors& factors = factors_of(F);
  const ChainOfMatrix& s = factors.source;
  const auto& before = transposed ? s.right : s.left;
  const auto& after = transposed ? s.left : s.right;
  PetscInt n = 0;
  check(VecGetLocalSize(f, &n));
  std::vector<long double> sum(static_cast<std::size_t>(n), 0.0L);
  for (const int sign : {1, -1}) {
    LogVector log_f(sum.size(), log_of_zero);
    bool any = false;
    const PetscScalar* in = nullptr;
    check(VecGetArrayRead(f, &in));
    for (std::size_t i = 0; i < sum.size(); ++i)
      if (sign * in[i] > 0) {
        log_f[i] = std::log(std::abs(static_cast<long double>(in[i]))) -
                   (before.empty() ? 0.0L : before[i]);
        any = true;
      }
    check(VecRestoreArrayRead(f, &in));
    if (Ranks(factors.comm).all(!any))
      continue;
    const LogVector whole_f = gathered(factors.comm, log_f);
    LogVector whole_x;
    on_first_rank(factors.comm, [&] {
      whole_x = transposed != s.transposed ? factors.gth->forward(whole_f)
                                           : factors.gth->backward(whole_f);
    });
    const LogVector log_x = scattered(factors.comm, whole_x, n);
    for (std::size_t i = 0; i < sum.size(); ++i)
      sum[i] += sign * std::exp(log_x[i] - (after.empty() ? 0.0L : after[i]));
  }
  PetscScalar* out = nullptr;
  check(VecGetArray(x, &out));
  for (std::size_t i = 0; i < sum.size(); ++i)
    out[i] = static_cast<double>(sum[i]);
  check(VecRestoreArray(x, &out));
}

template<bool transposed>
PetscErrorCode mat_solve(Mat F, Vec f, Vec x) {
  return guarded([&] { solve(F, f, x, transposed); });
}

// Analysis and factorisation are one step of GthSolver: all of it happens with the numbers.
PetscErrorCode factor_symbolic(Mat, Mat, IS, IS, const MatFactorInfo*) {
  return 0;
}

PetscErrorCode factor_numeric(Mat F, Mat A, const MatFactorInfo*) {
  return guarded([&] {
    Factors& factors = factors_of(F);
    factors.source = source_of(A);
    const Generator whole = gathered(factors.comm, *factors.source.chain);
    on_first_rank(factors.comm,
                  [&] { factors.gth = std::make_unique<GthSolver>(whole, GthOptions{}); });
    factors.source.chain.reset();
  });
}

PetscErrorCode get_info(Mat F, MatInfoType, MatInfo* info) {
  return guarded([&] {
    const Factors& factors = factors_of(F);
    *info = {};
    info->fill_ratio_given = info->fill_ratio_needed = 1;
    if (factors.gth) {
      info->memory = static_cast<PetscLogDouble>(factors.gth->memory_bytes());
      info->nz_used = info->nz_allocated = info->memory / sizeof(PetscScalar);
    }
  });
}

PetscErrorCode destroy_factors(Mat F) {
  return guarded([&] { delete &factors_of(F); });
}

PetscErrorCode make_factor(Mat A, MatFactorType type, Mat* F) {
  return guarded([&] {
    PetscInt rows = 0, columns = 0;
    check(MatGetLocalSize(A, &rows, &columns));
    auto factors = std::make_unique<Factors>();
    factors->comm = comm_of(A);
    PetscHandle<Mat> made;
    check(MatCreateShell(factors->comm, rows, columns, PETSC_DETERMINE, PETSC_DETERMINE,
                         factors.get(), made.put()));
    const auto set = [&](MatOperation operation, auto function) {
      check(MatShellSetOperation(made, operation, reinterpret_cast<ShellOperation>(function)));
    };
    set(MATOP_DESTROY, destroy_factors);
    static_cast<void>(factors.release()); // the matrix's from here on
    set(MATOP_LUFACTOR_SYMBOLIC, factor_symbolic);
    set(MATOP_LUFACTOR_NUMERIC, factor_numeric);
    set(MATOP_SOLVE, mat_solve<false>);
    set(MATOP_SOLVE_TRANSPOSE, mat_solve<true>);
    set(MATOP_GETINFO, get_info);
    check(MatSetFactorType(made, type));
    *F = made.release();
  });
}

} // namespace

void register_gth() {
  for (const char* const type : {MATSEQAIJ, MATMPIAIJ})
    check(MatSolverTypeRegister(solver_name, type, MAT_FACTOR_LU, make_factor));
}

void attach_chain(Mat matrix, ChainOfMatrix chain) {
  PetscContainer raw = nullptr;
  check(PetscContainerCreate(PETSC_COMM_SELF, &raw));
  auto held = std::make_unique<ChainOfMatrix>(std::move(chain));
  check(PetscContainerSetPointer(raw, held.get()));
  check(own_content<ChainOfMatrix>(raw));
  static_cast<void>(held.release());
  check(PetscObjectCompose(reinterpret_cast<PetscObject>(matrix), chain_key,
                           reinterpret_cast<PetscObject>(raw)));
  check(PetscContainerDestroy(&raw)); // the matrix holds it now
}

} // namespace escapade
