#define BOOST_TEST_MODULE sums
#include "parallel/sums.hpp"
#include "paths/exits/survival.hpp"

#include "shared/ranks.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <random>

using namespace escapade;
using namespace escapade::test;

BOOST_TEST_GLOBAL_FIXTURE(Mpi);

namespace {

/// This rank's part of what all ranks know: not of equal size, and empty on rank 1 of two.
template<class T>
std::vector<T> part_of(const std::vector<T>& all) {
  const int count = ranks();
  const std::size_t n = all.size();
  const auto cut = [&](int r) {
    return r == 0 ? 0 : r == count ? n : r == 1 && count == 2 ? n : n / 7 * r;
  };
  return {all.begin() + static_cast<std::ptrdiff_t>(cut(rank_of_self())),
          all.begin() + static_cast<std::ptrdiff_t>(cut(rank_of_self() + 1))};
}

double sum_of(const std::vector<double>& values, const Ranks& ranks) {
  return sum_over(ranks, values.size(), [&](std::size_t i) { return values[i]; });
}

std::vector<double> exponential_times(std::size_t n) {
  std::mt19937_64 engine(7);
  std::exponential_distribution<double> law(0.3);
  std::vector<double> values(n);
  for (double& v : values)
    v = law(engine);
  return values;
}

const Ranks all_ranks() {
  return Ranks(MPI_COMM_WORLD);
}

} // namespace

BOOST_AUTO_TEST_SUITE(sums)

BOOST_AUTO_TEST_CASE(sums_that_doubles_can_hold_are_exact) {
  const std::vector<double> values{1e15, 0.25, -1e15, -3, 0.125, 0x1p-10, 5, 7};
  BOOST_TEST(sum_of(part_of(values), all_ranks()) == 9.375 + 0x1p-10);
  for (double scale : {0x1p-1060, 0x1p+960}) { // whose units are no doubles
    std::vector<double> scaled(values.begin() + 3, values.end());
    for (double& v : scaled)
      v *= scale;
    BOOST_TEST(sum_of(part_of(scaled), all_ranks()) == (9.125 + 0x1p-10) * scale);
  }
  BOOST_TEST(sum_of({}, all_ranks()) == 0);
}

BOOST_AUTO_TEST_CASE(sums_do_not_depend_on_order_or_ranks_and_are_right_to_rounding) {
  std::vector<double> values = exponential_times(100001);
  long double exact = 0;
  for (double& v : values) {
    v -= 3;
    exact += v;
  }
  const double alone = sum_of(values, {});
  BOOST_TEST(std::fabs(alone - static_cast<double>(exact)) < 1e-13 * 3 * 100001);
  BOOST_TEST(sum_of(part_of(values), all_ranks()) == alone);
  std::reverse(values.begin(), values.end());
  BOOST_TEST(sum_of(part_of(values), all_ranks()) == alone);
}

BOOST_AUTO_TEST_CASE(sums_of_terms_that_are_not_finite_are_no_numbers) {
  for (double bad :
       {std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN()})
    BOOST_TEST(
        std::isnan(sum_of(part_of(std::vector<double>{1, bad, 2, 3, 4, 5, 6}), all_ranks())));
}

BOOST_AUTO_TEST_CASE(order_statistics_are_those_of_all_values_sorted) {
  std::vector<double> values = exponential_times(2000);
  values[3] = values[4] = values[5] = 0;
  values[6] = 1e300;
  values[7] = 1e-300;
  const std::vector<double> mine = part_of(values);
  std::sort(values.begin(), values.end());
  for (std::int64_t k : {0, 2, 3, 4, 1000, 1979, 1998, 1999})
    BOOST_TEST(order_statistic(all_ranks(), mine, k) == values[static_cast<std::size_t>(k)]);
}

BOOST_AUTO_TEST_CASE(statistics_of_exits_have_the_same_bits_however_they_are_spread) {
  std::vector<ExitRecord> records;
  for (double t : exponential_times(5000))
    records.push_back(t > 9 ? ExitRecord{9, ExitRecord::timed_out, {}}
                            : ExitRecord{t, records.size() % 3 == 0, {}});
  records[100] = {0, ExitRecord::diverged, {}};
  for (int censored = 1; censored >= 0; --censored) {
    if (!censored)
      std::erase_if(records, [](const ExitRecord& r) { return r.part == ExitRecord::timed_out; });
    const std::vector<ExitRecord> mine = part_of(records);
    const ExitStatistics alone = exit_statistics(records, 2),
                         spread = exit_statistics(mine, 2, all_ranks());
    BOOST_TEST(alone.exponential == (censored == 1));
    BOOST_TEST(spread.mean_exit_time.mean == alone.mean_exit_time.mean);
    BOOST_TEST(spread.mean_exit_time.standard_error == alone.mean_exit_time.standard_error);
    BOOST_TEST(spread.mean_exit_time.samples == alone.mean_exit_time.samples);
    BOOST_TEST(spread.exit_time_std.mean == alone.exit_time_std.mean);
    BOOST_TEST(spread.exit_time_std.standard_error == alone.exit_time_std.standard_error);
    BOOST_TEST(spread.exit_probability[1].mean == alone.exit_probability[1].mean);
    BOOST_TEST((spread.timed_out == alone.timed_out && spread.diverged == 1));
    const Survival one = survival_curve(records), many = survival_curve(mine, all_ranks());
    BOOST_TEST((many.times == one.times && many.value == one.value &&
                many.standard_error == one.standard_error));
    BOOST_TEST(one.times.size() == 101);
  }
}

BOOST_AUTO_TEST_SUITE_END()
