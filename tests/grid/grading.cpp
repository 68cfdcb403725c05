// The map of graded axes against integrals known in closed form.
#define BOOST_TEST_MODULE grading
#include <boost/test/unit_test.hpp>

#include "escapade/error.hpp"
#include "escapade/grid/grading.hpp"

#include <cmath>
#include <limits>
#include <numbers>

using namespace escapade;

BOOST_AUTO_TEST_SUITE(grading)

BOOST_AUTO_TEST_CASE(an_exponential_density_puts_cells_where_its_integral_says) {
  // ρ = e^ζ on [0, 2]: ξ = (e^ζ − 1)/(e² − 1), ζ = log(1 + ξ (e² − 1)).
  const AxisMap map(0, 2, 40, [](double z) { return std::exp(z); });
  const double total = std::expm1(2.0);
  for (int k = 0; k <= 80; ++k) {
    const double xi = k / 80.0, zeta = std::log1p(xi * total);
    BOOST_TEST(std::abs(map.position(k / 2.0) - zeta) < 1e-14);
    BOOST_TEST(std::abs(map.side(k / 2.0) - total / (40 * std::exp(zeta))) < 1e-14);
  }
}

BOOST_AUTO_TEST_CASE(the_inverse_finds_any_place_back) {
  const AxisMap map(-1, 3, 60, clustered(-1, 3, {{0.3, 0.03}, {2.5, 0.08, 2.0}}));
  for (double t = -1.7; t < 62; t += 0.083)
    BOOST_TEST(std::abs(map.inverse(map.position(t)) - t) < 1e-11);
}

BOOST_AUTO_TEST_CASE(between_its_nodes_the_map_is_smooth_to_fourth_order) {
  const auto off = [](std::int64_t n) {
    const AxisMap map(0, 2, n, [](double z) { return std::exp(z); });
    double most = 0;
    for (int k = 0; k < 1000; ++k) {
      const double xi = (k + 0.5) / 1000;
      const double exact = std::log1p(xi * std::expm1(2.0));
      most = std::max(most, std::abs(map.position(xi * static_cast<double>(n)) - exact));
    }
    return most;
  };
  const double order = std::log2(off(20) / off(40));
  BOOST_TEST(order > 3.7);
  BOOST_TEST(order < 4.5);
}

BOOST_AUTO_TEST_CASE(a_cluster_takes_its_share_of_the_cells) {
  // A Lorentzian holds a third of its cells within tan(π/6) of its half-width 3 w.
  const double w = 1e-3, r = 3 * w * std::tan(std::numbers::pi / 6);
  const AxisMap map(-6, 6, 1000, clustered(-6, 6, {{1.0, w, 1.0}}));
  const double cells = map.inverse(1 + r) - map.inverse(1 - r);
  const double total = 1 + (std::atan(5 / (3 * w)) + std::atan(7 / (3 * w))) / std::numbers::pi;
  BOOST_TEST(std::abs(cells - 1000 * (1.0 / 3 + 2 * r / 12) / total) < 1e-9);
}

BOOST_AUTO_TEST_CASE(a_density_that_changes_faster_than_the_cells_is_refused) {
  const auto spike = [](double z) { return 1 + 1e6 * std::exp(-1e12 * z * z); };
  BOOST_CHECK_THROW(AxisMap(-2, 2, 64, spike), BadInput);
  BOOST_CHECK_THROW(AxisMap(-1, 3, 10, clustered(-1, 3, {{0.3, 0.001}})), BadInput);
}

BOOST_AUTO_TEST_CASE(a_density_that_vanishes_or_is_no_number_is_refused) {
  for (const double bad :
       {0.0, 1e-320, -1.0, std::nan(""), std::numeric_limits<double>::infinity()})
    BOOST_CHECK_THROW(AxisMap(0, 1, 10, [=](double z) { return z > 0.7 ? bad : 1.0; }), BadInput);
}

BOOST_AUTO_TEST_SUITE_END()
