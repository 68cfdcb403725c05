// Elimination without subtraction behind PETSc's own interface, against the closed sums of
// birth-death chains. Runs on 1, 2 and 3 ranks.
#define BOOST_TEST_MODULE petsc_gth
#include <boost/test/unit_test.hpp>

#include "escapade/error.hpp"
#include "shared/ranks.hpp"
#include "solve/gth/gth.hpp"
#include "solve/gth/petsc_gth.hpp"
#include "solve/krylov/krylov.hpp"
#include "support/petsc.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

using namespace escapade;
using namespace escapade::test;

namespace {

struct Petsc {
  Petsc() {
    auto& suite = boost::unit_test::framework::master_test_suite();
    static int count = 1;
    static char* name[] = {suite.argv[0], nullptr};
    char** arguments = name;
    PetscOptionsSetValue(nullptr, "-no_signal_handler", nullptr);
    PetscInitialize(&count, &arguments, nullptr, nullptr);
    keep_petsc_errors();
    register_gth();
  }
  ~Petsc() { PetscFinalize(); }
};

std::shared_ptr<const Generator> shared(const Generator& whole) {
  return std::make_shared<Generator>(share(whole));
}

/// n cells in a row, rates up and down with up/down = e^steepness in the lower half of a well and
/// its inverse above, killed beyond the last.
Generator climb(int n, double steepness) {
  Generator chain;
  chain.size = n;
  for (int x = 0; x < n; ++x) {
    if (x > 0) {
      chain.column.push_back(x - 1);
      chain.rate.push_back(std::exp(steepness) * (1 + 0.3 * std::sin(x)));
    }
    if (x + 1 < n) {
      chain.column.push_back(x + 1);
      chain.rate.push_back(1 + 0.2 * std::cos(3 * x));
    }
    chain.row_start.push_back(static_cast<std::int64_t>(chain.column.size()));
    chain.killing.push_back(x + 1 < n ? 0.0 : 0.7);
  }
  chain.part_killing.push_back({n - 1, 0, 0.7});
  return chain;
}

/// τ_x = Σ_{i ≥ x} r_i with r_i the time from i to i + 1, r_i = (1 + d_i r_{i−1})/u_i.
std::vector<long double> exit_times(const Generator& chain) {
  std::vector<long double> r;
  for (std::int64_t x = 0; x < chain.size; ++x) {
    const long double down = x > 0 ? chain.rate[chain.row_start[x]] : 0.0;
    const long double up =
        x + 1 < chain.size ? chain.rate[chain.row_start[x + 1] - 1] : chain.killing[x];
    r.push_back((1 + (x > 0 ? down * r.back() : 0.0L)) / up);
  }
  for (std::int64_t x = chain.size - 2; x >= 0; --x)
    r[x] += r[x + 1];
  return r;
}

/// diag(e^left) M diag(e^right), or with Mᵀ.
PetscHandle<Mat> matrix_of(const Generator& chain, bool transposed = false,
                           std::vector<long double> left = {},
                           std::vector<long double> right = {}) {
  const auto n = static_cast<PetscInt>(chain.size);
  left.resize(chain.size, 0.0L);
  right.resize(chain.size, 0.0L);
  PetscHandle<Mat> A;
  const auto own = own_rows(n);
  const auto begin = static_cast<PetscInt>(own.first), end = static_cast<PetscInt>(own.second);
  check(MatCreateAIJ(PETSC_COMM_WORLD, end - begin, end - begin, n, n, 4, nullptr, 4, nullptr,
                     A.put()));
  const auto put = [&](PetscInt i, PetscInt j, long double value) {
    if (transposed)
      std::swap(i, j);
    check(MatSetValue(A, i, j, static_cast<double>(value * std::exp(left[i] + right[j])),
                      INSERT_VALUES));
  };
  for (PetscInt x = begin; x < end; ++x) {
    long double d = chain.killing[x];
    for (std::int64_t e = chain.row_start[x]; e < chain.row_start[x + 1]; ++e) {
      put(x, chain.column[e], -chain.rate[e]);
      d += chain.rate[e];
    }
    put(x, x, d);
  }
  check(MatAssemblyBegin(A, MAT_FINAL_ASSEMBLY));
  check(MatAssemblyEnd(A, MAT_FINAL_ASSEMBLY));
  return A;
}

/// This rank's entries of A⁻¹ f (or A⁻ᵀ f) by a KSP that only applies the factors of "gth".
std::vector<double> solved(Mat A, const std::vector<double>& whole_f, bool transposed = false) {
  const std::vector<double> f = share(whole_f);
  PetscHandle<KSP> ksp;
  check(KSPCreate(PETSC_COMM_WORLD, ksp.put()));
  check(KSPSetOperators(ksp, A, A));
  check(KSPSetOptionsPrefix(ksp, "direct_"));
  check(PetscOptionsInsertString(nullptr, "-direct_ksp_type preonly -direct_pc_type lu "
                                          "-direct_pc_factor_mat_solver_type gth"));
  check(KSPSetFromOptions(ksp));
  PetscHandle<Vec> right, left;
  check(MatCreateVecs(A, left.put(), right.put()));
  PetscScalar* values = nullptr;
  check(VecGetArray(right, &values));
  std::copy(f.begin(), f.end(), values);
  check(VecRestoreArray(right, &values));
  check(transposed ? KSPSolveTranspose(ksp, right, left) : KSPSolve(ksp, right, left));
  check(VecGetArray(left, &values));
  std::vector<double> x(values, values + f.size());
  check(VecRestoreArray(left, &values));
  return x;
}

double largest_error(const std::vector<double>& x, const std::vector<long double>& whole) {
  const auto exact = share(whole);
  long double most = 0;
  for (std::size_t i = 0; i < x.size(); ++i)
    most = std::max(most, std::abs(x[i] / exact[i] - 1));
  return static_cast<double>(most);
}

} // namespace

BOOST_TEST_GLOBAL_FIXTURE(Petsc);

BOOST_AUTO_TEST_SUITE(petsc_gth)

BOOST_AUTO_TEST_CASE(options_choose_it_and_the_attached_chain_keeps_every_digit) {
  const Generator chain = climb(60, 5.0); // exit times of e^290
  const PetscHandle<Mat> A = matrix_of(chain);
  attach_chain(A, {shared(chain), false, {}, {}});
  const auto x = solved(A, std::vector<double>(60, 1.0));
  BOOST_TEST(largest_error(x, exit_times(chain)) < 1e-13);
}

BOOST_AUTO_TEST_CASE(scalings_and_transposition_are_undone) {
  const Generator chain = climb(40, 2.0);
  std::vector<long double> left, right;
  for (int x = 0; x < 40; ++x) {
    left.push_back(std::sin(x));
    right.push_back(0.1L * x);
  }
  const auto tau = exit_times(chain);
  for (const bool transposed : {false, true}) {
    const PetscHandle<Mat> A = matrix_of(chain, transposed, left, right);
    attach_chain(A, {shared(chain), transposed, share(left), share(right)});
    // Of M or of its transpose's transpose: x = e^{−right} τ for f = e^left, or the other way.
    std::vector<double> f;
    std::vector<long double> exact;
    for (int x = 0; x < 40; ++x) {
      f.push_back(static_cast<double>(std::exp(transposed ? right[x] : left[x])));
      exact.push_back(tau[x] * std::exp(-(transposed ? left[x] : right[x])));
    }
    BOOST_TEST(largest_error(solved(A, f, transposed), exact) < 1e-13);
  }
}

BOOST_AUTO_TEST_CASE(right_sides_of_both_signs_are_solved_part_by_part) {
  const Generator chain = climb(30, 0.5);
  const PetscHandle<Mat> A = matrix_of(chain);
  attach_chain(A, {shared(chain), false, {}, {}});
  std::vector<double> f(30), plus(30, 0.0), minus(30, 0.0);
  for (int i = 0; i < 30; ++i) {
    f[i] = i % 2 ? -1.5 : 2.0;
    (f[i] > 0 ? plus : minus)[i] = std::abs(f[i]);
  }
  const auto x = solved(A, f), p = solved(A, plus), m = solved(A, minus);
  for (std::size_t i = 0; i < x.size(); ++i)
    BOOST_TEST(std::abs(x[i] - (p[i] - m[i])) <= 1e-15 * (p[i] + m[i]));
}

BOOST_AUTO_TEST_CASE(a_plain_matrix_is_read_by_its_row_or_column_sums) {
  const Generator chain = climb(30, 0.1);
  for (const bool transposed : {false, true}) {
    const PetscHandle<Mat> A = matrix_of(chain, transposed);
    BOOST_TEST(largest_error(solved(A, std::vector<double>(30, 1.0), transposed),
                             exit_times(chain)) < 1e-11);
  }
}

BOOST_AUTO_TEST_CASE(a_small_killing_survives_in_a_row_sum) {
  Generator chain = climb(10, 0.0);
  chain.killing.back() = chain.part_killing.front().rate = 1e-7;
  const PetscHandle<Mat> A = matrix_of(chain);
  BOOST_TEST(largest_error(solved(A, std::vector<double>(10, 1.0)), exit_times(chain)) < 1e-7);
}

BOOST_AUTO_TEST_CASE(what_is_no_m_matrix_is_refused) {
  PetscHandle<Mat> A;
  check(MatCreateAIJ(PETSC_COMM_WORLD, PETSC_DECIDE, PETSC_DECIDE, 3, 3, 3, nullptr, 3, nullptr,
                     A.put()));
  for (PetscInt i = 0; i < 3; ++i) { // one positive entry, on one rank only
    check(MatSetValue(A, i, i, 2.0, ADD_VALUES));
    check(MatSetValue(A, i, (i + 1) % 3, i == 0 ? 1.0 : -1.0, ADD_VALUES));
  }
  check(MatAssemblyBegin(A, MAT_FINAL_ASSEMBLY));
  check(MatAssemblyEnd(A, MAT_FINAL_ASSEMBLY));
  BOOST_CHECK_EXCEPTION(solved(A, {1.0, 1.0, 1.0}), BadInput, [](const BadInput& e) {
    return std::string(e.what()).find("M-matrices only") != std::string::npos;
  });
}

BOOST_AUTO_TEST_CASE(the_krylov_solver_takes_it_and_is_then_exact) {
  check(PetscOptionsInsertString(nullptr, "-solve_ksp_type preonly -solve_pc_type lu "
                                          "-solve_pc_factor_mat_solver_type gth"));
  const Generator chain = climb(50, 0.3); // residuals in long double certify up to about 1e12
  KrylovSolver solver(PETSC_COMM_WORLD, shared(chain), 1e-6);
  const LogVector zero(50, 0.0L);
  const LogVector log_x = solver.backward(share(zero)), log_mass = solver.forward(share(zero));
  GthSolver direct(chain, {});
  const LogVector tau = share(exit_times(chain)), mass = share(direct.forward(zero));
  for (std::size_t x = 0; x < log_x.size(); ++x) {
    BOOST_TEST(std::abs(log_x[x] - std::log(tau[x])) < 1e-12L);
    BOOST_TEST(std::abs(log_mass[x] - mass[x]) < 1e-12L);
  }
  BOOST_TEST(solver.report().certificate < 1e-6);
  check(PetscOptionsClear(nullptr));
}

BOOST_AUTO_TEST_SUITE_END()
