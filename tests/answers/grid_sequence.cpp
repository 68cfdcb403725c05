#define BOOST_TEST_MODULE grid_sequence
#include "answers/grids/grid_sequence.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <limits>

using namespace escapade;

namespace {

/// Levels of spacings h, 4/3 h, 2h, 8/3 h on which one number has the value f(spacing).
template<class F>
std::vector<Level<Measured>> levels(F f, bool logarithmic) {
  std::vector<Level<Measured>> out;
  for (double r : {1.0, 4.0 / 3, 2.0, 8.0 / 3})
    out.push_back({{f(r), logarithmic, 1}, 0.01 * r});
  return out;
}

Number only(const std::vector<Level<Measured>>& l) {
  return with_error(l, [](const Measured& m) { return m; });
}

} // namespace

BOOST_AUTO_TEST_SUITE(sequence)

BOOST_AUTO_TEST_CASE(has_similar_grids_of_once_one_and_a_half_twice_and_three_times_the_spacing) {
  const auto s = grid_sequence({{96, 192}, 0.2}, true);
  BOOST_REQUIRE(s.size() == 4);
  BOOST_TEST((s[1].cells == std::array<std::int64_t, 2>{64, 128}));
  BOOST_TEST((s[2].cells == std::array<std::int64_t, 2>{48, 96}));
  BOOST_TEST((s[3].cells == std::array<std::int64_t, 2>{32, 64}));
  for (const GridShape& shape : s)
    BOOST_TEST(shape.angle == 0.2);
}

BOOST_AUTO_TEST_CASE(takes_another_ratio_where_one_and_a_half_does_not_divide) {
  const auto s = grid_sequence({{128, 256}, 0}, true);
  BOOST_REQUIRE(s.size() == 4);
  BOOST_TEST((s[1].cells == std::array<std::int64_t, 2>{96, 192})); // 4/3
  const auto t = grid_sequence({{50, 100}, 0}, true);
  BOOST_TEST(s[0].cells[0] == 128);
  BOOST_TEST((t[1].cells == std::array<std::int64_t, 2>{30, 60})); // 5/3
}

BOOST_AUTO_TEST_CASE(is_one_grid_where_no_errors_are_wanted_or_it_is_too_small) {
  BOOST_TEST(grid_sequence({{128, 128}, 0}, false).size() == 1u);
  BOOST_TEST(grid_sequence({{7, 128}, 0}, true).size() == 1u);
  BOOST_TEST(grid_sequence({{8, 128}, 0}, true).size() == 3u); // the fourth would be too coarse
  BOOST_TEST(grid_sequence({{32, 128}, 0}, true).size() == 4u);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(errors)

BOOST_AUTO_TEST_CASE(of_second_order_are_stated_one_and_a_half_times_and_extrapolated) {
  const Number n = only(levels([](long double r) { return 5 + 0.1L * r * r; }, false));
  BOOST_TEST(std::abs(*n.value - 5.1) < 1e-15);
  BOOST_TEST(std::abs(*n.error - 0.15) < 1e-9);
  BOOST_TEST(std::abs(*n.order - 2) < 1e-9);
  BOOST_REQUIRE(n.extrapolated.has_value());
  BOOST_TEST(std::abs(*n.extrapolated - 5) < 1e-12);
  // A correction of 2 % is not believed beyond its cube, however clean the grids.
  BOOST_TEST(std::abs(*n.extrapolated_error - 0.1 * std::pow(0.1 / 5.1, 2)) < 1e-9);
}

BOOST_AUTO_TEST_CASE(of_numbers_beyond_double_live_in_the_logarithm) {
  const Number n = only(levels([](long double r) { return 30000 + 0.1L * r * r; }, true));
  BOOST_TEST(!n.value.has_value());
  BOOST_TEST(!n.error.has_value());
  BOOST_TEST(std::abs(*n.log - 30000.1) < 1e-11);
  BOOST_TEST(std::abs(*n.log_error - 0.15) < 1e-9);
  BOOST_REQUIRE(n.log_extrapolated.has_value());
  BOOST_TEST(std::abs(*n.log_extrapolated - 30000) < 1e-10);
  BOOST_TEST(n.log_extrapolated_error.has_value());
  BOOST_TEST(!n.extrapolated.has_value());
}

BOOST_AUTO_TEST_CASE(of_positive_numbers_are_relative_in_the_logarithm) {
  const Number n = only(levels([](long double r) { return std::log(7.0L) + 0.01L * r * r; }, true));
  BOOST_TEST(std::abs(*n.value - 7 * std::exp(0.01)) < 1e-13);
  BOOST_TEST(std::abs(*n.log_error - 0.015) < 1e-9);
  BOOST_TEST(std::abs(*n.error / *n.value - 0.015) < 1e-9);
  BOOST_TEST(std::abs(*n.extrapolated - 7) < 1e-12);
  BOOST_TEST(std::abs(*n.extrapolated_error / 7 - *n.log_extrapolated_error) < 1e-12);
}

BOOST_AUTO_TEST_CASE(hold_what_solves_leave_relative_to_the_spread) {
  auto l = levels([](long double) { return 0.0L; }, false);
  BOOST_TEST(*only(l).error < 1e-13);
  l.front().certificate = 1e-6;
  BOOST_TEST(*only(l).error >= 1e-6);
}

BOOST_AUTO_TEST_CASE(are_unknown_where_there_is_a_doubt_and_say_it) {
  auto l = levels([](long double r) { return 5 + 0.1L * r * r; }, false);
  l.front().doubt = "nothing is resolved";
  const Number n = only(l);
  BOOST_TEST(!n.error.has_value());
  BOOST_TEST(n.error_unknown == "nothing is resolved");
}

BOOST_AUTO_TEST_CASE(are_unknown_where_a_needed_grid_has_no_number) {
  auto l = levels([](long double r) { return 5 + 0.1L * r * r; }, false);
  l[3].numbers.value = NAN; // the fourth is not needed
  BOOST_TEST(only(l).error.has_value());
  l[1].numbers.value = NAN;
  BOOST_TEST(!only(l).error.has_value());
  BOOST_TEST(!only(l).error_unknown.empty());
}

BOOST_AUTO_TEST_CASE(of_nothing_at_all_are_nothing) {
  const Number n =
      only(levels([](long double) { return -std::numeric_limits<long double>::infinity(); }, true));
  BOOST_TEST(*n.value == 0.0);
  BOOST_TEST(*n.error == 0.0);
}

BOOST_AUTO_TEST_CASE(are_absent_on_a_single_grid) {
  const Number n = only({{{4.0L, false}, 0.1}});
  BOOST_TEST(!n.error.has_value());
  BOOST_TEST(n.error_unknown == "one grid only");
  BOOST_TEST(*n.value == 4.0);
}

BOOST_AUTO_TEST_SUITE_END()
