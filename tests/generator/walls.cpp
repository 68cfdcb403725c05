// Noise that vanishes at a wall: stationary states and exit times against what they must be.
#define BOOST_TEST_MODULE walls
#include "generator/rates/walls.hpp"

#include "quantities/stationary.hpp"
#include "shared/chains.hpp"

#include <boost/math/distributions/beta.hpp>
#include <boost/math/distributions/gamma.hpp>
#include <boost/test/unit_test.hpp>

#include <array>

using namespace escapade;
using namespace escapade::test;

BOOST_TEST_GLOBAL_FIXTURE(Mpi);

namespace {

/// Mean and variance across the walls on n cells, with x along them of no consequence.
Moments across(const std::string& drift_y, const std::string& noise_y, const Domain& d,
               std::int64_t n) {
  const Problem p = drift("-x, " + drift_y, "0.05, 0, " + noise_y, d);
  const Chain chain = closed_chain(p, d, {{3, n}, 0});
  return moments(chain.grid, stationary_of(chain));
}

struct Errors {
  double mean, variance;
};

Errors errors(const std::string& b, const std::string& noise, const Domain& d, std::int64_t n,
              double mean, double variance) {
  const Moments m = across(b, noise, d, n);
  return {m.mean.y / mean - 1, m.covariance.yy / variance - 1};
}

std::string text(double v) {
  return std::to_string(v);
}

/// Mean time to leave from the centre of a cell.
double exit_time(const Chain& chain, Vec2 from) {
  GthSolver solver(chain.generator, {});
  const LogVector tau =
      solver.backward(LogVector(static_cast<std::size_t>(chain.generator.rows()), 0.0L));
  return static_cast<double>(std::exp(tau[static_cast<std::size_t>(chain.grid.cell_at(from))]));
}

} // namespace

BOOST_AUTO_TEST_SUITE(noise_that_vanishes_at_a_wall)

BOOST_AUTO_TEST_CASE(gives_a_gamma_density_at_every_shape_with_order_2) {
  // b = θ − v, D = v/2: shape 2θ, rate 2; the box cuts off nothing that counts
  for (double shape : {0.18, 0.4, 0.9, 1.5, 2.5, 7.0}) {
    const Domain d = box(-2, 2, 0, 20);
    const double mean = shape / 2, variance = shape / 4;
    Errors e[2];
    for (int k = 0; k < 2; ++k)
      e[k] = errors(text(mean) + " - y", "y/2", d, k ? 1280 : 640, mean, variance);
    BOOST_TEST(std::abs(e[1].mean) < 2e-3, shape << ": " << e[1].mean);
    BOOST_TEST(std::abs(e[1].variance) < 2e-3, shape << ": " << e[1].variance);
    BOOST_TEST((std::abs(e[1].mean) < 1e-5 || order_of(e[0].mean, e[1].mean) > 1.8),
               shape << ": " << e[0].mean << ", " << e[1].mean);
    BOOST_TEST((std::abs(e[1].variance) < 1e-5 || order_of(e[0].variance, e[1].variance) > 1.8),
               shape << ": " << e[0].variance << ", " << e[1].variance);
  }
}

BOOST_AUTO_TEST_CASE(is_the_same_at_the_upper_end_and_along_the_other_axis) {
  const Moments low = across("0.09 - y", "y/2", box(-2, 2, 0, 4), 100),
                high = across("-0.09 + (4 - y)", "(4 - y)/2", box(-2, 2, 0, 4), 100);
  BOOST_TEST(low.mean.y == 4 - high.mean.y, boost::test_tools::tolerance(1e-10));
  BOOST_TEST(low.covariance.yy == high.covariance.yy, boost::test_tools::tolerance(1e-10));
  const Domain d = box(0, 4, -2, 2);
  const Chain chain = closed_chain(drift("0.09 - x, -y", "x/2, 0, 0.05", d), d, {{100, 3}, 0});
  const Moments turned = moments(chain.grid, stationary_of(chain));
  BOOST_TEST(turned.mean.x == low.mean.y, boost::test_tools::tolerance(1e-10));
}

BOOST_AUTO_TEST_CASE(gives_beta_densities_between_two_walls) {
  // Wright–Fisher with mutation: D = y(1 − y)/2, b = a(1 − y) − c y
  for (const auto& [a, c] : {std::array{0.1, 0.2}, {0.3, 0.8}, {0.05, 0.05}}) {
    const boost::math::beta_distribution<> law(2 * a, 2 * c);
    Errors e[2];
    for (int k = 0; k < 2; ++k)
      e[k] = errors(text(a) + "*(1 - y) - " + text(c) + "*y", "y*(1-y)/2", box(-2, 2, 0, 1),
                    k ? 200 : 100, mean(law), variance(law));
    for (const Errors& one : e) {
      BOOST_TEST(std::abs(one.mean) < 2e-3, a << ": " << one.mean);
      BOOST_TEST(std::abs(one.variance) < 2e-3, a << ": " << one.variance);
    }
    BOOST_TEST((std::abs(e[1].variance) < 1e-5 || order_of(e[0].variance, e[1].variance) > 1.3));
  }
}

BOOST_AUTO_TEST_CASE(moves_what_it_drives_along_the_wall_by_its_mean) {
  // a volatility: x' = −x + √(v + c) w', so that var x = (E[v] + c)/2
  const Domain d = box(-4, 4, 0, 4);
  const Problem p = drift("-x, 0.09 - y", "0.05 + y/2, 0, y/2", d);
  for (const std::int64_t n : {32, 128}) {
    const Chain chain = closed_chain(p, d, {{160, n}, 0});
    const Moments m = moments(chain.grid, stationary_of(chain));
    BOOST_TEST(m.covariance.xx == 0.05 + 0.5 * m.mean.y, boost::test_tools::tolerance(0.01));
  }
}

BOOST_AUTO_TEST_CASE(holds_on_graded_cells) {
  const Domain d = box(-2, 2, 0, 4);
  auto grading = std::make_shared<Grading>();
  grading->density[1] = [](double v) { return 1 / (0.1 + v); };
  const Problem p = drift("-x, 0.09 - y", "0.05, 0, y/2", d);
  GridShape shape{{3, 100}, 0};
  shape.grading = grading;
  const Chain chain = closed_chain(p, d, shape);
  const Moments m = moments(chain.grid, stationary_of(chain));
  BOOST_TEST(m.mean.y == 0.089952, boost::test_tools::tolerance(1e-3));
}

BOOST_AUTO_TEST_CASE(lets_paths_leave_through_a_wall_that_absorbs) {
  // D = y, b = α: the wall is reached where α < 1. With α = 0, τ = −y log y on [0, 1].
  const Domain d = box(0, 1, 0, 1, Boundary::reflecting, Boundary::absorbing);
  for (const double a : {0.0, 0.5, -0.5}) {
    // y τ'' + α τ' = −1: τ = (y^(1−α) − y)/α, and −y log y where α = 0
    const auto exact = [a](double y) {
      return a == 0 ? -y * std::log(y) : (std::pow(y, 1 - a) - y) / a;
    };
    double off[2];
    for (int k = 0; k < 2; ++k) {
      const Chain chain =
          leaving_chain(drift("0, " + text(a), "0.1, 0, y", d), d, {{3, k ? 125 : 25}, 0}, "");
      off[k] = exit_time(chain, {0.5, 0.3}) / exact(0.3) - 1;
    }
    BOOST_TEST(std::abs(off[1]) < 0.01, a << ": " << off[0] << ", " << off[1]);
    BOOST_TEST(std::abs(off[1]) < 0.5 * std::abs(off[0]), a << ": " << off[0] << ", " << off[1]);
  }
}

BOOST_AUTO_TEST_CASE(is_not_seen_where_there_is_none) {
  const Domain d = box(-2, 2, 0, 4);
  for (const char* noise : {"0.05, 0, 0.1", "0.05, 0, 0.1 + y", "0.05, 0, y^2"})
    BOOST_TEST(!closed_chain(drift("-x, 0.5 - y", noise, d), d, square(8)).grid.lattice()->walls);
  BOOST_TEST(
      !!closed_chain(drift("-x, 0.5 - y", "0.05, 0, y", d), d, square(8)).grid.lattice()->walls);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(nothing_is_asked)

BOOST_AUTO_TEST_CASE(of_noise_within_the_exit_set) {
  // three alleles, until the first is lost: u = −2 [Σ x log x − Σ (1−x) log (1−x)]
  const auto entropy = [](double p) { return p * std::log(p); };
  const double right = -2 * (2 * entropy(0.3) + entropy(0.4) - 2 * entropy(0.7) - entropy(0.6));
  const Domain d = box(0, 1, 0, 1, Boundary::absorbing, Boundary::absorbing);
  const Problem p = drift("0, 0", "x*(1-x)/2, -x*y/2, y*(1-y)/2", d);
  double off[2];
  for (int k = 0; k < 2; ++k)
    off[k] =
        exit_time(leaving_chain(p, d, square(k ? 135 : 45), "x+y > 1"), {0.3, 0.3}) / right - 1;
  BOOST_TEST(std::abs(off[1]) < 0.01, off[0] << ", " << off[1]);
  BOOST_TEST(std::abs(off[1]) < 0.5 * std::abs(off[0]), off[0] << ", " << off[1]);
}

BOOST_AUTO_TEST_CASE(of_a_loss_beyond_the_exit) {
  const Domain d = box(-2, 2, -2, 2);
  const Problem good = drift("-x, -y", "0.1, 0, 0.1", d),
                bad = drift("-x + 0*sqrt(1 - x), -y", "0.1, 0, 0.1", d);
  // cells that do not fall on the exit's line: cuts at any fraction
  const std::string exit = "x + 0.1*y > 0.7";
  BOOST_TEST(exit_time(leaving_chain(bad, d, square(40), exit), {0, 0}) ==
                 exit_time(leaving_chain(good, d, square(40), exit), {0, 0}),
             boost::test_tools::tolerance(1e-3));
}

BOOST_AUTO_TEST_SUITE_END()
