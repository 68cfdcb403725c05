#define BOOST_TEST_MODULE stationary
#include "paths/stationary/stationary.hpp"
#include "escapade/error.hpp"
#include "paths/estimate.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>
#include <numbers>

using namespace escapade;

namespace {

double z_of(const Estimate& e, double exact) {
  return (e.mean - exact) / e.standard_error;
}

const Domain box{-5, 5, -4, 6, {}};

/// b = −A (θ − m), A = [[2, 1], [−1, 1]], D = 0.3·1, m = (0.5, 1). A C + C Aᵀ = 2D gives
/// C = 0.3 [[4, −1], [−1, 9]]/... solved below by hand: see ornstein_uhlenbeck_moments_are_exact.
Problem ornstein_uhlenbeck() {
  Problem p;
  p.coefficients = pointwise(5, [](double x, double y, double* out) {
    const double u = x - 0.5, v = y - 1;
    out[0] = -2 * u - v, out[1] = u - v, out[2] = out[4] = 0.3, out[3] = 0;
  });
  return p;
}

StationarySetup setup_of(const Problem& p) {
  StationarySetup s;
  s.problem = &p;
  s.domain = box;
  s.start = {0, 0};
  s.paths = 128;
  s.dt = 0.01;
  s.burn_in = 6;
  s.duration = 20;
  s.seed = 5;
  s.scheme = Scheme::heun;
  return s;
}

} // namespace

BOOST_AUTO_TEST_SUITE(stationary)

BOOST_AUTO_TEST_CASE(ornstein_uhlenbeck_moments_are_exact) {
  // 4a + 2b = 0.6, −2b' … with C = [[a, b], [b, c]]: 4a + 2b = 2D, −a + 3b + c = 0, −2b + 2c = 2D,
  // D = 0.3: c = b + 0.3, a = 4b + 0.3, 18b + 1.2 = 0.6, so b = −1/30, a = 1/6, c = 4/15
  const Problem p = ornstein_uhlenbeck();
  Part left;
  left.name = "left";
  left.phi = pointwise(1, [](double x, double, double* out) { out[0] = 0.5 - x; });
  const Region regions{left};
  auto setup = setup_of(p);
  setup.regions = &regions;
  setup.nx = 20, setup.ny = 10;
  const auto s = stationary_statistics(simulate_stationary(setup), box);
  BOOST_TEST(std::fabs(z_of(s.mean[0], 0.5)) < 4);
  BOOST_TEST(std::fabs(z_of(s.mean[1], 1)) < 4);
  BOOST_TEST(std::fabs(z_of(s.covariance[0], 1 / 6.0)) < 4);
  BOOST_TEST(std::fabs(z_of(s.covariance[1], -1 / 30.0)) < 4);
  BOOST_TEST(std::fabs(z_of(s.covariance[2], 4 / 15.0)) < 4);
  BOOST_TEST(s.covariance[0].standard_error < 0.02 / 6);
  BOOST_TEST(std::fabs(z_of(s.region_probability[0], 0.5)) < 4);
  BOOST_TEST((s.effective_samples > 500 && s.effective_samples < 128 * 2000));
  double mass = 0, x = 0;
  for (std::size_t k = 0; k < s.density.size(); ++k) {
    mass += 0.5 * s.density[k];
    x += 0.5 * s.density[k] * (-4.75 + 0.5 * static_cast<double>(k % 20));
  }
  BOOST_TEST(std::fabs(mass - 1) < 1e-12);
  BOOST_TEST(std::fabs(x - 0.5) < 0.05);
}

BOOST_AUTO_TEST_CASE(circulation_and_block_currents_of_a_linear_drift_are_exact) {
  // E[u × b] = Cxx + Cxy + Cyy = 1/6 − 1/30 + 4/15 = 0.4; J = (b + D C⁻¹ (θ − m)) p
  const Problem p = ornstein_uhlenbeck();
  auto setup = setup_of(p);
  setup.paths = 384;
  setup.block_nx = 8, setup.block_ny = 10;
  const auto s = stationary_statistics(simulate_stationary(setup), box);
  BOOST_TEST(std::fabs(z_of(s.circulation, 0.4)) < 4);
  BOOST_TEST(s.circulation.standard_error < 0.008);
  BOOST_TEST(s.region_probability.empty());
  BOOST_REQUIRE(s.block_current.size() == 80);
  const double determinant = 1 / 6.0 * 4 / 15.0 - 1 / 900.0;
  const double ixx = 4 / 15.0 / determinant, ixy = 1 / 30.0 / determinant,
               iyy = 1 / 6.0 / determinant;
  double mass = 0, fx = 0, fy = 0, largest = 0, error = 0;
  for (std::size_t b = 0; b < 80; ++b) {
    constexpr int n = 40;
    double pb = 0, jx = 0, jy = 0;
    for (int k = 0; k < n * n; ++k) {
      const double u = -5 + 1.25 * (static_cast<double>(b % 8) + (k % n + 0.5) / n) - 0.5;
      const double v = -4 + static_cast<double>(b / 8) + (k / n + 0.5) / n - 1;
      const double density = std::exp(-0.5 * (ixx * u * u + 2 * ixy * u * v + iyy * v * v)) /
                             (2 * std::acos(-1.0) * std::sqrt(determinant)) * 1.25 / (n * n);
      pb += density;
      jx += density * (-2 * u - v + 0.3 * (ixx * u + ixy * v));
      jy += density * (u - v + 0.3 * (ixy * u + iyy * v));
    }
    mass += s.block_probability[b].mean;
    fx += s.block_current[b][0].mean, fy += s.block_current[b][1].mean;
    largest = std::max({largest, std::fabs(jx), std::fabs(jy)});
    if (pb < 1e-3)
      continue;
    error = std::max(error, s.block_current[b][0].standard_error);
    BOOST_TEST(std::fabs(z_of(s.block_probability[b], pb)) < 4.5);
    BOOST_TEST(std::fabs(z_of(s.block_current[b][0], jx)) < 4.5);
    BOOST_TEST(std::fabs(z_of(s.block_current[b][1], jy)) < 4.5);
  }
  BOOST_TEST(std::fabs(mass - 1) < 1e-12);
  BOOST_TEST(std::hypot(fx, fy) < 1e-2); // (θ(T) − θ(0))/T
  BOOST_TEST(error < 0.1 * largest);
}

BOOST_AUTO_TEST_CASE(a_drift_round_a_periodic_side_flows_through_every_block) {
  // b = (1, 0): p = 1/8 on 4 × 2, J = (1/8, 0), circulation ∫ (y − c) J_x dθ = 0
  Problem p;
  p.coefficients = pointwise(5, [](double, double, double* out) {
    out[0] = 1, out[1] = 0, out[2] = out[4] = 0.3, out[3] = 0;
  });
  auto setup = setup_of(p);
  const auto periodic = Boundary::periodic, wall = Boundary::reflecting;
  setup.domain = {-1, 3, 0, 2, {periodic, periodic, wall, wall}};
  setup.start = {0, 1};
  setup.block_nx = 2, setup.block_ny = 2;
  const auto s = stationary_statistics(simulate_stationary(setup), setup.domain);
  for (std::size_t b = 0; b < 4; ++b) {
    BOOST_TEST(std::fabs(z_of(s.block_current[b][0], 0.25)) < 4);
    BOOST_TEST(std::fabs(z_of(s.block_current[b][1], 0)) < 4);
    BOOST_TEST(s.block_current[b][0].standard_error < 0.02);
  }
  BOOST_TEST(std::fabs(z_of(s.circulation, 0)) < 4);
}

BOOST_AUTO_TEST_CASE(slices_and_threads_do_not_change_a_bit) {
  const Problem p = ornstein_uhlenbeck();
  auto setup = setup_of(p);
  setup.paths = 600;
  setup.burn_in = 0.1, setup.duration = 0.5;
  setup.nx = setup.ny = 8;
  setup.block_nx = setup.block_ny = 3;
  setup.threads = 1;
  const auto whole = simulate_stationary(setup);
  setup.threads = 2;
  const auto threaded = simulate_stationary(setup);
  setup.paths = 100;
  setup.first_path = 300;
  const auto slice = simulate_stationary(setup);
  BOOST_TEST((whole.visits == threaded.visits));
  for (std::size_t i = 0; i < 600; ++i)
    BOOST_REQUIRE((whole.paths[i].value == threaded.paths[i].value));
  for (std::size_t i = 0; i < 100; ++i)
    BOOST_REQUIRE((whole.paths[300 + i].value == slice.paths[i].value));
}

BOOST_AUTO_TEST_CASE(unusable_setups_are_refused) {
  const Problem p = ornstein_uhlenbeck();
  const auto refused = [&](auto change) {
    auto bad = setup_of(p);
    change(bad);
    BOOST_CHECK_THROW(simulate_stationary(bad), BadInput);
  };
  refused([](StationarySetup& s) { s.paths = 0; });
  refused([](StationarySetup& s) { s.duration = 0; });
  refused([](StationarySetup& s) { s.burn_in = -1; });
  refused([](StationarySetup& s) { s.domain.boundary[1] = Boundary::absorbing; });
  refused([](StationarySetup& s) { s.scheme = Scheme::time_changed; });
  refused([](StationarySetup& s) { s.start = {9, 0}; });
}

/// x′ = −x + √(2·0.5) ξ has S(f) = 1/(1 + (2πf)²), which the window's width of 1/(√3 T) hardly
/// changes.
BOOST_AUTO_TEST_CASE(the_periodogram_of_a_spring_is_its_lorentzian) {
  Problem spring;
  spring.coefficients = pointwise(5, [](double x, double y, double* out) {
    out[0] = -x, out[1] = -y, out[2] = out[4] = 0.5, out[3] = 0;
  });
  const Field observable = pointwise(1, [](double x, double, double* out) { out[0] = 3 + 2 * x; });
  StationarySetup s = setup_of(spring);
  s.paths = 192, s.duration = 320, s.segments = 8;
  s.observable = &observable, s.observable_mean = 3;
  s.frequencies = {0, 0.1, 0.5, 1};
  const StationarySample sample = simulate_stationary(s);
  for (std::size_t f = 0; f < s.frequencies.size(); ++f) {
    std::vector<double> power;
    for (const PathAverages& path : sample.paths)
      power.push_back(path.value[path.value.size() - s.frequencies.size() + f]);
    const Estimate e = mean_of(power);
    const double omega = 2 * std::numbers::pi * s.frequencies[f];
    BOOST_TEST(std::abs(z_of(e, 4 / (1 + omega * omega))) < 4);
    BOOST_TEST(e.standard_error < 0.05 * e.mean);
  }
}

BOOST_AUTO_TEST_SUITE_END()
