#define BOOST_TEST_MODULE field_comparison
#include "programs/compare/crosscheck.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <limits>
#include <random>
#include <vector>

using namespace escapade;

BOOST_AUTO_TEST_SUITE(field_comparison)

BOOST_AUTO_TEST_CASE(of_one_score_is_that_score) {
  for (double z : {0.3, 1.0, 3.9, 4.1, 7.5, 20.0, 60.0})
    BOOST_TEST(std::fabs(equivalent_z(-z, 1) - z) < 1e-9 * z);
}

BOOST_AUTO_TEST_CASE(of_many_is_what_their_maximum_is_worth) {
  // 2(1 − Φ(z)) = P with P = 1 − (1 − p)^m, checked from the other side
  for (std::int64_t m : {2, 10, 1000})
    for (double largest : {2.5, 4.0, 6.0}) {
      const double z = equivalent_z(largest, m);
      const double p = std::erfc(largest / std::sqrt(2.0));
      const double one_minus = std::exp(static_cast<double>(m) * std::log1p(-p));
      BOOST_TEST(std::fabs(std::erf(z / std::sqrt(2.0)) - one_minus) < 1e-12);
      BOOST_TEST(z < largest);
    }
  // a thousand fair scores reach 4 by chance; five and a half they do not
  BOOST_TEST(equivalent_z(4, 1000) < 2);
  BOOST_TEST(equivalent_z(5.5, 1000) > 4);
}

BOOST_AUTO_TEST_CASE(agrees_on_fair_scores_and_not_on_one_that_is_off) {
  std::mt19937_64 random(3);
  std::normal_distribution<double> normal;
  int above_two = 0, above_four = 0;
  for (int repeat = 0; repeat < 400; ++repeat) {
    std::vector<double> z(300);
    for (double& v : z)
      v = normal(random);
    const double one = compare_field("density", z).z;
    above_two += one > 2;
    above_four += one > 4;
    z[17] = -8;
    const FieldComparison c = compare_field("density", z);
    BOOST_TEST(c.z > 4);
    BOOST_TEST(c.where == 17u);
    BOOST_TEST(c.largest == -8);
  }
  // the share of 400 beyond 2 is that of one fair score, 4.55 %
  BOOST_TEST(above_four <= 1); // 0.025 expected
  BOOST_TEST(std::abs(above_two - 18.2) < 4 * std::sqrt(18.2));
}

BOOST_AUTO_TEST_CASE(leaves_out_what_is_no_number) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const std::vector<double> z{nan, 1.5, nan};
  const FieldComparison c = compare_field("current", z);
  BOOST_TEST(c.count == 1);
  BOOST_TEST(c.where == 1u);
  BOOST_TEST(std::fabs(c.z - 1.5) < 1e-12);
  const std::vector<double> none{nan, nan};
  BOOST_TEST(compare_field("current", none).z == 0);
}

BOOST_AUTO_TEST_SUITE_END()
