#define BOOST_TEST_MODULE default_step
#include "escapade/error.hpp"
#include "escapade/paths/scheme.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <span>

using namespace escapade;

namespace {

/// Noise alone, along the axes.
Problem noise_of(double d11, double d22) {
  Problem p;
  p.coefficients = pointwise(5, [=](double, double, double* out) {
    out[0] = out[1] = out[3] = 0, out[2] = d11, out[4] = d22;
  });
  return p;
}

Problem linear(double a, double b, double c, double d, double noise) {
  Problem p;
  p.coefficients = pointwise(5, [=](double x, double y, double* out) {
    out[0] = a * x + b * y, out[1] = c * x + d * y, out[2] = out[4] = noise, out[3] = 0;
  });
  return p;
}

const Domain box{-1, 1, -1, 1, {}};
const Vec2 start{0, 0};
const std::span<const Vec2> centre(&start, 1);

} // namespace

BOOST_AUTO_TEST_SUITE(default_step_of_schemes)

BOOST_AUTO_TEST_CASE(the_drift_is_resolved) {
  // singular values of [[−3, 4], [0, −5]]: the roots of 25 ± √(25² − 15²), 45 and 5
  const Problem p = linear(-3, 4, 0, -5, 1e-3);
  BOOST_TEST(std::fabs(default_step(p, box, nullptr, centre) / (0.02 / std::sqrt(45.0)) - 1) <
             1e-8);
}

BOOST_AUTO_TEST_CASE(a_rotation_grows_by_less_than_it_decays) {
  // Euler's variance for b = (−x − ωy, ωx − y): E|θ|² = 4 D Δt/(1 − |1 + (−1 + iω)Δt|²)
  const double w = 30;
  const double dt = default_step(linear(-1, -w, w, -1, 1e-3), box, nullptr, centre);
  const double kept = (1 - dt) * (1 - dt) + w * w * dt * dt;
  BOOST_TEST(std::fabs(2 * dt / (1 - kept) - 1.02) < 0.001);
  const StepBounds bounds = step_bounds(linear(-1, -w, w, -1, 1e-3), box, nullptr, centre);
  BOOST_TEST(std::fabs(bounds.of(Scheme::heun) / (0.02 / std::hypot(1, w)) - 1) < 1e-8);
  BOOST_TEST(std::fabs(bounds.inwards - 1) < 1e-8);
  // one that turns slower than it decays twice: as without
  BOOST_TEST(std::fabs(default_step(linear(-1, -1, 1, -1, 1e-3), box, nullptr, centre) /
                           (0.02 / std::sqrt(2)) -
                       1) < 1e-8);
}

BOOST_AUTO_TEST_CASE(the_learning_rate_is_an_upper_bound) {
  Problem p = linear(-3, 4, 0, -5, 1e-3);
  p.sgd = SgdModel{};
  p.sgd->learning_rate = 1e-4;
  BOOST_TEST(default_step(p, box, nullptr, centre) == 1e-4);
}

BOOST_AUTO_TEST_CASE(only_the_domain_outside_the_exit_counts) {
  Problem p;
  p.coefficients = pointwise(5, [](double x, double, double* out) {
    out[0] = x > 0.5 ? -1000 * x : -x, out[1] = out[3] = 0, out[2] = out[4] = 0.1;
  });
  Part part;
  part.phi = pointwise(1, [](double x, double, double* out) { out[0] = x - 0.45; });
  const Region exit{part};
  BOOST_TEST(std::fabs(default_step(p, box, &exit, centre) / 0.02 - 1) < 1e-8);
  BOOST_TEST(default_step(p, box, nullptr, centre) < 3e-5);
}

BOOST_AUTO_TEST_CASE(only_where_paths_go_counts) {
  // b = −sinh(8x)/8, slope cosh(8x): 1490 at the sides, but the well is 0.06 wide
  Problem p;
  p.coefficients = pointwise(5, [](double x, double y, double* out) {
    out[0] = -std::sinh(8 * x) / 8, out[1] = -y, out[2] = out[4] = 0.004, out[3] = 0;
  });
  const double dt = default_step(p, box, nullptr, centre);
  // 4 to 12 standard deviations of the well
  BOOST_TEST(dt < 0.02 / std::cosh(8 * 4 * 0.063));
  BOOST_TEST(dt > 0.02 / std::cosh(8 * 12 * 0.063));
  const Vec2 far{0.9, 0};
  BOOST_TEST(default_step(p, box, nullptr, {&far, 1}) <= 0.02 / std::cosh(8 * 0.9) * 1.001);
  BOOST_TEST(default_step(p, box, nullptr, centre) == dt);
}

BOOST_AUTO_TEST_CASE(without_drift_the_noise_bounds_the_step) {
  const double width = 0.1; // 1/20 of the domain
  BOOST_TEST(
      std::fabs(default_step(linear(0, 0, 0, 0, 0.5), box, nullptr, centre) / (width * width) - 1) <
      1e-12);
  const Domain high{-1, 1, -4, 4, {}}; // of each axis by its own width
  const auto step = [&](double d11, double d22) {
    return default_step(noise_of(d11, d22), high, nullptr, centre);
  };
  BOOST_TEST(std::fabs(step(0.3, 0.3) / (width * width / 0.6) - 1) < 1e-12);
  BOOST_TEST(std::fabs(step(1e-3, 0.3) / (16 * width * width / 0.6) - 1) < 1e-12);
  BOOST_CHECK_THROW(default_step(linear(0, 0, 0, 0, 0), box, nullptr, {}), BadInput);
}

BOOST_AUTO_TEST_CASE(a_jump_of_the_drift_is_no_slope) {
  Problem p; // V = x² + |x| + y²
  p.coefficients = pointwise(5, [](double x, double y, double* out) {
    out[0] = -2 * x - (x > 0   ? 1
                       : x < 0 ? -1
                               : 0),
    out[1] = -2 * y, out[2] = out[4] = 0.05, out[3] = 0;
  });
  const Vec2 beside{0.3, 0};
  // by its size against the noise, J² dt = 0.1² 2 D, not by the slope of 2/h across it
  BOOST_TEST(std::fabs(default_step(p, box, nullptr, std::span(&beside, 1)) / (0.01 * 0.1 / 4) -
                       1) < 1e-3);
}

BOOST_AUTO_TEST_SUITE_END()
