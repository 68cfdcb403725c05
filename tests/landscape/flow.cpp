#define BOOST_TEST_MODULE flow
#include "landscape/flow.hpp"

#include "escapade/error.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>

using namespace escapade;

namespace {

/// b = A θ, D = I.
Field linear(std::array<double, 4> A) {
  return pointwise(5, [=](double x, double y, double* out) {
    out[0] = A[0] * x + A[1] * y, out[1] = A[2] * x + A[3] * y;
    out[2] = 1, out[3] = 0, out[4] = 1;
  });
}

const Domain box{-2, 2, -1, 1, {}};

} // namespace

BOOST_AUTO_TEST_SUITE(drift_without_noise)

BOOST_AUTO_TEST_CASE(rests_at_all_points_of_himmelblau_s_gradient) {
  const Field f = pointwise(5, [](double x, double y, double* out) {
    const double u = x * x + y - 11, w = x + y * y - 7;
    out[0] = -(4 * x * u + 2 * w), out[1] = -(2 * u + 4 * y * w);
    out[2] = 1, out[3] = 0, out[4] = 1;
  });
  const auto points = rest_points(f, {-6, 6, -6, 6, {}});
  const auto count = [&](RestPoint::Type type) {
    return std::count_if(points.begin(), points.end(),
                         [&](const RestPoint& p) { return p.type == type; });
  };
  BOOST_TEST(count(RestPoint::Type::stable) == 4);
  BOOST_TEST(count(RestPoint::Type::saddle) == 4);
  BOOST_TEST(count(RestPoint::Type::unstable) == 1);
}

BOOST_AUTO_TEST_CASE(leaves_a_saddle_along_its_unstable_direction) {
  // eigenvalues 1 along (1, 1) and −2 along (1, −2): A = S diag S⁻¹
  const RestPoint saddle = rest_point_near(linear({0, 1, 2, -1}), box, {0.1, 0.1}, 0.5).value();
  BOOST_REQUIRE((saddle.type == RestPoint::Type::saddle));
  for (Vec2 p : beside_saddle(saddle, box)) {
    BOOST_TEST(std::abs(p.x - p.y) < 1e-9);
    BOOST_TEST(norm(p) > 1e-5);
  }
}

BOOST_AUTO_TEST_CASE(settles_in_a_stiff_focus_and_keeps_its_path) {
  const Field f = linear({-1, 3, -3, -1});
  const Flow flow = follow_drift(f, box, {1, 0.5});
  BOOST_REQUIRE(flow.end.has_value());
  BOOST_TEST(norm(flow.end->position) < 1e-12);
  BOOST_TEST(norm(flow.points.front() - Vec2{1, 0.5}) == 0.0);
  const RestPoint stiff = settle(linear({-1000, 0, 0, -1}), box, {1, 0.5}, "-start");
  BOOST_TEST(norm(stiff.position) < 1e-12);
}

BOOST_AUTO_TEST_CASE(that_leaves_the_box_ends_at_no_rest_point) {
  BOOST_TEST(!follow_drift(linear({1, 0, 0, -1}), box, {0.1, 0.5}).end.has_value());
  BOOST_CHECK_THROW(settle(linear({1, 0, 0, -1}), box, {0.1, 0.5}, "-start"), BadInput);
}

BOOST_AUTO_TEST_SUITE_END()
