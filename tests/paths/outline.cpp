// Boundaries of any shape: distances by geometry, reflected paths by closed forms.
#define BOOST_TEST_MODULE outline
#include <boost/test/unit_test.hpp>

#include "paths/exits/exits.hpp"
#include "paths/outline.hpp"
#include "shared/chains.hpp"

#include <cmath>
#include <numbers>

using namespace escapade;

namespace {

/// A polygon with n corners on a circle; `inwards`: the domain lies outside of it.
void ring(std::vector<OutlineEdge>& edges, double radius, int n, std::int32_t part,
          bool inwards = false) {
  const auto at = [&](int k) {
    const double angle = 2 * std::numbers::pi * (k % n) / n;
    return Vec2{radius * std::cos(angle), radius * std::sin(angle)};
  };
  for (int k = 0; k < n; ++k)
    edges.push_back(inwards ? OutlineEdge{at(k + 1), at(k), part}
                            : OutlineEdge{at(k), at(k + 1), part});
}

/// An L: (−1, 1)² without x > 0, y < 0; its right end at x = 1 absorbs.
Outline l_shape() {
  const std::vector<Vec2> c{{-1, -1}, {0, -1}, {0, 0}, {1, 0}, {1, 1}, {-1, 1}};
  std::vector<OutlineEdge> edges;
  for (std::size_t k = 0; k < c.size(); ++k)
    edges.push_back({c[k], c[(k + 1) % c.size()], k == 3 ? 0 : -1});
  return Outline(edges, 1);
}

} // namespace

BOOST_AUTO_TEST_SUITE(outline)

BOOST_AUTO_TEST_CASE(distances_and_sides_are_those_of_the_geometry) {
  const Outline l = l_shape();
  BOOST_TEST(l.contains({-0.5, -0.5}));
  BOOST_TEST(l.contains({0.5, 0.5}));
  BOOST_TEST(!l.contains({0.5, -0.5}));
  BOOST_TEST(!l.contains({0.001, -0.001})); // beyond the corner that points inwards
  BOOST_TEST(l.contains({-0.001, 0.001}));
  BOOST_TEST(!l.contains({-1.2, -1.3}));
  BOOST_TEST(l.depth({-0.5, -0.5}) == 0.5, boost::test_tools::tolerance(1e-14));
  BOOST_TEST(l.depth({0.5, -0.3}) == -0.3, boost::test_tools::tolerance(1e-14));
  const auto inside = l.distance(0, {0.25, 0.5}), beyond = l.distance(0, {1.5, 0.5});
  BOOST_TEST(inside[0] == -0.75, boost::test_tools::tolerance(1e-14));
  BOOST_TEST(beyond[0] == 0.5, boost::test_tools::tolerance(1e-14));
  BOOST_TEST(inside[1] == 1.0, boost::test_tools::tolerance(1e-14));
  BOOST_TEST(beyond[1] == 1.0, boost::test_tools::tolerance(1e-14));
  // beyond a wall that is not the door, and below the door: not out through it
  BOOST_TEST(l.distance(0, {0.9, -0.2})[0] < 0);
  BOOST_TEST(l.distance(0, {-0.5, -0.5})[0] == -std::hypot(1.5, 0.5),
             boost::test_tools::tolerance(1e-14));
  const double nan = std::nan("");
  BOOST_TEST(!(l.distance(0, {nan, 0.5})[0] >= 0)); // of a path that has diverged
  BOOST_TEST(l.narrow() == 1.0, boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(bins_do_not_change_what_is_nearest) {
  std::vector<OutlineEdge> edges;
  ring(edges, 1, 240, 0);
  ring(edges, 0.5, 120, 1, true);
  const Outline annulus(edges, 2);
  for (int k = 0; k < 400; ++k) {
    const double r = 0.3 + 0.9 * std::fmod(0.618 * k, 1.0), angle = 2.4 * k;
    const Vec2 p{r * std::cos(angle), r * std::sin(angle)};
    if (std::abs(r - 1) < 1e-3 || std::abs(r - 0.5) < 1e-3)
      continue;
    BOOST_TEST(annulus.contains(p) == (r < 1 && r > 0.5));
    BOOST_TEST(std::abs(annulus.distance(0, p)[0] - (r - 1)) < 2e-4);
    BOOST_TEST(std::abs(annulus.distance(1, p)[0] - (0.5 - r)) < 2e-4);
  }
}

BOOST_AUTO_TEST_CASE(a_point_beyond_a_wall_is_mirrored_along_the_conormal) {
  const Outline l = l_shape();
  Vec2 p{-0.5, -1.1};
  BOOST_TEST(l.reflect({1, 0, 1}, p));
  BOOST_TEST(norm(p - Vec2{-0.5, -0.9}) < 1e-14);
  p = {-0.5, -1.1}; // n = (0, −1), D n ∝ (D12, D22)
  BOOST_TEST(l.reflect({1, 0.5, 2}, p));
  BOOST_TEST(norm(p - Vec2{-0.45, -0.9}) < 1e-14);
  p = {1.1, 0.5}; // beyond the door: left alone
  BOOST_TEST(l.reflect({1, 0, 1}, p));
  BOOST_TEST(p.x == 1.1);
  p = {-1.05, -1.02}; // beyond a corner
  BOOST_TEST(l.reflect({1, 0, 1}, p));
  BOOST_TEST(l.contains(p));
  p = {-50, 0};
  BOOST_TEST(!l.reflect({1, 0, 1}, p));
}

BOOST_AUTO_TEST_CASE(a_reflecting_rim_keeps_paths_until_they_leave_by_the_other) {
  // Brownian motion, D = 1/2, in 1/2 < r < 1: out at r = 1, reflected at 1/2; from r = 3/4
  // τ = (1 − r²)/2 + (1/4) log r, and with the rims exchanged (r² − 1/4)/(-2) + log 2r.
  const Problem problem = test::drift("0, 0", "0.5, 0, 0.5", test::box(-3, 3, -3, 3));
  const double r = 0.75, out = (1 - r * r) / 2 + 0.25 * std::log(r),
               in = (0.25 - r * r) / 2 + std::log(2 * r);
  for (bool outwards : {true, false}) {
    std::vector<OutlineEdge> edges;
    ring(edges, 1, 360, outwards ? 0 : -1);
    ring(edges, 0.5, 360, outwards ? -1 : 0, true);
    const auto annulus = std::make_shared<const Outline>(edges, 1);
    const Region exit = exit_curves(annulus, {"rim"});
    ExitSetup setup;
    setup.problem = &problem;
    setup.domain = test::box(-3, 3, -3, 3);
    setup.outline = annulus.get();
    setup.exit = &exit;
    setup.start = {r, 0};
    setup.paths = 4096;
    setup.dt = 1e-3;
    const auto records = simulate_exits(setup);
    const ExitStatistics s = exit_statistics(records, 1);
    const double exact = outwards ? out : in;
    BOOST_TEST(std::abs(s.mean_exit_time.mean - exact) <
               4 * s.mean_exit_time.standard_error + 0.005 * exact);
    for (const ExitRecord& e : records)
      BOOST_TEST_REQUIRE(std::abs(norm(e.where) - (outwards ? 1 : 0.5)) < 0.02);
  }
}

BOOST_AUTO_TEST_SUITE_END()
