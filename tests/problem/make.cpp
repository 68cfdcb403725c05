#define BOOST_TEST_MODULE make
#include "escapade/problem/make.hpp"

#include "escapade/error.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>

using namespace escapade;

namespace {

std::array<double, 3> phi_at(const Region& region, double x, double y) {
  std::array<double, 3> v{};
  region.front().phi_and_gradient(1, &x, &y, v.data());
  double alone = 0;
  region.front().phi(1, &x, &y, &alone);
  BOOST_TEST(alone == v[0]);
  return v;
}

const Domain box{-2, 2, -2, 2, {}};

} // namespace

BOOST_AUTO_TEST_SUITE(make)

BOOST_AUTO_TEST_CASE(problems_of_functions_are_those_of_text) {
  const Problem text = drift_problem("x - x^3, -y + x", "1 + x^2, 0.5*x*y, 2 + y^2", box);
  const Problem functions = drift_problem(
      [](double x, double y) {
        return Vec2{x - x * x * x, -y + x};
      },
      [](double x, double y) {
        return Sym2{1 + x * x, 0.5 * x * y, 2 + y * y};
      },
      box);
  const double x = 0.7, y = -1.3;
  double a[5], b[5];
  text.coefficients(1, &x, &y, a);
  functions.coefficients(1, &x, &y, b);
  for (int k = 0; k < 5; ++k)
    BOOST_TEST(std::abs(a[k] - b[k]) < 1e-14);
  text.divergence(1, &x, &y, a);
  functions.divergence(1, &x, &y, b);
  for (int k = 0; k < 2; ++k)
    BOOST_TEST(std::abs(a[k] - b[k]) < 1e-8);
  BOOST_TEST(!functions.constant_direction.has_value());
}

BOOST_AUTO_TEST_CASE(a_constant_direction_of_the_noise_is_found) {
  const Problem p = drift_problem([](double, double) { return Vec2{}; },
                                  [](double x, double) {
                                    return (1 + x * x) * Sym2{2, 1, 3};
                                  },
                                  box);
  BOOST_REQUIRE(p.constant_direction.has_value());
  BOOST_TEST(std::abs(p.constant_direction->xy / p.constant_direction->xx - 0.5) < 1e-12);
}

BOOST_AUTO_TEST_CASE(regions_know_their_distance_and_gradient) {
  const auto d = phi_at(disc({1, 0}, 2), 1, 1.5);
  BOOST_TEST(std::abs(d[0] - 0.5) < 1e-14);
  BOOST_TEST(std::abs(d[2] + 1) < 1e-14);
  BOOST_TEST(std::abs(phi_at(disc({1, 0}, 2), 2, 1)[1] + std::sqrt(0.5)) < 1e-14);
  const auto p = phi_at(polygon({{0, 0}, {2, 0}, {2, 1}, {0, 1}}), 0.5, 0.9);
  BOOST_TEST(std::abs(p[0] - 0.1) < 1e-14);
  BOOST_TEST(std::abs(p[2] + 1) < 1e-12);
  BOOST_TEST(std::abs(phi_at(polygon({{0, 0}, {2, 0}, {2, 1}, {0, 1}}), 3, 0.5)[0] + 1) < 1e-14);
  const auto l = phi_at(level_set("l", [](double x, double y) { return x * x + y; }), 1.5, 2);
  BOOST_TEST(std::abs(l[1] - 3) < 1e-8);
  BOOST_TEST(phi_at(half_plane(1, 4, false), 0, 3)[0] == 1.0);
  BOOST_REQUIRE(half_plane(1, 4, false).front().half_plane.has_value());
}

BOOST_AUTO_TEST_CASE(outside_of_parts_holds_where_none_does) {
  const Region rest = outside(region("x > 1 or y > 1"));
  BOOST_TEST(phi_at(rest, 0, 0.5)[0] == 0.5);
  BOOST_TEST(phi_at(rest, 0, 0.5)[2] == -1.0);
  BOOST_TEST(phi_at(rest, 2, 0)[0] < 0);
}

BOOST_AUTO_TEST_CASE(text_that_cannot_be_read_is_bad_input) {
  BOOST_CHECK_THROW(potential_problem("x +", "1"), BadInput);
  BOOST_CHECK_THROW(drift_problem("x", "1", box), BadInput);
  BOOST_CHECK_THROW(region("x"), BadInput);
  BOOST_CHECK_THROW(polygon({{0, 0}, {1, 0}}), BadInput);
}

BOOST_AUTO_TEST_SUITE_END()
