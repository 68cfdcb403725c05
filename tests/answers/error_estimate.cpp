#define BOOST_TEST_MODULE error_estimate
#include "answers/grids/error_estimate.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <functional>
#include <vector>

using namespace escapade;

namespace {

ErrorEstimate estimate(const std::function<long double(long double)>& value,
                       std::vector<double> ratios, ErrorContext known = {1e-15, 1}) {
  std::vector<long double> values;
  for (double r : ratios)
    values.push_back(value(r));
  return estimate_error(values, ratios, known);
}

bool near(double a, double b, double tolerance) {
  return std::abs(a - b) <= tolerance;
}

const std::vector<double> usual{1, 4.0 / 3, 2, 8.0 / 3};

} // namespace

BOOST_AUTO_TEST_SUITE(four_grids)

BOOST_AUTO_TEST_CASE(show_the_order_of_a_power_and_an_error_one_and_a_half_times_the_true_one) {
  for (double order : {0.3, 0.5, 1.0, 4.0 / 3, 2.0}) {
    const auto e = estimate(
        [&](long double h) { return 7 - 0.03L * std::pow(h, static_cast<long double>(order)); },
        usual);
    BOOST_TEST(near(*e.order, order, 1e-9), order);
    BOOST_TEST(near(*e.error, 1.5 * 0.03, 1e-9), order);
  }
}

BOOST_AUTO_TEST_CASE(of_a_higher_order_than_2_are_taken_for_order_2) {
  const auto e = estimate([](long double h) { return 1 + 0.01L * h * h * h * h; }, usual);
  BOOST_TEST(near(*e.order, 4, 1e-9));
  BOOST_TEST(*e.error > 0.01);
  BOOST_TEST(!e.extrapolated.has_value());
}

BOOST_AUTO_TEST_CASE(hold_the_error_of_two_terms_that_cancel_on_some_grid) {
  // C₁h + C₂h², then squares and fourth powers: differences between grids vanish somewhere
  for (int k = -100; k <= 100; ++k) {
    const long double c = k / 100.0L;
    const auto e = estimate([&](long double h) { return 5 + h + c * h * h; }, usual);
    BOOST_TEST(3 * *e.error >= std::abs(1 + c), "c = " << static_cast<double>(c));
    const auto even = estimate([&](long double h) { return 5 + h * h + c * h * h * h * h; }, usual);
    BOOST_TEST(3 * *even.error >= std::abs(1 + c), "even, c = " << static_cast<double>(c));
  }
}

BOOST_AUTO_TEST_CASE(that_converge_faster_than_any_power_are_not_judged_by_the_coarsest) {
  const auto f = [](long double h) { return 2 + std::exp(-18 / (h * h)); };
  const auto e = estimate(f, usual);
  BOOST_TEST(*e.error > std::exp(-18.0));
  BOOST_TEST(*e.error < 3 * std::exp(-18 / (16.0 / 9)));
}

BOOST_AUTO_TEST_CASE(by_flow_are_judged_by_the_coarsest_too_for_parts_of_order_1_do_not_show) {
  // covariance of a limit cycle in a box that is not centred, 64² to 24²; right is 0 ± 1e-8
  const std::vector<long double> v{1.5051e-7L, 1.4721e-7L, 1.0365e-7L, -8.0698e-7L};
  BOOST_TEST(*estimate_error(v, usual, {1e-15, 0.5}).error < 1.5e-8);
  BOOST_TEST(*estimate_error(v, usual, {1e-15, 0.5, Expansion::by_flow}).error > 1.5e-7);
}

BOOST_AUTO_TEST_CASE(of_slow_methods_are_not_believed_where_fine_grids_agree_by_accident) {
  // variance of a heavy ball on 64² to 24² cells; right is 0.0206286
  const std::vector<long double> v{0.0207682L, 0.0207529L, 0.0206997L, 0.0205552L};
  const auto e = estimate_error(v, usual, {1e-15, 0.02, Expansion::slow});
  BOOST_TEST(*e.order > 2.5);
  BOOST_TEST(1.5 * *e.error > 0.0207682 - 0.0206286);
}

BOOST_AUTO_TEST_CASE(of_methods_of_first_order_believe_no_higher_one) {
  const auto f = [](long double h) { return 7 - 0.03L * h * h; };
  BOOST_TEST(near(*estimate(f, usual, {1e-15, 1}).error, 1.5 * 0.03, 1e-9));
  BOOST_TEST(*estimate(f, usual, {1e-15, 1, Expansion::first_order}).error >= 1.5 * 0.09);
}

BOOST_AUTO_TEST_CASE(of_methods_of_first_order_are_judged_by_the_largest_difference) {
  const std::vector<long double> v{1, 1.00001L, 1.00002L, 1.01L};
  const auto e = estimate_error(v, usual, {1e-15, 1, Expansion::first_order});
  BOOST_TEST(*e.error >= 0.3 * 0.01);
}

BOOST_AUTO_TEST_CASE(that_agree_by_accident_are_judged_by_the_others_where_sets_cut_cells) {
  const auto fast = [](long double h) { return 2 + std::exp(-18 / (h * h)); };
  BOOST_TEST(*estimate(fast, usual, {1e-15, 1, Expansion::cut}).error >
             10 * *estimate(fast, usual, {1e-15, 1}).error);
}

BOOST_AUTO_TEST_CASE(that_agree_to_rounding_have_its_error_and_no_order) {
  const auto e = estimate([](long double h) { return 3 + 1e-17L * h * h; }, usual);
  BOOST_TEST(*e.error < 1e-14);
  BOOST_TEST(*e.error >= 1e-15);
  BOOST_TEST(!e.order.has_value());
}

BOOST_AUTO_TEST_CASE(never_state_less_than_what_rounding_and_solves_leave) {
  BOOST_TEST(*estimate([](long double h) { return 3 + 1e-9L * h * h; }, usual, {1e-6}).error >
             1e-6);
  BOOST_TEST(*estimate([](long double h) { return 3 + 1e-3L * h * h; }, usual, {1e-6}).error >
             1e-6);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(extrapolation)

BOOST_AUTO_TEST_CASE(of_a_square_with_a_fourth_power_is_exact) {
  const auto f = [](long double h) { return -2 + 0.03L * h * h - 0.00003L * h * h * h * h; };
  for (double middle : {1.25, 4.0 / 3, 1.5}) {
    const auto e = estimate(f, {1, middle, 2, 2 * middle});
    BOOST_REQUIRE(e.extrapolated.has_value());
    BOOST_TEST(near(*e.extrapolated, -2, 1e-13));
  }
}

BOOST_AUTO_TEST_CASE(of_a_line_with_a_square_is_exact) {
  const auto e = estimate([](long double h) { return 1 + 0.05L * h + 0.001L * h * h; }, usual);
  BOOST_REQUIRE(e.extrapolated.has_value());
  BOOST_TEST(near(*e.extrapolated, 1, 1e-13));
}

BOOST_AUTO_TEST_CASE(has_an_error_that_holds_what_a_further_term_leaves) {
  for (long double c : {0.002L, -0.002L, 0.01L}) {
    const auto e = estimate([&](long double h) { return 1 + 0.5L * h * h + c * h * h * h; }, usual);
    if (e.extrapolated) {
      BOOST_TEST(std::abs(*e.extrapolated - 1) <= *e.extrapolated_error);
      BOOST_TEST(*e.extrapolated_error < 0.5 * *e.error);
    }
  }
}

BOOST_AUTO_TEST_CASE(in_squares_has_an_error_of_the_size_of_the_true_one) {
  for (long double c : {-0.3L, 0.2L})
    for (long double d : {-0.05L, 0.02L}) {
      const auto f = [&](long double h) {
        const long double s = 0.01L * h * h;
        return 1 + s + c * s * s + d * s * s * s;
      };
      const auto e = estimate(f, usual, {1e-18, 1});
      BOOST_REQUIRE(e.extrapolated.has_value());
      const double off = static_cast<double>(std::abs(*e.extrapolated - 1.0L));
      BOOST_TEST(off <= *e.extrapolated_error);
      BOOST_TEST(*e.extrapolated_error < 12 * off + 2e-6);
    }
}

BOOST_AUTO_TEST_CASE(where_the_third_term_is_as_large_as_the_second_has_an_error_that_holds) {
  const auto f = [](long double h) {
    const long double s = 0.01L * h * h;
    return 1 + s + 0.01L * s * s + 2 * s * s * s;
  };
  const auto e = estimate(f, usual, {1e-18, 1});
  const double off = static_cast<double>(std::abs(*e.extrapolated - 1.0L));
  BOOST_TEST(off <= *e.extrapolated_error);
  BOOST_TEST(*e.extrapolated_error < 12 * off);
}

BOOST_AUTO_TEST_CASE(is_doubted_where_triples_agree_by_accident_on_an_order_that_is_off) {
  // both triples give the same value, which is wrong, and orders of 1.84 and 1.9
  const auto f = [](long double h) {
    const long double s = 0.01L * h * h;
    return 1 + s + 2 * s * s - 20 * s * s * s + 144 * s * s * s * s;
  };
  const auto e = estimate(f, usual, {1e-18, 1});
  const double off = static_cast<double>(std::abs(*e.extrapolated - 1.0L));
  BOOST_TEST(off > 5e-5);
  BOOST_TEST(off < 2 * *e.extrapolated_error);
}

BOOST_AUTO_TEST_CASE(has_a_larger_error_the_less_regular_a_number_is) {
  const auto f = [](long double h) { return 1 + 0.01L * h * h + 1e-5L * h * h * h * h; };
  const auto error = [&](Expansion expansion) {
    return *estimate(f, usual, {1e-15, 1, expansion}).extrapolated_error;
  };
  BOOST_TEST(error(Expansion::even) < 0.2 * error(Expansion::at_point));
  BOOST_TEST(error(Expansion::at_point) < 0.2 * error(Expansion::cut));
  BOOST_TEST(error(Expansion::cut) >= 0.025 * 0.01);
  BOOST_TEST(error(Expansion::uneven) == error(Expansion::cut));
  BOOST_TEST(error(Expansion::by_flow) == error(Expansion::cut));
}

BOOST_AUTO_TEST_CASE(is_not_given_if_steps_in_time_differ_from_grid_to_grid) {
  const auto f = [](long double h) { return 1 + 0.01L * h * h; };
  const auto e = estimate(f, usual, {1e-15, 1, Expansion::cut, LimitKind::none});
  const auto usually = estimate(f, usual, {1e-15, 1, Expansion::cut});
  BOOST_TEST(usually.extrapolated.has_value());
  BOOST_TEST(*e.error == *usually.error);
  BOOST_TEST(!e.extrapolated.has_value());
}

BOOST_AUTO_TEST_CASE(of_coarse_grids_at_a_point_is_doubted) {
  // a third of the value changes: terms beyond the second count
  const auto f = [](long double h) { return 1 + 0.3L * h * h + 1e-5L * h * h * h * h; };
  BOOST_TEST(*estimate(f, usual, {1e-15, 1, Expansion::at_point}).extrapolated_error > 0.1);
}

BOOST_AUTO_TEST_CASE(of_order_1_is_given_of_sums_over_cells_alone) {
  const auto f = [](long double h) { return 1 + 0.05L * h + 0.001L * h * h; };
  BOOST_TEST(estimate(f, usual).extrapolated.has_value());
  for (Expansion expansion : {Expansion::at_point, Expansion::cut, Expansion::irregular})
    BOOST_TEST(!estimate(f, usual, {1e-15, 1, expansion}).extrapolated.has_value());
}

BOOST_AUTO_TEST_CASE(is_not_given_where_grids_disagree_on_the_order) {
  BOOST_TEST(!estimate([](long double h) { return 1 + 0.05L * std::pow(h, 4.0L / 3); }, usual)
                  .extrapolated.has_value());
  BOOST_TEST(!estimate([](long double h) { return h == 1 ? 0.99L : 0.98L + 0.02L * h; }, usual)
                  .extrapolated.has_value());
  BOOST_TEST(!estimate([](long double h) { return h * h; }, {1, 1.5, 2}).extrapolated.has_value());
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(fewer_grids)

BOOST_AUTO_TEST_CASE(of_two_take_the_order_for_one_half) {
  const auto e = estimate([](long double h) { return 7 - 0.03L * h * h; }, {1, 2});
  BOOST_TEST(near(*e.error, 1.5 * 0.09 / (std::sqrt(2.0) - 1), 1e-14));
  BOOST_TEST(!e.order.has_value());
}

BOOST_AUTO_TEST_CASE(of_one_have_no_error_and_say_why) {
  const auto e = estimate([](long double) { return 7; }, {1});
  BOOST_TEST(!e.error.has_value());
  BOOST_TEST(!e.unknown.empty());
}

BOOST_AUTO_TEST_CASE(on_a_line_a_term_of_order_three_goes_too) {
  const std::vector<double> ratios{1, 4.0 / 3, 2, 8.0 / 3};
  std::vector<long double> values;
  for (const long double r : ratios)
    values.push_back(5 + 1e-6L * r * r + 1e-9L * r * r * r - 3e-12L * r * r * r * r);
  const ErrorEstimate plane = estimate_error(values, ratios, {.floor = 1e-15, .scale = 5}),
                      line =
                          estimate_error(values, ratios,
                                         {.floor = 1e-15, .scale = 5, .limit = LimitKind::on_line});
  BOOST_TEST(std::abs(*plane.extrapolated - 5) > 1e-11);
  BOOST_TEST(std::abs(*line.extrapolated - 5) < 2e-15);
  BOOST_TEST(*line.extrapolated_error < 1e-10);
  BOOST_TEST(*line.extrapolated_error >= std::abs(*line.extrapolated - 5));
}

BOOST_AUTO_TEST_SUITE_END()
