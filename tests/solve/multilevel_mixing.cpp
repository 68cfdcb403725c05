#define BOOST_TEST_MODULE multilevel_mixing
#include "solve/multilevel/mixing.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <vector>

using escapade::multilevel::Mixing;

namespace {

/// z = log u of two cells, taken to A z with eigenvalues 0.9 and −0.5 on oblique eigenvectors.
std::vector<double> cycle(const std::vector<double>& u) {
  const double a = std::log(u[0]) - std::log(u[1]), b = std::log(u[1]);
  return {std::exp(0.9 * a - 0.5 * b), std::exp(-0.5 * b)};
}

double left(const std::vector<double>& u) {
  return std::fmax(std::abs(std::log(u[0])), std::abs(std::log(u[1])));
}

} // namespace

BOOST_AUTO_TEST_SUITE(multilevel_mixing)

// Krylov's argument: two steps span all changes of a linear map of two dimensions.
BOOST_AUTO_TEST_CASE(two_mixed_steps_solve_a_linear_map_of_two_dimensions) {
  std::vector<double> u{1.02, 0.97};
  Mixing mixing;
  for (int c = 0; c < 4; ++c) {
    const std::vector<double> before = u;
    u = cycle(before);
    mixing.mix(before.data(), u.data(), u.size());
  }
  BOOST_TEST(left(u) < 1e-7); // 0.9⁴ · 0.05 without
}

// Each rank has a cell; sums over both decide.
BOOST_AUTO_TEST_CASE(shares_of_the_cells_mix_as_the_whole) {
  std::vector<double> whole{1.02, 0.97}, parts = whole;
  Mixing all, first, second;
  for (int c = 0; c < 3; ++c) {
    std::vector<double> before = whole;
    whole = cycle(before);
    all.mix(before.data(), whole.data(), 2);
    before = parts;
    parts = cycle(before);
    // What the other one adds is found by running it first on a copy.
    Mixing::Sums other{};
    Mixing trial = second;
    double value = parts[1];
    trial.mix(&before[1], &value, 1, [&](Mixing::Sums& sums) { other = sums; });
    Mixing::Sums mine{};
    first.mix(&before[0], &parts[0], 1, [&](Mixing::Sums& sums) {
      mine = sums;
      for (std::size_t q = 0; q < sums.size(); ++q)
        sums[q] += other[q];
    });
    second.mix(&before[1], &parts[1], 1, [&](Mixing::Sums& sums) {
      for (std::size_t q = 0; q < sums.size(); ++q)
        sums[q] += mine[q];
    });
    BOOST_TEST(parts[0] == whole[0], boost::test_tools::tolerance(1e-9));
    BOOST_TEST(parts[1] == whole[1], boost::test_tools::tolerance(1e-9));
  }
}

BOOST_AUTO_TEST_CASE(a_cycle_that_changes_nothing_is_left_alone) {
  std::vector<double> u{1.5, 0.25};
  Mixing mixing;
  for (int c = 0; c < 4; ++c) {
    const std::vector<double> before = u;
    mixing.mix(before.data(), u.data(), u.size());
  }
  BOOST_TEST(u[0] == 1.5);
  BOOST_TEST(u[1] == 0.25);
}

BOOST_AUTO_TEST_CASE(what_is_forgotten_has_no_part_in_it) {
  std::vector<double> u{1.02, 0.97};
  Mixing mixing, fresh;
  for (int c = 0; c < 2; ++c) {
    const std::vector<double> before = u;
    u = cycle(before);
    mixing.mix(before.data(), u.data(), u.size());
  }
  mixing.forget();
  std::vector<double> v = u;
  for (int c = 0; c < 3; ++c) {
    const std::vector<double> before_u = u, before_v = v;
    u = cycle(u);
    v = cycle(v);
    mixing.mix(before_u.data(), u.data(), u.size());
    fresh.mix(before_v.data(), v.data(), v.size());
    BOOST_TEST(u[0] == v[0]);
    BOOST_TEST(u[1] == v[1]);
  }
}

BOOST_AUTO_TEST_SUITE_END()
