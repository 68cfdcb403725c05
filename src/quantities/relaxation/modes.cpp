#include "quantities/relaxation/modes.hpp"

#include "escapade/error.hpp"
#include "generator/distribute.hpp"
#include "parallel/ranks.hpp"
#include "quantities/relaxation/pencil.hpp"
#include "solve/gth/petsc_gth.hpp"
#include "support/exact.hpp"
#include "support/petsc.hpp"

#include <slepceps.h>

#include <algorithm>
#include <cmath>
#include <list>
#include <string>

namespace escapade {

namespace {

/// Scaled to largest size 1, real and positive at the first cell that is about as large: where
/// several are, as in antisymmetric modes, rounding does not choose the sign.
std::vector<std::complex<double>> normalised(MPI_Comm comm, std::vector<std::complex<double>> u) {
  double top = 0;
  for (const std::complex<double>& v : u)
    top = std::max(top, std::abs(v));
  const Ranks ranks(comm);
  top = ranks.max(top);
  const auto first = std::find_if(
      u.begin(), u.end(), [&](std::complex<double> v) { return std::abs(v) >= (1 - 1e-6) * top; });
  const int from = -ranks.max(first == u.end() ? -ranks.count() : -ranks.rank()); // the first
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

/// What lies nearest to i times the frequency.
struct Search {
  double frequency = 0;
  PetscHandle<EPS> eps;
};

struct Pair {
  std::complex<double> value;
  const Search* from;
  PetscInt index; // of the eigensolver
  bool conjugate; // the eigensolver's is this one's complex conjugate
};

/// This rank's rows of an eigenvector. Of a turned pencil z the part with λ = μ + iω, or that with
/// λ = μ − iω.
std::vector<std::complex<double>> vector_of(const Search& search, PetscInt index, bool plus) {
  Mat A = nullptr;
  check(EPSGetOperators(search.eps, &A, nullptr));
  PetscHandle<Vec> re, im;
  check(MatCreateVecs(A, re.put(), nullptr));
  check(MatCreateVecs(A, im.put(), nullptr));
  check(EPSGetEigenvector(search.eps, index, re, im));
  PetscInt n = 0;
  check(VecGetLocalSize(re, &n));
  const PetscScalar *a = nullptr, *b = nullptr;
  check(VecGetArrayRead(re, &a));
  check(VecGetArrayRead(im, &b));
  std::vector<std::complex<double>> u;
  const std::complex<double> i(0, plus ? 1 : -1);
  for (PetscInt k = 0; k < n; k += search.frequency == 0 ? 1 : 2) {
    u.emplace_back(a[k], b[k]);
    if (search.frequency != 0)
      u.back() += i * std::complex<double>(a[k + 1], b[k + 1]);
  }
  check(VecRestoreArrayRead(re, &a));
  check(VecRestoreArrayRead(im, &b));
  return u;
}

/// The slowest to decay first, of complex pairs the one with positive imaginary part.
void sort_by_decay(std::vector<Pair>& pairs) {
  std::sort(pairs.begin(), pairs.end(), [](const Pair& a, const Pair& b) {
    const double level = 1e-9 * (std::abs(a.value) + std::abs(b.value));
    return std::abs(a.value.real() - b.value.real()) > level ? a.value.real() < b.value.real()
                                                             : a.value.imag() > b.value.imag();
  });
}

Search search_near(MPI_Comm comm, const Pencil& pencil, double frequency, std::int64_t wanted,
                   PetscInt& iterations) {
  Search out{frequency, eigensolver(comm, pencil, wanted)};
  check(EPSSolve(out.eps));
  PetscInt more = 0;
  check(EPSGetIterationNumber(out.eps, &more));
  iterations += more;
  return out;
}

/// All that has converged.
std::vector<Pair> converged_pairs(const Search& search) {
  PetscInt converged = 0;
  check(EPSGetConverged(search.eps, &converged));
  std::vector<Pair> pairs;
  for (PetscInt k = 0; k < converged; ++k) {
    PetscScalar a = 0, b = 0;
    check(EPSGetEigenvalue(search.eps, k, &a, &b));
    pairs.push_back({{a, b}, &search, k, false});
  }
  return pairs;
}

/// Adds what lies near the frequency and was not found before.
void add_turned(MPI_Comm comm, const Search& search, double searched, std::vector<Pair>& pairs) {
  for (Pair p : converged_pairs(search)) {
    double size[2] = {0, 0};
    for (const bool plus : {false, true})
      for (const std::complex<double>& v : vector_of(search, p.index, plus))
        size[plus] += std::norm(v);
    MPI_Allreduce(MPI_IN_PLACE, size, 2, MPI_DOUBLE, MPI_SUM, comm);
    if (size[1] < (1 - 1e-6) * size[0]) // its conjugate is another of this search
      continue;
    p.value += std::complex<double>(0, search.frequency);
    const bool known = std::any_of(pairs.begin(), pairs.end(), [&](const Pair& q) {
      return std::abs(q.value - p.value) < 1e-7 * std::abs(p.value);
    });
    if (known || p.value.imag() <= 0 || std::abs(p.value) <= searched)
      continue;
    pairs.push_back(p);
    p.value = std::conj(p.value), p.conjugate = true;
    pairs.push_back(p);
  }
}

/// Up to which size of λ all are known: further ones may have converged out of order.
double size_searched(const std::vector<Pair>& pairs, std::size_t wanted) {
  std::vector<double> sizes;
  for (const Pair& p : pairs)
    sizes.push_back(std::abs(p.value));
  std::sort(sizes.begin(), sizes.end());
  return sizes.empty() ? 0 : sizes[std::min(wanted - 1, sizes.size()) - 1];
}

/// What lies near 0, but for the stationary state of a closed chain.
std::vector<Pair> pairs_near_zero(const Search& search, bool closed) {
  std::vector<Pair> pairs = converged_pairs(search);
  const auto smallest =
      std::min_element(pairs.begin(), pairs.end(), [](const Pair& a, const Pair& b) {
        return std::abs(a.value) < std::abs(b.value);
      });
  if (closed && smallest != pairs.end())
    pairs.erase(smallest);
  return pairs;
}

/// No mode of a chain grows, but B of a pencil may be nearly singular, and its pencil then has some
/// that do; a phase that is kept up to rounding is no such mode.
bool grows(std::complex<double> value) {
  return value.real() < -0.1 * std::abs(value);
}

/// The first `count` pairs, one more where a complex pair would be cut, with their vectors.
Modes modes_of(MPI_Comm comm, const std::vector<Pair>& pairs, int count, double largest) {
  Modes out;
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
    if (std::abs(p.value) < 1e-12 * largest)
      throw NotTrusted(
          "an eigenvalue of size " + printed("%.2g", std::abs(p.value)) +
          " is within rounding of zero: there are metastable states; use the escape rate or "
          "the committor for the rates between them");
    PetscReal error = 0;
    check(EPSComputeError(p.from->eps, p.index, EPS_ERROR_ABSOLUTE, &error));
    std::vector<std::complex<double>> u = vector_of(*p.from, p.index, true);
    for (std::complex<double>& v : u)
      v = p.conjugate ? std::conj(v) : v;
    out.eigenvalue.push_back(p.value);
    out.mode.push_back(normalised(comm, std::move(u)));
    out.residual.push_back(error / std::abs(p.value));
  }
  return out;
}

} // namespace

Modes relaxation_modes(MPI_Comm comm, const Generator& G, int count, const FlowPart* flow,
                       int beyond, const std::vector<double>& frequencies) {
  if (count + 2 > G.size)
    throw BadInput("the number of modes " + std::to_string(count) + ": the grid has only " +
                   std::to_string(G.size) + " cells");
  // More than asked for: the nearest to zero are found first, the slowest to decay are kept.
  const auto wanted =
      std::min<std::int64_t>(count + 1 + (beyond < 0 ? count + 5 : beyond), G.size - 2);
  const Pencil pencil = pencil_of(comm, G, flow);
  PetscInt iterations = 0;
  std::list<Search> searches;
  searches.push_back(search_near(comm, pencil, 0, wanted, iterations));
  std::vector<Pair> pairs = pairs_near_zero(searches.back(), !has_killing(Ranks(comm), G));
  if (static_cast<int>(pairs.size()) < count)
    throw NotTrusted("only " + std::to_string(pairs.size()) + " of " + std::to_string(count) +
                     " modes converged; try -solve_eps_ncv " + std::to_string(4 * count + 20) +
                     " or fewer modes");
  const double searched = size_searched(pairs, static_cast<std::size_t>(wanted));
  for (const double frequency : frequencies) {
    searches.push_back(
        search_near(comm, turned(pencil, frequency), frequency, count + 4, iterations));
    add_turned(comm, searches.back(), searched, pairs);
  }
  if (pencil.B)
    std::erase_if(pairs, [](const Pair& p) { return grows(p.value); });
  if (static_cast<int>(pairs.size()) < count)
    throw NotTrusted("only " + std::to_string(pairs.size()) + " of " + std::to_string(count) +
                     " modes decay; give more cells");
  sort_by_decay(pairs);
  Modes out = modes_of(comm, pairs, count, pencil.largest);
  out.iterations = static_cast<int>(iterations);
  const double slowest = out.eigenvalue.back().real();
  out.frequency_searched = std::sqrt(std::max(0.0, searched * searched - slowest * slowest));
  return out;
}

std::vector<std::complex<double>> whole_spectrum(const Generator& G, const FlowPart* flow) {
  return all_eigenvalues(pencil_of(MPI_COMM_SELF, G, flow));
}

} // namespace escapade
