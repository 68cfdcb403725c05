#define BOOST_TEST_MODULE crosscheck
#include "programs/compare/crosscheck.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>

using namespace escapade;

BOOST_AUTO_TEST_SUITE(z_score)

BOOST_AUTO_TEST_CASE(is_the_difference_over_all_three_uncertainties) {
  // (10 − 9)/√(0.3² + 0.4² + 1.2²)
  const Comparison c =
      compare("mean_exit_time", number(10, 0.4), {10.2, 0.31, 5000}, {9.0, 0.3, 5000});
  BOOST_TEST(std::abs(c.z - 1 / 1.3) < 1e-14);
  BOOST_TEST(std::abs(c.step_error - 1.2) < 1e-14);
  BOOST_TEST(*c.mc.value == 9.0);
  BOOST_TEST(*c.mc.standard_error == 0.3);
  BOOST_TEST(*c.mc.samples == 5000);
  BOOST_TEST(agrees(c));
}

BOOST_AUTO_TEST_CASE(has_the_sign_of_what_is_too_large) {
  BOOST_TEST(compare("q", number(1, 0.0), {3, 0.5, 100}, {3, 0.5, 100}).z == -4.0);
  BOOST_TEST(compare("q", number(5, 0.0), {3, 0.5, 100}, {3, 0.5, 100}).z == 4.0);
}

BOOST_AUTO_TEST_CASE(agrees_below_four_and_not_from_four_on) {
  BOOST_TEST(agrees(compare("q", number(4.9, 0.0), {3, 0.5, 100}, {3, 0.5, 100})));
  BOOST_TEST(!agrees(compare("q", number(5, 0.0), {3, 0.5, 100}, {3, 0.5, 100})));
  BOOST_TEST(!agrees(compare("q", number(1, 0.0), {3, 0.5, 100}, {3, 0.5, 100})));
}

BOOST_AUTO_TEST_CASE(of_equal_certainties_is_zero_and_of_different_ones_infinite) {
  BOOST_TEST(compare("q", number(1, 0.0), {1, 0, 100}, {1, 0, 100}).z == 0.0);
  const Comparison c = compare("q", number(1, 0.0), {2, 0, 100}, {2, 0, 100});
  BOOST_TEST(std::isinf(c.z));
  BOOST_TEST(!agrees(c));
}

BOOST_AUTO_TEST_CASE(does_not_take_a_probability_that_no_path_has_hit_for_certain) {
  // p = 0.001 and 1000 paths: none of them there is nothing unusual
  const Comparison rare =
      compare("exit_probability x > 0", number(0.001, 1e-6), {0, 0, 1000}, {0, 0, 1000});
  BOOST_TEST(agrees(rare));
  BOOST_TEST(std::abs(rare.z - 1) < 0.01);
  // p = 0.1 and none of 1000 is
  BOOST_TEST(
      !agrees(compare("exit_probability x > 0", number(0.1, 1e-6), {0, 0, 1000}, {0, 0, 1000})));
  // all of them, as p = 1 says
  BOOST_TEST(compare("exit_probability x > 0", number(1, 0.0), {1, 0, 1000}, {1, 0, 1000}).z ==
             0.0);
}

BOOST_AUTO_TEST_SUITE_END()
