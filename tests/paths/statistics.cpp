#define BOOST_TEST_MODULE statistics
#include "escapade/error.hpp"
#include "paths/exits/exits.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>

using namespace escapade;

namespace {

void check_close(double value, double exact) {
  BOOST_TEST(std::fabs(value - exact) <= 1e-14 * std::fabs(exact));
}

const std::vector<ExitRecord> three{{1, 0, {}}, {2, 1, {}}, {6, 0, {}}};

} // namespace

BOOST_AUTO_TEST_SUITE(statistics)

BOOST_AUTO_TEST_CASE(complete_records_give_sample_moments) {
  const auto s = exit_statistics(three, 2);
  check_close(s.mean_exit_time.mean, 3);
  check_close(s.mean_exit_time.standard_error, std::sqrt(7 / 3.0));
  BOOST_TEST(s.mean_exit_time.samples == 3);
  check_close(s.exit_time_std.mean, std::sqrt(7.0));
  check_close(s.exit_time_std.standard_error, std::sqrt(98 / 9.0) / (2 * std::sqrt(7.0))); // n = 3
  check_close(s.exit_probability[0].mean, 2 / 3.0);
  check_close(s.exit_probability[0].standard_error, std::sqrt(2 / 27.0));
  check_close(s.exit_probability[1].mean, 1 / 3.0);
  BOOST_TEST((s.timed_out == 0 && s.diverged == 0 && !s.exponential));
  check_close(s.mean_time_by_part.at(0).mean, 3.5);
  check_close(s.mean_time_by_part[0].standard_error, 2.5);
  check_close(s.mean_time_by_part[1].mean, 2);
  BOOST_TEST(s.mean_time_by_part[1].samples == 1);
}

BOOST_AUTO_TEST_CASE(diverged_paths_are_counted_and_left_out) {
  auto records = three;
  records.push_back({0, ExitRecord::diverged, {}});
  const auto s = exit_statistics(records, 2);
  check_close(s.mean_exit_time.mean, 3);
  BOOST_TEST(s.diverged == 1);
}

BOOST_AUTO_TEST_CASE(timed_out_paths_are_censored_not_dropped) {
  auto records = three;
  records.push_back({6, ExitRecord::timed_out, {}});
  const auto s = exit_statistics(records, 2);
  check_close(s.mean_exit_time.mean, 15 / 3.0);
  check_close(s.mean_exit_time.standard_error, 5 / std::sqrt(3.0));
  check_close(s.exit_time_std.mean, 5);
  BOOST_TEST((s.timed_out == 1 && s.exponential && s.mean_time_by_part.empty()));
  check_close(s.exit_probability[0].mean, 2 / 3.0);
}

BOOST_AUTO_TEST_CASE(no_exit_is_not_an_answer) {
  BOOST_CHECK_THROW(exit_statistics({{1, ExitRecord::timed_out, {}}}, 1), NotTrusted);
  BOOST_CHECK_THROW(exit_statistics({}, 1), NotTrusted);
}

BOOST_AUTO_TEST_CASE(deviation_has_the_error_of_its_kurtosis) {
  const std::vector<double> v{-2, -1, 0, 1, 2}; // s² = 2.5, m₄ = 6.8
  const Estimate e = deviation_of(v);
  check_close(e.mean, std::sqrt(2.5));
  check_close(e.standard_error, std::sqrt((6.8 - 6.25 / 2) / 5) / (2 * std::sqrt(2.5)));
}

BOOST_AUTO_TEST_CASE(deviation_of_two_samples_has_an_error_too) {
  const Estimate e = deviation_of(std::vector<double>{0, 2}); // s² = 2, m₄ = 1: Var s² = (1 + 4)/2
  check_close(e.mean, std::sqrt(2.0));
  check_close(e.standard_error, std::sqrt(2.5 / 2) / 2);
}

BOOST_AUTO_TEST_SUITE_END()
