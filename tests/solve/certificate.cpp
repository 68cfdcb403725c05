// Bounds from residuals, on chains small enough to know by heart.
#define BOOST_TEST_MODULE certificate
#include <boost/test/unit_test.hpp>

#include "solve/certificate.hpp"

#include <cmath>
#include <limits>
#include <vector>

using namespace escapade;

namespace {

using Vector = std::vector<long double>;

// 0 ⇄ 1 ⇄ 2 → out: rates 2 upwards, 3 downwards, killing 0.5 in cell 2.
Generator three_cells() {
  Generator chain;
  chain.size = 3;
  chain.row_start = {0, 1, 3, 4};
  chain.column = {1, 0, 2, 1};
  chain.rate = {2, 3, 2, 3};
  chain.killing = {0, 0, 0.5};
  return chain;
}

IncomingRates three_cells_incoming() {
  return {{0, 1, 3, 4}, {1, 0, 2, 1}, {3, 2, 3, 2}, {2, 5, 3.5L}, {8, 8, 8}};
}

// T_i = (1 + 3 T_{i−1}) / rate out upwards: 1/2, 5/4, 19/2; τ_i is their sum from i on.
const Vector tau{11.25L, 10.75L, 9.5L};
const Vector ones{1, 1, 1};

Residual times(const Vector& x) {
  const Generator chain = three_cells();
  return backward_residual(chain, chain.column, ones, x);
}

} // namespace

BOOST_AUTO_TEST_SUITE(certificate)

BOOST_AUTO_TEST_CASE(residual_of_the_exact_exit_time_is_zero) {
  const Residual r = times(tau);
  for (std::size_t i = 0; i < 3; ++i) {
    BOOST_TEST(std::abs(r.value[i]) <= r.rounding[i]);
    BOOST_TEST(r.rounding[i] > 0);
  }
  BOOST_TEST(largest_bound(r) < 1e-16L);
}

BOOST_AUTO_TEST_CASE(residual_counts_killing_and_differences) {
  const Residual r = times({1, 2, 4});
  BOOST_TEST(r.value[0] == 1 + 2 * (2 - 1));
  BOOST_TEST(r.value[1] == 1 + 3 * (1 - 2) + 2 * (4 - 2));
  BOOST_TEST(r.value[2] == 1 - 0.5L * 4 + 3 * (2 - 4));
}

BOOST_AUTO_TEST_CASE(true_error_of_an_exit_time_is_within_its_bound) {
  for (int which = 0; which < 3; ++which)
    for (const long double shift : {-0.01L, 0.003L, 0.02L}) {
      Vector x = tau;
      x[which] += shift;
      const Residual r = times(x);
      const long double rho = largest_ratio(r, ones);
      BOOST_TEST(rho == largest_bound(r));
      for (std::size_t i = 0; i < 3; ++i)
        BOOST_TEST(std::abs(x[i] - tau[i]) <= rho * tau[i]);
    }
}

// A relative residual of 1e-6 hides an error of order one where exits are rare: the bound does not.
BOOST_AUTO_TEST_CASE(a_small_residual_is_no_proof_for_a_metastable_chain) {
  Generator chain = three_cells();
  chain.killing[2] = 1e-9;
  const Vector wrong{1, 1, 1}; // constant: nearly in the kernel
  const Vector none{0, 0, 0};
  const Residual r = backward_residual(chain, chain.column, none, wrong);
  BOOST_TEST(largest_bound(r) < 1.1e-9L);
  // τ is about 1/k (1 + 3/2 + 9/4) = 4.75e9 here.
  const Vector slow(3, 4.75e9L);
  BOOST_TEST(largest_bound(r) * slow[0] > 1);
}

BOOST_AUTO_TEST_CASE(forward_error_is_within_the_residual_weighted_by_exit_times) {
  const IncomingRates in = three_cells_incoming();
  // Source 1 in cell 0 leaves through cell 2: μ_2 = 2, then the balance of each edge.
  const Vector mu{5.75L, 3.5L, 2}, f{1, 0, 0};
  const Residual exact = forward_residual(in, f, mu);
  BOOST_TEST(weighted_bound(exact, tau) < 1e-15L);
  for (int which = 0; which < 3; ++which) {
    Vector u = mu;
    u[which] += 0.125L;
    const Residual r = forward_residual(in, f, u);
    BOOST_TEST(weighted_bound(r, tau) >= 0.125L);
  }
}

BOOST_AUTO_TEST_CASE(nothing_known_is_infinite_and_never_nan) {
  const long double nan = std::numeric_limits<long double>::quiet_NaN();
  const long double infinity = std::numeric_limits<long double>::infinity();
  const Residual r{{0.5L, nan, 0.25L}, {0, 0, 0}};
  BOOST_TEST(largest_bound(r) == infinity);
  BOOST_TEST(largest_ratio(r, ones) == infinity);
  BOOST_TEST(weighted_bound(r, tau) == infinity);
  const Residual one{{0.5L}, {0.25L}};
  BOOST_TEST(largest_ratio(one, Vector{0}) == infinity);
  BOOST_TEST(largest_ratio(one, Vector{3}) == 0.25L);
  BOOST_TEST(relative_to(2, 1) == infinity);
  BOOST_TEST(relative_to(nan, 1) == infinity);
  BOOST_TEST(relative_to(0, 0) == 0);
  BOOST_TEST(relative_to(1, 5) == 0.25L);
}

BOOST_AUTO_TEST_SUITE_END()
