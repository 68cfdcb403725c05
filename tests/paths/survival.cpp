#define BOOST_TEST_MODULE survival
#include "paths/exits/survival.hpp"
#include "escapade/error.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>

using namespace escapade;

namespace {

constexpr auto censored = ExitRecord::timed_out;

bool near(double a, double b) {
  return std::fabs(a - b) < 1e-14;
}

} // namespace

BOOST_AUTO_TEST_SUITE(survival)

BOOST_AUTO_TEST_CASE(of_a_sample_done_by_hand) {
  // at risk 6, 5, 3, 2: S = 5/6, then (two at time 2) 3/5 of it, 2/3 after a censoring is 1/2 of …:
  //   t = 1: 1 of 6   S = 5/6          G = 1/(6·5)
  //   t = 2: 2 of 5   S = 5/6·3/5      G += 2/(5·3)
  //   t = 3: censored, 3 at risk before
  //   t = 4: 1 of 2   S = 1/2·1/2      G += 1/(2·1)
  //   t = 5: censored
  const std::vector<ExitRecord> records{{4, 0, {}}, {1, 0, {}},        {5, censored, {}},
                                        {2, 1, {}}, {3, censored, {}}, {2, 0, {}}};
  const std::vector<double> times{0, 0.5, 1, 1.5, 2, 3.5, 4, 5, 6};
  const Survival s = kaplan_meier(records, times);
  BOOST_REQUIRE(s.times.size() == 8); // nothing is known beyond 5
  const double value[] = {1, 1, 5 / 6.0, 5 / 6.0, 0.5, 0.5, 0.25, 0.25};
  const double greenwood[] = {0,
                              0,
                              1 / 30.0,
                              1 / 30.0,
                              1 / 30.0 + 2 / 15.0,
                              1 / 30.0 + 2 / 15.0,
                              1 / 30.0 + 2 / 15.0 + 0.5,
                              1 / 30.0 + 2 / 15.0 + 0.5};
  for (std::size_t k = 0; k < 8; ++k) {
    BOOST_TEST(near(s.value[k], value[k]));
    BOOST_TEST(near(s.standard_error[k], value[k] * std::sqrt(greenwood[k])));
  }
}

BOOST_AUTO_TEST_CASE(without_censoring_is_the_share_left_with_its_binomial_error) {
  std::vector<ExitRecord> records;
  for (int k = 0; k < 40; ++k)
    records.push_back({1.0 + k, 0, {}});
  const std::vector<double> times{10.5, 39.5, 50};
  const Survival s = kaplan_meier(records, times);
  BOOST_TEST(near(s.value[0], 0.75));
  BOOST_TEST(near(s.standard_error[0], std::sqrt(0.75 * 0.25 / 40)));
  BOOST_TEST(near(s.value[1], 1 / 40.0));
  BOOST_TEST(s.value[2] == 0);
  BOOST_TEST(s.standard_error[2] == 0);
}

BOOST_AUTO_TEST_CASE(a_path_given_up_at_the_instant_of_an_exit_is_at_risk) {
  const std::vector<ExitRecord> records{{1, censored, {}}, {1, 0, {}}, {2, 0, {}}};
  const Survival s = kaplan_meier(records, std::vector<double>{1.0});
  BOOST_TEST(near(s.value[0], 2 / 3.0));
}

BOOST_AUTO_TEST_CASE(curve_ends_where_one_in_a_hundred_is_left_or_all_are_given_up) {
  std::vector<ExitRecord> records;
  for (int k = 1; k <= 1000; ++k)
    records.push_back({0.001 * k, 0, {}});
  Survival s = survival_curve(records, {}, 10);
  BOOST_TEST(s.times.size() == 11);
  BOOST_TEST(s.times[0] == 0);
  BOOST_TEST(s.value[0] == 1);
  BOOST_TEST(std::fabs(s.value.back() - 0.01) < 0.002);
  for (ExitRecord& r : records)
    if (r.time > 0.3)
      r = {0.3, censored, {}};
  s = survival_curve(records, {}, 10);
  BOOST_TEST(s.times.size() == 11);
  BOOST_TEST(near(s.times.back(), 0.3));
  BOOST_TEST(near(s.value.back(), 0.7));
}

BOOST_AUTO_TEST_CASE(diverged_paths_take_no_part_and_none_at_all_is_refused) {
  const std::vector<ExitRecord> lost{{0, ExitRecord::diverged, {}}};
  BOOST_CHECK_THROW(survival_curve(lost), NotTrusted);
  const std::vector<ExitRecord> records{{0, ExitRecord::diverged, {}}, {1, 0, {}}, {2, 0, {}}};
  BOOST_TEST(near(kaplan_meier(records, std::vector<double>{1.0}).value[0], 0.5));
}

BOOST_AUTO_TEST_SUITE_END()
