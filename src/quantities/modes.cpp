#include "quantities/modes.hpp"

#include "escapade/error.hpp"
#include "generator/distribute.hpp"
#include "solve/gth/petsc_gth.hpp"
#include "support/exact.hpp"
#include "support/petsc.hpp"

#include <slepceps.h>

#include <algorithm>
#include <cmath>
#include <string>

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
  MPI_Allreduce(MPI_IN_PLACE, &largest, 1, MPI_DOUBLE, MPI_MAX, comm);
  return A;
}

/// The pencil A u = λ B u of a chain.
struct Pencil {
  PetscHandle<Mat> A, B; // B null: the identity
  double largest = 0;    // diagonal entry of the chain's own matrix
};

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

/// Scaled to largest size 1, real and positive at the first cell that is about as large: where
/// several are, as in antisymmetric modes, rounding does not choose the sign.
std::vector<std::complex<double>> normalised(MPI_Comm comm, Vec re, Vec im) {
  PetscInt n = 0;
  check(VecGetLocalSize(re, &n));
  const PetscScalar *a = nullptr, *b = nullptr;
  check(VecGetArrayRead(re, &a));
  check(VecGetArrayRead(im, &b));
  std::vector<std::complex<double>> u;
  double top = 0;
  for (PetscInt k = 0; k < n; ++k) {
    u.emplace_back(a[k], b[k]);
    top = std::max(top, std::abs(u.back()));
  }
  check(VecRestoreArrayRead(re, &a));
  check(VecRestoreArrayRead(im, &b));
  MPI_Allreduce(MPI_IN_PLACE, &top, 1, MPI_DOUBLE, MPI_MAX, comm);
  const auto first = std::find_if(
      u.begin(), u.end(), [&](std::complex<double> v) { return std::abs(v) >= (1 - 1e-6) * top; });
  const Ranks ranks(comm);
  int from = first == u.end() ? ranks.count() : ranks.rank();
  MPI_Allreduce(MPI_IN_PLACE, &from, 1, MPI_INT, MPI_MIN, comm);
  std::complex<double> at = from == ranks.rank() ? *first : 1;
  MPI_Bcast(&at, 1, MPI_C_DOUBLE_COMPLEX, from, comm);
  for (auto& v : u)
    v /= at / std::abs(at) * top;
  return u;
}

/// Shift-and-invert for the `wanted` eigenvalues of smallest size, with the user's options.
PetscHandle<EPS> eigensolver(MPI_Comm comm, const Pencil& pencil, std::int64_t wanted) {
  constexpr double small = 2e5; // unknowns: below, UMFPACK takes half of MUMPS's time; a choice
  PetscHandle<EPS> eps;
  check(EPSCreate(comm, eps.put()));
  check(EPSSetOptionsPrefix(eps, "solve_"));
  check(EPSSetOperators(eps, pencil.A, pencil.B));
  check(EPSSetProblemType(eps, pencil.B ? EPS_GNHEP : EPS_NHEP));
  // All eigenvalues have real part >= 0: those nearest to a small negative shift are the smallest.
  check(EPSSetTarget(eps, -1e-7 * pencil.largest));
  check(EPSSetWhichEigenpairs(eps, EPS_TARGET_MAGNITUDE));
  check(EPSSetTolerances(eps, 1e-11, 500));
  check(EPSSetDimensions(eps, static_cast<PetscInt>(wanted), PETSC_DEFAULT, PETSC_DEFAULT));
  ST st = nullptr;
  KSP ksp = nullptr;
  PC pc = nullptr;
  check(EPSGetST(eps, &st));
  check(STSetType(st, STSINVERT));
  check(STGetKSP(st, &ksp));
  check(KSPSetType(ksp, KSPPREONLY));
  check(KSPGetPC(ksp, &pc));
  check(PCSetType(pc, PCLU));
  PetscInt size = 0;
  check(MatGetSize(pencil.A, &size, nullptr));
  PetscBool umfpack = PETSC_FALSE; // of one process; PETSc may be without it
  if (Ranks(comm).alone() && size < small && !pencil.B)
    check(MatSolverTypeGet(MATSOLVERUMFPACK, MATSEQAIJ, MAT_FACTOR_LU, nullptr, &umfpack, nullptr));
  check(PCFactorSetMatSolverType(pc, umfpack ? MATSOLVERUMFPACK : MATSOLVERMUMPS));
  register_gth();
  check(EPSSetFromOptions(eps));
  check(KSPGetPC(ksp, &pc));
  PetscBool multigrid = PETSC_FALSE;
  check(PetscObjectTypeCompare(reinterpret_cast<PetscObject>(pc), PCMG, &multigrid));
  if (multigrid) // it would silently have one level
    throw BadInput("-solve_st_pc_type mg: modes know of no coarser lattices; leave it out");
  return eps;
}

struct Pair {
  std::complex<double> value;
  PetscInt index;
};

/// What has converged, but for the stationary state of a closed chain: the slowest to decay first,
/// of complex pairs the one with positive imaginary part.
std::vector<Pair> converged_pairs(EPS eps, bool closed) {
  PetscInt converged = 0;
  check(EPSGetConverged(eps, &converged));
  std::vector<Pair> pairs;
  for (PetscInt k = 0; k < converged; ++k) {
    PetscScalar a = 0, b = 0;
    check(EPSGetEigenvalue(eps, k, &a, &b));
    pairs.push_back({{a, b}, k});
  }
  std::sort(pairs.begin(), pairs.end(),
            [](const Pair& a, const Pair& b) { return std::abs(a.value) < std::abs(b.value); });
  if (closed && !pairs.empty())
    pairs.erase(pairs.begin());
  std::sort(pairs.begin(), pairs.end(), [](const Pair& a, const Pair& b) {
    const double level = 1e-9 * (std::abs(a.value) + std::abs(b.value));
    return std::abs(a.value.real() - b.value.real()) > level ? a.value.real() < b.value.real()
                                                             : a.value.imag() > b.value.imag();
  });
  return pairs;
}

/// Up to which size of λ all are known: further ones may have converged out of order.
double size_searched(const std::vector<Pair>& pairs, std::size_t wanted) {
  std::vector<double> sizes;
  for (const Pair& p : pairs)
    sizes.push_back(std::abs(p.value));
  std::sort(sizes.begin(), sizes.end());
  return sizes.empty() ? 0 : sizes[std::min(wanted - 1, sizes.size()) - 1];
}

} // namespace

Modes relaxation_modes(MPI_Comm comm, const Generator& G, int count, const FlowPart* flow,
                       int beyond) {
  if (count + 2 > G.size)
    throw BadInput("the number of modes " + std::to_string(count) + ": the grid has only " +
                   std::to_string(G.size) + " cells");
  // More than asked for: the nearest to zero are found first, the slowest to decay are kept.
  const auto wanted =
      std::min<std::int64_t>(count + 1 + (beyond < 0 ? count + 5 : beyond), G.size - 2);
  const Pencil pencil = pencil_of(comm, G, flow);
  const PetscHandle<EPS> eps = eigensolver(comm, pencil, wanted);
  check(EPSSolve(eps));
  PetscInt iterations = 0;
  check(EPSGetIterationNumber(eps, &iterations));
  const std::vector<Pair> pairs = converged_pairs(eps, !has_killing(Ranks(comm), G));
  if (static_cast<int>(pairs.size()) < count)
    throw NotTrusted("only " + std::to_string(pairs.size()) + " of " + std::to_string(count) +
                     " modes converged; try -solve_eps_ncv " + std::to_string(4 * count + 20) +
                     " or fewer modes");
  PetscHandle<Vec> re, im;
  check(MatCreateVecs(pencil.A, re.put(), nullptr));
  check(MatCreateVecs(pencil.A, im.put(), nullptr));
  Modes out;
  out.iterations = static_cast<int>(iterations);
  const double searched = size_searched(pairs, static_cast<std::size_t>(wanted));
  bool full = false;
  for (const Pair& p : pairs) {
    const auto kept = out.eigenvalue.size();
    const bool second_of_pair =
        kept > 0 && p.value.imag() != 0 &&
        std::abs(p.value - std::conj(out.eigenvalue.back())) < 1e-9 * std::abs(p.value);
    full = full || (kept >= static_cast<std::size_t>(count) && !second_of_pair);
    if (full) {
      out.faster.push_back(p.value);
      continue;
    }
    if (std::abs(p.value) < 1e-12 * pencil.largest)
      throw NotTrusted(
          "an eigenvalue of size " + printed("%.2g", std::abs(p.value)) +
          " is within rounding of zero: there are metastable states; use the escape rate or "
          "the committor for the rates between them");
    PetscReal error = 0;
    check(EPSComputeError(eps, p.index, EPS_ERROR_RELATIVE, &error));
    check(EPSGetEigenvector(eps, p.index, re, im));
    out.eigenvalue.push_back(p.value);
    out.mode.push_back(normalised(comm, re, im));
    out.residual.push_back(error);
  }
  const double slowest = out.eigenvalue.back().real();
  out.frequency_searched = std::sqrt(std::max(0.0, searched * searched - slowest * slowest));
  return out;
}

} // namespace escapade
