#define BOOST_TEST_MODULE rays
#include "landscape/rays/rays.hpp"

#include "problem/lyapunov.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>

using namespace escapade;

namespace {

const Domain box{-2, 2, -2, 2, {}};

/// b = A θ, constant D.
Field linear(std::array<double, 4> A, Sym2 D) {
  return pointwise(5, [=](double x, double y, double* out) {
    out[0] = A[0] * x + A[1] * y, out[1] = A[2] * x + A[3] * y;
    out[2] = D.xx, out[3] = D.xy, out[4] = D.yy;
  });
}

/// Turning with ω about a circle of radius 1 that attracts, D = d; its quasi-potential is
/// (r² − 1)²/(4d).
Field oscillator(double w, double d) {
  return pointwise(5, [=](double x, double y, double* out) {
    const double g = 1 - x * x - y * y;
    out[0] = g * x - w * y, out[1] = g * y + w * x;
    out[2] = d, out[3] = 0, out[4] = d;
  });
}

void check(const std::optional<Ray>& ray, double exact, double share) {
  BOOST_REQUIRE(ray.has_value());
  BOOST_TEST(ray->total() == exact, boost::test_tools::tolerance(share));
}

RestPoint origin_of(const Field& f) {
  return rest_point_near(f, box, {0.01, 0.01}, 0.5).value();
}

Region beyond(double x) {
  return {{"x > " + std::to_string(x),
           pointwise(1, [x](double px, double, double* out) { *out = px - x; }),
           {},
           {}}};
}

} // namespace

BOOST_AUTO_TEST_SUITE(rays)

BOOST_AUTO_TEST_CASE(out_of_a_linear_focus_cost_the_gaussian_s_exponent) {
  const std::array<double, 4> A{-0.3, 2, -2, -0.1};
  const Sym2 D{0.2, 0.05, 0.1};
  const Field f = linear(A, D);
  const Vec2 to{0.7, -0.4};
  const double exact = 0.5 * dot(to, solve(lyapunov_covariance(A, D), to));
  check(least_ray_to(f, box, rays_from(f, box, origin_of(f), 1e-3), to), exact, 1e-8);
}

BOOST_AUTO_TEST_CASE(follow_noise_of_rank_one) {
  // x″ = −x − x′/2 + √(2D) w′: density exp(−(x² + v²)/(2T)), T = D/friction
  const Field f = linear({0, 1, -1, -0.5}, {0, 0, 0.1});
  const RaySource source = rays_from(f, box, origin_of(f), 1e-3);
  check(least_ray_to(f, box, source, {1, 0}), 0.5 / 0.2, 1e-8);
  check(least_ray_out(f, box, source, beyond(1)), 0.5 / 0.2, 1e-7);
}

BOOST_AUTO_TEST_CASE(off_a_limit_cycle_cost_its_quasi_potential) {
  const Field f = oscillator(3, 0.1);
  const auto cycle = cycle_from(f, box, {0.2, 0.1});
  BOOST_REQUIRE(cycle.has_value());
  const RaySource source = rays_from(f, box, *cycle, 1e-3);
  check(least_ray_to(f, box, source, {0.3, 0.4}), 0.75 * 0.75 / 0.4, 1e-5);
  check(least_ray_to(f, box, source, {0, 0}), 1 / 0.4, 1e-5);
  check(least_ray_out(f, box, source, beyond(1.5)), 1.25 * 1.25 / 0.4, 1e-5);
}

BOOST_AUTO_TEST_CASE(that_never_meet_a_point_give_none) {
  const Field f = linear({-0.3, 2, -2, -0.1}, {0.1, 0, 0.1});
  BOOST_TEST(!least_ray_to(f, box, rays_from(f, box, origin_of(f), 1e-3), {40, 0}).has_value());
}

BOOST_AUTO_TEST_CASE(a_start_outside_of_every_basin_has_no_cycle) {
  const Field f = linear({1, -2, 2, 1}, {0.1, 0, 0.1});
  BOOST_TEST(!cycle_from(f, box, {0.1, 0}).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
