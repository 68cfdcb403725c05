// Currents, entropy production and averages of chains whose stationary state is known.
#define BOOST_TEST_MODULE stationary
#include "quantities/stationary.hpp"

#include "shared/chains.hpp"

#include <boost/test/unit_test.hpp>

#include <numbers>

using namespace escapade;
using namespace escapade::test;

BOOST_TEST_GLOBAL_FIXTURE(Mpi);

BOOST_AUTO_TEST_SUITE(current)

BOOST_AUTO_TEST_CASE(of_a_constant_drift_on_a_torus_is_the_drift_over_the_area) {
  const Domain d = box(0, 2, 0, 1.5, Boundary::periodic, Boundary::periodic);
  struct Case {
    const char* noise;
    Sym2 D;
  };
  for (const Case& c : {Case{"0.3, 0, 0.3", {0.3, 0, 0.3}}, Case{"0.3, 0.2, 0.4", {0.3, 0.2, 0.4}},
                        Case{"0.3, -0.28, 0.4", {0.3, -0.28, 0.4}}}) {
    const Problem p = drift("0.7, -1.1", c.noise, d);
    const Chain chain = closed_chain(p, d, {{20, 18}, 0});
    const LogVector mass = stationary_of(chain);
    double uneven = 0, off = 0;
    for (long double m : mass)
      uneven = std::fmax(uneven, static_cast<double>(std::abs(m + std::log(360.0L))));
    BOOST_TEST(uneven < 1e-13);
    const auto J = probability_current(chain.grid, chain.generator, mass);
    for (Vec2 j : J)
      off = std::fmax(off, norm(j - (1 / 3.0) * Vec2{0.7, -1.1}));
    BOOST_TEST(off < 1e-13, c.noise);
    // b·D⁻¹b
    const Vec2 b{0.7, -1.1};
    const double exact = dot(b, solve(c.D, b));
    const EntropyProduction entropy = entropy_production(chain.grid, chain.generator, mass);
    BOOST_TEST(std::abs(entropy.total / exact - 1) < 1e-12);
    BOOST_TEST(std::abs(entropy.per_area[7] * 3 / exact - 1) < 1e-12);
    BOOST_TEST(std::abs(entropy_production_of_current(p, chain.grid, J, mass) / exact - 1) < 1e-12);
    BOOST_TEST(balance_residual(chain.generator, mass) < 1e-15);
  }
}

BOOST_AUTO_TEST_CASE(in_a_tilted_periodic_potential_is_stratonovichs) {
  // V = cos(x), F = 0.4, T = 0.3 on a ring of length 2π and height 1
  const long double T = 0.3L, F = 0.4L, length = 2 * std::numbers::pi_v<long double>;
  const auto U = [&](long double x) { return std::cos(x) - F * x; };
  const long double both = integral(
      [&](long double x) {
        return integral([&](long double y) { return std::exp((U(y) - U(x)) / T); }, x, x + length,
                        60);
      },
      0, length, 60);
  const auto exact = static_cast<double>(-T * std::expm1(-F * length / T) / both);
  const auto entropy_exact = static_cast<double>(exact * F * length / T);
  const Domain d = box(0, 2 * std::numbers::pi, 0, 1, Boundary::periodic);
  const Problem p = drift("sin(x) + 0.4, 0", "0.3, 0, 0.3", d);
  double off[2], entropy[2];
  for (int k = 0; k < 2; ++k) {
    const Chain chain = closed_chain(p, d, {{48 << k, 3}, 0});
    const LogVector mass = stationary_of(chain);
    const auto J = probability_current(chain.grid, chain.generator, mass);
    for (Vec2 j : J)
      BOOST_REQUIRE(std::abs(j.x - J[0].x) < 1e-13 + 0 * j.y);
    off[k] = J[0].x / exact - 1;
    entropy[k] = entropy_production(chain.grid, chain.generator, mass).total / entropy_exact - 1;
  }
  BOOST_TEST(order_of(off[0], off[1]) > 1.9);
  BOOST_TEST(std::abs(off[1]) < 2e-3);
  BOOST_TEST(order_of(entropy[0], entropy[1]) > 1.9);
}

BOOST_AUTO_TEST_CASE(of_a_turning_ornstein_uhlenbeck_process_is_the_known_field) {
  // b = −θ + ω(−y, x), D = T I: p Gaussian of variance T, J = ω(−y, x) p, σ̇ = 2ω²
  const Domain d = box(-2, 2, -2, 2);
  const double w = 0.8, T = 0.08;
  const Problem p = drift("-x - 0.8*y, 0.8*x - y", "0.08, 0, 0.08", d);
  double off[2], entropy[2], check[2];
  for (int k = 0; k < 2; ++k) {
    const Chain chain = closed_chain(p, d, square(40 << k));
    const LogVector mass = stationary_of(chain);
    const auto J = probability_current(chain.grid, chain.generator, mass);
    off[k] = 0;
    for (std::int32_t u = 0; u < chain.grid.unknowns(); ++u) {
      const Vec2 q = chain.grid.centre(u);
      const double density = std::exp(-dot(q, q) / (2 * T)) / (2 * std::numbers::pi * T);
      off[k] = std::fmax(off[k], norm(J[u] - w * density * Vec2{-q.y, q.x}));
    }
    entropy[k] = entropy_production(chain.grid, chain.generator, mass).total - 2 * w * w;
    check[k] = entropy_production_of_current(p, chain.grid, J, mass) - 2 * w * w;
  }
  BOOST_TEST(order_of(off[0], off[1]) > 1.8);
  BOOST_TEST(order_of(entropy[0], entropy[1]) > 1.9);
  BOOST_TEST(order_of(check[0], check[1]) > 1.9);
  BOOST_TEST(std::abs(entropy[1]) < 0.01);
}

BOOST_AUTO_TEST_CASE(and_entropy_production_vanish_in_detailed_balance) {
  const Domain d = box(-2, 2, -2, 2);
  const Chain chain = closed_chain(potential("(x^2-1)^2/4 + y^2/2", "0.1"), d, square(40));
  const LogVector mass = stationary_of(chain);
  for (Vec2 j : probability_current(chain.grid, chain.generator, mass))
    BOOST_REQUIRE(norm(j) < 1e-14);
  BOOST_TEST(entropy_production(chain.grid, chain.generator, mass).total < 1e-24);
}

BOOST_AUTO_TEST_CASE(along_one_way_edges_produces_infinite_entropy) {
  const Domain d = box(0, 1, 0, 1, Boundary::periodic);
  const Chain chain = closed_chain(drift("1, 0", "0, 0, 0.1", d), d, square(8));
  const LogVector mass = stationary_of(chain);
  BOOST_TEST(std::isinf(entropy_production(chain.grid, chain.generator, mass).total));
  for (Vec2 j : probability_current(chain.grid, chain.generator, mass))
    BOOST_REQUIRE(norm(j - Vec2{1, 0}) < 1e-13);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(averages)

BOOST_AUTO_TEST_CASE(of_a_uniform_mass_are_those_of_the_cells) {
  const Grid grid = make_grid(box(1, 3, -1, 0), {{10, 20}, 0}, {});
  const LogVector mass(200, -std::log(200.0L));
  const Moments m = moments(grid, mass);
  BOOST_TEST(std::abs(m.mean.x - 2) < 1e-14);
  BOOST_TEST(std::abs(m.mean.y + 0.5) < 1e-14);
  // n centres at spacing h have the variance h²(n² − 1)/12
  BOOST_TEST(std::abs(m.covariance.xx - 0.04 * 99 / 12) < 1e-14);
  BOOST_TEST(std::abs(m.covariance.yy - 0.0025 * 399 / 12) < 1e-14);
  BOOST_TEST(std::abs(m.covariance.xy) < 1e-14);
}

BOOST_AUTO_TEST_CASE(do_not_care_about_a_common_factor_of_the_masses) {
  const Grid grid = make_grid(box(1, 3, -1, 0), {{6, 5}, 0}, {});
  LogVector mass, scaled;
  for (int k = 0; k < 30; ++k) {
    mass.push_back(std::sin(k));
    scaled.push_back(std::sin(k) + 40);
  }
  const Moments a = moments(grid, mass), b = moments(grid, scaled);
  BOOST_TEST(std::abs(a.mean.x - b.mean.x) < 1e-14);
  BOOST_TEST(std::abs(a.covariance.xy - b.covariance.xy) < 1e-14);
}

BOOST_AUTO_TEST_CASE(of_imbalance_show_masses_that_are_not_stationary) {
  const Domain d = box(-2, 2, -2, 2);
  const Chain chain = closed_chain(potential("x^2 + y^2", "0.5"), d, square(12));
  LogVector mass = stationary_of(chain);
  BOOST_TEST(balance_residual(chain.generator, mass) < 1e-15);
  mass[40] += std::log(3.0L); // one cell three times too heavy: (3 − 1)/(3 + 1)
  BOOST_TEST(std::abs(balance_residual(chain.generator, mass) - 0.5) < 1e-12);
}

BOOST_AUTO_TEST_CASE(of_a_rigid_rotation_have_twice_its_rate_as_curl_in_every_frame) {
  for (double angle : {0.0, 0.5}) {
    const Grid grid = make_grid(box(-1, 1, -1, 2), {{16, 12}, angle}, {});
    std::vector<Vec2> current;
    for (std::int32_t u = 0; u < grid.unknowns(); ++u) {
      const Vec2 p = grid.centre(u);
      current.push_back({-3 * p.y, 3 * p.x + 0.5});
    }
    int inner = 0;
    for (double c : curl(grid, current))
      if (!std::isnan(c)) {
        ++inner;
        BOOST_TEST(std::abs(c - 6) < 1e-12);
      }
    BOOST_TEST(inner > 60);
  }
}

BOOST_AUTO_TEST_SUITE_END()
