#define BOOST_TEST_MODULE cycles
#include "landscape/cycles.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>

using namespace escapade;

namespace {

const double pi = std::acos(-1.0);

template<class B>
Field drift(B b) {
  return pointwise(5, [=](double x, double y, double* out) {
    const Vec2 v = b(x, y);
    out[0] = v.x, out[1] = v.y, out[2] = 1, out[3] = 0, out[4] = 1;
  });
}

/// r′ = r f(r²), angle′ = ω.
template<class F>
Field turning(F f, double w) {
  return drift([=](double x, double y) {
    const double g = f(x * x + y * y);
    return Vec2{g * x - w * y, g * y + w * x};
  });
}

Field van_der_pol(double mu) {
  return drift([=](double x, double y) { return Vec2{y, mu * (1 - x * x) * y - x}; });
}

std::vector<LimitCycle> cycles_of(const Field& b, const Domain& d) {
  return limit_cycles(b, d, rest_points(b, d));
}

void check(double value, double error, double exact) {
  BOOST_TEST_CONTEXT(value << " +- " << error << " for " << exact) {
    BOOST_TEST(std::abs(value - exact) <= error);
    BOOST_TEST(error <= 1e-6 * std::abs(exact));
  }
}

const Domain box{-2, 2, -2, 2, {}};

} // namespace

BOOST_AUTO_TEST_SUITE(limit_cycles)

BOOST_AUTO_TEST_CASE(van_der_pol_s_periods_are_the_known_ones) {
  // M. Andersen, J. Geer, SIAM J. Appl. Math. 42 (1982) 678; to 1e-10 by other integrators.
  for (const auto& [mu, period] : {std::pair(1.0, 6.6632868593), {2.0, 7.6298744797}}) {
    const auto found = cycles_of(van_der_pol(mu), {-3, 3, -5, 5, {}});
    BOOST_REQUIRE(found.size() == 1u);
    BOOST_TEST(found[0].stable);
    check(found[0].period, found[0].period_error + 5e-11, period);
  }
}

BOOST_AUTO_TEST_CASE(stuart_landau_s_multiplier_is_that_of_its_radius) {
  const auto found = cycles_of(turning([](double s) { return 1 - s; }, 3), box);
  BOOST_REQUIRE(found.size() == 1u);
  check(found[0].period, found[0].period_error, 2 * pi / 3);
  check(found[0].multiplier, found[0].multiplier_error, std::exp(-2 * 2 * pi / 3));
  BOOST_TEST(std::abs(found[0].point.x - 1) < 1e-9);
  BOOST_TEST(std::abs(found[0].point.y) < 1e-9);
}

BOOST_AUTO_TEST_CASE(nested_cycles_are_told_apart_and_the_inner_one_repels) {
  // r² = 1/4 repels, r² = 1 attracts: multipliers exp(2 r² f′(r²) 2π/ω)
  const auto found = cycles_of(turning([](double s) { return (1 - s) * (s - 0.25); }, 1), box);
  BOOST_REQUIRE(found.size() == 2u);
  for (const LimitCycle& c : found) {
    const double s = c.stable ? 1 : 0.25;
    BOOST_TEST(std::abs(c.point.x - std::sqrt(s)) < 1e-9);
    check(c.multiplier, c.multiplier_error, std::exp(2 * s * (1.25 - 2 * s) * 2 * pi));
  }
  BOOST_TEST((found[0].stable != found[1].stable));
}

BOOST_AUTO_TEST_CASE(a_family_of_closed_orbits_is_none) {
  BOOST_TEST(cycles_of(turning([](double) { return 0.0; }, 1), box).empty());
  const auto volterra = drift([](double x, double y) { return Vec2{x * (1 - y), y * (x - 1)}; });
  BOOST_TEST(cycles_of(volterra, {0.1, 4, 0.1, 4, {}}).empty());
}

BOOST_AUTO_TEST_CASE(a_drift_downhill_has_none) {
  const auto wells = drift([](double x, double y) { return Vec2{x - x * x * x + y, -2 * y}; });
  BOOST_TEST(cycles_of(wells, box).empty());
}

BOOST_AUTO_TEST_CASE(a_cycle_that_leaves_the_box_is_not_told) {
  BOOST_TEST(cycles_of(turning([](double s) { return 1 - s; }, 3), {-2, 2, -0.9, 2, {}}).empty());
}

BOOST_AUTO_TEST_CASE(one_across_a_periodic_seam_is_whole) {
  // about (0, 0), the corner of the box: r² = 2 − 2 cos x + y²
  const auto seam = drift([](double x, double y) {
    const double f = 1 - (2 - 2 * std::cos(x)) - y * y;
    return Vec2{f * std::sin(x) - 2 * y, f * y + 2 * std::sin(x)};
  });
  const Domain whole{-pi, pi, -2, 2, {}};
  Domain cut{0, 2 * pi, -2, 2, {Boundary::periodic, Boundary::periodic}};
  const auto expected = cycles_of(seam, whole), found = cycles_of(seam, cut);
  BOOST_REQUIRE(expected.size() == 1u);
  BOOST_REQUIRE(found.size() == 1u);
  BOOST_TEST(!found[0].rotation());
  check(found[0].period, found[0].period_error, expected[0].period);
}

BOOST_AUTO_TEST_CASE(a_turn_around_a_periodic_axis_is_a_rotation) {
  const auto sheet = drift([](double, double y) { return Vec2{-2, -y}; });
  const auto found = cycles_of(sheet, {0, 1, -1, 1.2, {Boundary::periodic, Boundary::periodic}});
  BOOST_REQUIRE(found.size() == 1u);
  BOOST_TEST(found[0].rotation());
  BOOST_TEST(found[0].winding[0] == -1);
  check(found[0].period, found[0].period_error, 0.5);
  check(found[0].multiplier, found[0].multiplier_error, std::exp(-0.5));
}

BOOST_AUTO_TEST_SUITE_END()
