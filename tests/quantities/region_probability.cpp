// Probabilities of sets whose boundary cuts cells anywhere, against closed forms on grids of which
// none is part of another.
#define BOOST_TEST_MODULE region_probability
#include "quantities/regions/region_probability.hpp"

#include "shared/chains.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <numbers>

using namespace escapade;
using namespace escapade::test;

BOOST_TEST_GLOBAL_FIXTURE(Mpi);

namespace {

constexpr double T = 0.3;
constexpr std::array<std::int64_t, 5> grids{50, 67, 83, 101, 131};

/// P(x > a) of a Gaussian of variance T.
double beyond(double a) {
  return 0.5 * std::erfc(a / std::sqrt(2 * T));
}

struct Case {
  const char* set;
  double exact;
};

const Case cases[] = {
    {"x > 0.3137", beyond(0.3137)},
    {"y < -0.7071", beyond(0.7071)},
    {"x + 1.7*y > 0.4113", beyond(0.4113 / std::hypot(1, 1.7))},
    {"x^2 + y^2 < 0.77^2", 1 - std::exp(-0.77 * 0.77 / (2 * T))},
    {"0.2 < x and x < 0.2131", beyond(0.2) - beyond(0.2131)}, // a tenth of a cell
    {"x > 2.1234", beyond(2.1234)},
    {"x > 0.3137 and y > 0.1618", beyond(0.3137) * beyond(0.1618)},
};

/// (P/exact − 1) N² on every grid, least and largest.
std::array<double, 2> scaled_errors(const Case& c, const Problem& p, double angle) {
  const Domain d = box(-5.2, 5.2, -5.2, 5.2);
  std::array<double, 2> range{1e300, -1e300};
  for (const std::int64_t n : grids) {
    const Chain chain = closed_chain(p, d, square(n, angle));
    const double P = RegionProbabilities(chain.grid, stationary_of(chain)).of(region(c.set));
    const double scaled = (P / c.exact - 1) * static_cast<double>(n * n);
    range = {std::min(range[0], scaled), std::max(range[1], scaled)};
  }
  return range;
}

} // namespace

BOOST_AUTO_TEST_SUITE(region_probability)

BOOST_AUTO_TEST_CASE(of_a_gibbs_density_is_nearly_exact) {
  for (double angle : {0.0, 0.4})
    for (const Case& c : cases) {
      const auto [low, high] = scaled_errors(c, potential("(x^2+y^2)/2", "0.3"), angle);
      const double most = c.exact < 1e-3 ? 30 : 4;
      BOOST_TEST((low > -most && high < most), c.set << ": " << low << " to " << high);
    }
}

BOOST_AUTO_TEST_CASE(converges_with_one_constant_on_grids_that_are_not_nested) {
  const Domain d = box(-5.2, 5.2, -5.2, 5.2);
  const Problem turning = drift("-x - 0.7*y, 0.7*x - y", "0.3, 0, 0.3", d);
  for (const Case& c : cases) {
    const auto [low, high] = scaled_errors(c, turning, 0);
    BOOST_TEST(high - low < 0.2 * std::max(std::abs(low), std::abs(high)) + 0.1,
               c.set << ": " << low << " to " << high);
  }
}

BOOST_AUTO_TEST_CASE(of_a_set_smaller_than_a_cell_is_seen) {
  const Domain d = box(-5.2, 5.2, -5.2, 5.2);
  const double r = 0.03, x = 0.5012, y = 0.313;
  const double exact =
      r * r / (2 * T) * std::exp(-(x * x + y * y) / (2 * T)) *
      (1 + r * r / (8 * T) * ((x * x + y * y) / T - 2)); // the mean over a small disc
  for (const std::int64_t n : grids) {
    const Chain chain = closed_chain(potential("(x^2+y^2)/2", "0.3"), d, square(n));
    const double P = RegionProbabilities(chain.grid, stationary_of(chain))
                         .of(region("(x-0.5012)^2 + (y-0.313)^2 < 0.03^2"));
    BOOST_TEST(std::abs(P / exact - 1) < 0.02);
  }
}

BOOST_AUTO_TEST_CASE(where_the_density_varies_by_factors_over_a_cell_stays_close) {
  // cells of 0.52: from one to the next the density falls by e^3.6 at x = 2.1
  const Domain d = box(-5.2, 5.2, -5.2, 5.2);
  const Chain chain = closed_chain(potential("(x^2+y^2)/2", "0.3"), d, square(20));
  const RegionProbabilities P(chain.grid, stationary_of(chain));
  BOOST_TEST(std::abs(P.of(region("x > 2.1234")) / beyond(2.1234) - 1) < 0.15);
  BOOST_TEST(std::abs(P.of(region("x > 1.9")) / beyond(1.9) - 1) < 0.15);
}

BOOST_AUTO_TEST_CASE(of_a_uniform_mass_is_the_area) {
  for (double angle : {0.0, 0.7}) {
    const Cells grid = make_grid(box(-1, 1, -1, 1), square(40, angle), {});
    const LogVector mass(grid.unknowns(), -std::log(static_cast<long double>(grid.unknowns())));
    const double area = static_cast<double>(grid.unknowns()) * grid.area(0);
    const RegionProbabilities P(grid, mass);
    BOOST_TEST(std::abs(P.of(region("x^2+y^2 < 0.49")) * area - 0.49 * std::numbers::pi) < 1e-5);
    BOOST_TEST(P.of(region("x > 5")) == 0.0);
    BOOST_TEST(std::abs(P.of(region("x < 5")) - 1) < 1e-14);
    BOOST_TEST(std::abs(P.of(region("x < 0.01 or y > 7")) + P.of(region("x >= 0.01")) - 1) < 1e-14);
    if (angle == 0) {
      BOOST_TEST(std::abs(P.of(region("x < 0.0135")) - 1.0135 / 2) < 1e-14);
      BOOST_TEST(std::abs(P.of(region("y < 0.0135")) - 1.0135 / 2) < 1e-14);
    }
  }
}

BOOST_AUTO_TEST_CASE(counts_nothing_where_the_condition_is_not_a_number) {
  const Cells grid = make_grid(box(-1, 1, -1, 1), square(40), {});
  const LogVector mass(grid.unknowns(), -std::log(1600.0L));
  BOOST_TEST(std::abs(RegionProbabilities(grid, mass).of(region("log(x) < 0")) - 0.5) < 0.002);
}

BOOST_AUTO_TEST_SUITE_END()
