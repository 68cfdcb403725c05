#define BOOST_TEST_MODULE error_estimate
#include "answers/grids/grid_sequence.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <functional>
#include <vector>

using namespace escapade;

namespace {

ErrorEstimate estimate(const std::function<long double(long double)>& value,
                       std::vector<double> ratios, double order = 2) {
  std::vector<long double> values;
  for (double r : ratios)
    values.push_back(value(r));
  return estimate_error(values, ratios, order);
}

bool near(double a, double b, double tolerance) {
  return std::abs(a - b) <= tolerance;
}

} // namespace

BOOST_AUTO_TEST_SUITE(three_grids)

BOOST_AUTO_TEST_CASE(give_the_error_of_a_square_exactly) {
  const auto e = estimate([](long double h) { return 7 + 0.03L * h * h; }, {1, 1.5, 2});
  BOOST_TEST(near(e.error, 0.03, 1e-15));
  BOOST_REQUIRE(e.extrapolated.has_value());
  BOOST_TEST(near(*e.extrapolated, 7, 1e-14));
}

BOOST_AUTO_TEST_CASE(extrapolate_a_square_with_a_fourth_power_exactly) {
  const auto f = [](long double h) { return -2 + 0.03L * h * h - 0.001L * h * h * h * h; };
  for (double middle : {1.25, 4.0 / 3, 1.5, 1.75}) {
    const auto e = estimate(f, {1, middle, 2});
    BOOST_REQUIRE(e.extrapolated.has_value());
    BOOST_TEST(near(*e.extrapolated, -2, 1e-14));
    BOOST_TEST(e.error > 0.025); // true error 0.029
    BOOST_TEST(e.error < 0.035);
  }
}

BOOST_AUTO_TEST_CASE(of_first_order_are_not_extrapolated_as_squares) {
  const auto f = [](long double h) { return 1 + 0.05L * h; };
  for (double middle : {1.25, 4.0 / 3, 1.5, 1.6, 1.75}) {
    const auto wrong = estimate(f, {1, middle, 2}, 2);
    BOOST_TEST(!wrong.extrapolated.has_value(), middle);
  }
  const auto right = estimate(f, {1, 1.5, 2}, 1);
  BOOST_TEST(near(right.error, 0.05, 1e-15));
  BOOST_REQUIRE(right.extrapolated.has_value());
  BOOST_TEST(near(*right.extrapolated, 1, 1e-14));
}

BOOST_AUTO_TEST_CASE(that_do_not_agree_on_an_order_are_not_extrapolated) {
  // on either side of the finest; and of fourth order
  BOOST_TEST(
      !estimate([](long double h) { return h == 1.5L ? 0.99L : 0.98L + 0.02L * h; }, {1, 1.5, 2})
           .extrapolated.has_value());
  BOOST_TEST(!estimate([](long double h) { return 1 + 0.01L * h * h * h * h; }, {1, 1.5, 2})
                  .extrapolated.has_value());
}

BOOST_AUTO_TEST_CASE(take_the_larger_of_two_errors) {
  // one coarse grid hits the fine value by accident: Richardson from it alone would report 0
  const auto e =
      estimate([](long double h) { return h == 2 ? 5.0L : 5 + 0.1L * (h - 1); }, {1, 1.5, 2});
  BOOST_TEST(near(e.error, 0.05 / 1.25, 1e-15));
  BOOST_TEST(!e.extrapolated.has_value());
}

BOOST_AUTO_TEST_CASE(that_agree_to_rounding_have_no_error_and_no_order) {
  const auto e = estimate([](long double h) { return 3 + 1e-17L * h * h; }, {1, 1.5, 2});
  BOOST_TEST(e.error < 1e-16);
  BOOST_TEST(!e.extrapolated.has_value());
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(two_grids)

BOOST_AUTO_TEST_CASE(give_richardsons_error_and_no_extrapolation) {
  const auto e = estimate([](long double h) { return 7 - 0.03L * h * h; }, {1, 2});
  BOOST_TEST(near(e.error, 0.03, 1e-15));
  BOOST_TEST(!e.extrapolated.has_value());
}

BOOST_AUTO_TEST_SUITE_END()
