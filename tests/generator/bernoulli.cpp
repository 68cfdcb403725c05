#define BOOST_TEST_MODULE bernoulli
#include "generator/rates/bernoulli.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <limits>
#include <random>

using namespace escapade;

namespace {

constexpr double ulp = std::numeric_limits<double>::epsilon();
constexpr double least = std::numeric_limits<double>::denorm_min();

/// z / (eᶻ − 1) with 64 bits and a range that double does not reach.
long double exact(long double z) {
  return z == 0 ? 1 : z / std::expm1(z);
}

} // namespace

BOOST_AUTO_TEST_SUITE(bernoulli_function)

BOOST_AUTO_TEST_CASE(is_one_at_zero_of_either_sign) {
  BOOST_TEST(bernoulli(0.0) == 1.0);
  BOOST_TEST(bernoulli(-0.0) == 1.0);
}

BOOST_AUTO_TEST_CASE(is_right_to_a_few_ulp_from_1e_minus_300_to_750) {
  for (double size = 1e-300; size < 750; size *= 1.31)
    for (double z : {size, -size}) {
      const auto want = exact(z);
      const long double off = std::abs(bernoulli(z) - want);
      BOOST_TEST(off <= 3 * ulp * want + least, "Bern(" << z << ") is off by " << off / want);
    }
  for (double z = 690; z < 752; z += 0.37) { // through the range of denormal results
    const auto want = exact(z);
    const long double off = std::abs(bernoulli(z) - want);
    BOOST_TEST(off <= 3 * ulp * want + 2 * least, "Bern(" << z << ") is off by " << off / want);
  }
}

BOOST_AUTO_TEST_CASE(keeps_its_identities_at_random_arguments) {
  std::mt19937_64 random(5);
  std::uniform_real_distribution<double> log_size(-30, 6);
  for (int k = 0; k < 20000; ++k) {
    const double z = std::exp(log_size(random));
    const double forward = bernoulli(-z), back = bernoulli(z);
    BOOST_REQUIRE(std::abs(forward - (z + back)) <= 4 * ulp * forward);
    if (z < 300) {
      BOOST_REQUIRE(std::abs(std::log(forward / back) - z) <= 8 * ulp * (1 + z));
    }
  }
}

BOOST_AUTO_TEST_CASE(is_finite_and_not_negative_at_the_ends_of_double) {
  const double most = std::numeric_limits<double>::max();
  BOOST_TEST(bernoulli(most) == 0.0);
  BOOST_TEST(bernoulli(-most) == most);
  BOOST_TEST(bernoulli(760.0) == 0.0);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(rate_of_an_edge)

BOOST_AUTO_TEST_CASE(without_drift_is_the_conductance_over_the_fraction) {
  BOOST_TEST(edge_rate(3.0, 0.0) == 3.0);
  BOOST_TEST(edge_rate(3.0, 0.0, 0.25) == 12.0);
}

BOOST_AUTO_TEST_CASE(drift_toward_the_target_raises_it_and_the_difference_is_the_drift) {
  for (double g : {1e-9, 0.3, 4.0, 90.0}) {
    const double difference = edge_rate(2.0, g) - edge_rate(2.0, -g);
    BOOST_TEST(std::abs(difference - 2 * g) <= 8 * ulp * (2 * g + 2));
  }
}

BOOST_AUTO_TEST_CASE(of_a_cut_edge_keeps_the_exponential_that_has_no_flux) {
  // u(t) = e^{−g t} on the line solves 𝓛u = 0: a whole edge to the left, a cut one to the right.
  for (double g : {-5.0, -0.2, 0.7, 6.0})
    for (double s : {0.01, 0.4, 0.9}) {
      const double left = edge_rate(1.0, -g) * std::expm1(g);
      const double right = edge_rate(1.0, g, s) * std::expm1(-g * s);
      BOOST_TEST(std::abs(left + right) <= 1e-14 * std::abs(left) / s);
    }
}

BOOST_AUTO_TEST_SUITE_END()
