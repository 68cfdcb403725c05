#define BOOST_TEST_MODULE critical_points
#include "escapade/landscape/critical_points.hpp"

#include "escapade/error.hpp"
#include "escapade/problem/sde.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>
#include <string>

using namespace escapade;

namespace {

Field landscape(const std::string& V) {
  return potential_problem(parse_expression("-potential", V, {{"x", "y"}, {}}), constant(1),
                           Calculus::ito, Compile::never)
      .landscape;
}

const Field double_well = landscape("(x^2-1)^2/4 + y^2/2");
// Himmelblau (1972): four minima of value 0, four saddles, one maximum
const Field himmelblau = landscape("(x^2+y-11)^2 + (x+y^2-7)^2");

int count(const CriticalPoints& found, CriticalPoint::Type type) {
  return static_cast<int>(std::count_if(found.points.begin(), found.points.end(),
                                        [&](const CriticalPoint& p) { return p.type == type; }));
}

using Type = CriticalPoint::Type;

} // namespace

BOOST_AUTO_TEST_SUITE(critical_points_in_a_box)

BOOST_AUTO_TEST_CASE(of_the_double_well_are_two_minima_and_a_saddle) {
  const CriticalPoints found = critical_points(double_well, {-2, 2, -2, 2, {}});
  BOOST_REQUIRE(found.points.size() == 3);
  BOOST_TEST(found.complete);
  BOOST_TEST(found.winding == 1);
  const CriticalPoint& saddle = found.points[2];
  BOOST_TEST((saddle.type == Type::saddle));
  BOOST_TEST(name_of(saddle.type) == "saddle");
  BOOST_TEST(norm(saddle.position) < 1e-14);
  BOOST_TEST(saddle.value == 0.25);
  BOOST_TEST(saddle.hessian.xx == -1.0);
  BOOST_TEST(saddle.hessian.yy == 1.0);
  for (int k = 0; k < 2; ++k) {
    BOOST_TEST((found.points[k].type == Type::minimum));
    BOOST_TEST(std::abs(std::abs(found.points[k].position.x) - 1) < 1e-14);
    BOOST_TEST(std::abs(found.points[k].hessian.xx - 2) < 1e-13);
  }
  BOOST_TEST(found.points[0].position.x * found.points[1].position.x < 0);
}

BOOST_AUTO_TEST_CASE(of_a_well_much_narrower_than_a_cell_are_found) {
  for (const char* const width : {"0.012", "0.016", "0.02"}) // cells of 0.047
    for (const char* const x : {"0.3", "0.31", "0.328", "1"}) {
      const CriticalPoints found =
          critical_points(landscape(std::string("-exp(-((x-") + x + ")^2+(y-0.1)^2)/(2*" + width +
                                    "^2))+0.01*(x^2+y^2)"),
                          {-3, 3, -3, 3, {}});
      BOOST_TEST_CONTEXT(width << " at " << x)
      BOOST_TEST(count(found, Type::minimum) == 2);
    }
}

BOOST_AUTO_TEST_CASE(of_himmelblaus_function_are_the_nine_known_ones) {
  const CriticalPoints found = critical_points(himmelblau, {-6, 6, -6, 6, {}});
  BOOST_TEST(found.complete);
  BOOST_TEST(found.winding == 1);
  BOOST_TEST(count(found, Type::minimum) == 4);
  BOOST_TEST(count(found, Type::saddle) == 4);
  BOOST_TEST(count(found, Type::maximum) == 1);
  // the maximum is last; its position is tabulated
  const CriticalPoint& top = found.points.back();
  BOOST_TEST(norm(top.position - Vec2{-0.270845, -0.923039}) < 1e-6);
  BOOST_TEST(std::abs(top.value - 181.6165) < 1e-4);
  const Vec2 minima[] = {{3, 2},
                         {-2.805118086952745, 3.131312518250573},
                         {-3.779310253377747, -3.283185991286170},
                         {3.584428340330492, -1.848126526964404}};
  for (Vec2 m : minima)
    BOOST_TEST(std::any_of(found.points.begin(), found.points.begin() + 4,
                           [&](const CriticalPoint& p) { return norm(p.position - m) < 1e-10; }));
  for (std::size_t k = 5; k < 8; ++k)
    BOOST_TEST(found.points[k - 1].value <= found.points[k].value); // saddles by value
}

BOOST_AUTO_TEST_CASE(on_periodic_sides_count_once) {
  const double pi = 3.141592653589793;
  constexpr auto around = Boundary::periodic;
  const Domain torus{-pi, pi, -pi, pi, {around, around, around, around}};
  const auto numbers = [&](const char* V, int minima, int saddles, int maxima) {
    const CriticalPoints found = critical_points(landscape(V), torus);
    BOOST_TEST(found.complete, V);
    BOOST_TEST(found.winding == 0, V);
    BOOST_TEST(count(found, Type::minimum) == minima, V);
    BOOST_TEST(count(found, Type::saddle) == saddles, V);
    BOOST_TEST(count(found, Type::maximum) == maxima, V);
  };
  numbers("cos(x) + cos(y)", 1, 2, 1);
  numbers("cos(x) + cos(y + 0.3)", 1, 2, 1);
  numbers("cos(2*x + 0.3) + cos(2*y + 0.3)", 4, 8, 4);
  const Domain pipe{-pi, pi, -2, 2, {around, around, Boundary::reflecting, Boundary::reflecting}};
  const CriticalPoints found = critical_points(landscape("cos(x) + (y^2 - 1)^2"), pipe);
  BOOST_TEST(found.complete);
  BOOST_TEST(count(found, Type::minimum) == 2);
  BOOST_TEST(count(found, Type::saddle) == 3);
}

BOOST_AUTO_TEST_CASE(along_a_curve_are_a_valley) {
  const Domain box{-3, 3, -3, 3, {}};
  const CriticalPoints hyperbola = critical_points(landscape("(x*y - 1.7)^2 + 0.05"), box);
  BOOST_TEST(hyperbola.valley.size() > 10u);
  BOOST_TEST(count(hyperbola, Type::minimum) == 0);
  BOOST_TEST(count(hyperbola, Type::saddle) == 1); // at 0
  const CriticalPoints ring = critical_points(landscape("(x^2 + y^2 - 1)^2"), box);
  BOOST_TEST(ring.valley.size() > 10u);
  BOOST_TEST(ring.points.size() == 1u); // the maximum within
  BOOST_TEST(!critical_points(landscape("(y - 0.01*x)^2"), box).valley.empty());
  BOOST_TEST(!critical_points(landscape("y^2"), box).valley.empty());
  // of higher order, but isolated
  const CriticalPoints flat = critical_points(landscape("x^4 + y^2"), box);
  BOOST_TEST(flat.valley.empty());
  BOOST_TEST(count(flat, Type::minimum) == 1);
}

BOOST_AUTO_TEST_CASE(outside_the_box_do_not_count) {
  const CriticalPoints found = critical_points(double_well, {-0.5, 2, -1, 1, {}});
  BOOST_TEST(found.points.size() == 2u);
  BOOST_TEST(found.winding == 0); // a minimum and a saddle
  BOOST_TEST(found.complete);
  const CriticalPoints none = critical_points(double_well, {1.2, 2, -1, 1, {}});
  BOOST_TEST(none.points.empty());
  BOOST_TEST(none.winding == 0);
}

BOOST_AUTO_TEST_CASE(with_a_lone_saddle_wind_backwards) {
  const CriticalPoints found = critical_points(landscape("x*y + x^2/8"), {-1, 1.3, -1, 1.1, {}});
  BOOST_REQUIRE(found.points.size() == 1);
  BOOST_TEST((found.points[0].type == Type::saddle));
  BOOST_TEST(found.winding == -1);
}

BOOST_AUTO_TEST_CASE(close_to_each_other_are_told_apart) {
  // minima at x = ±0.01 in a box of width 4
  const CriticalPoints found =
      critical_points(landscape("(x^2-0.0001)^2 + y^2"), {-2, 2, -2, 2.2, {}});
  BOOST_TEST(found.complete);
  BOOST_REQUIRE(found.points.size() == 3);
  BOOST_TEST(std::abs(std::abs(found.points[0].position.x) - 0.01) < 1e-10);
}

BOOST_AUTO_TEST_CASE(of_many_wells_are_all_found) {
  // 6 periods each way: 36 minima, 36 maxima, 72 saddles, less those at the rim
  const CriticalPoints found =
      critical_points(landscape("sin(x) + sin(y)"), {0.1, 37.8, 0.1, 37.8, {}});
  BOOST_TEST(found.complete);
  BOOST_TEST(count(found, Type::minimum) == 36);
  BOOST_TEST(count(found, Type::maximum) == 36);
  BOOST_TEST(count(found, Type::saddle) == 72);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(descent)

BOOST_AUTO_TEST_CASE(ends_in_the_well_whose_basin_it_starts_in) {
  const Domain box{-2, 2, -2, 2, {}};
  for (double y : {-1.5, 0.0, 1.9})
    for (double x : {-1.9, -0.7, -0.01, 0.01, 0.4, 1.9}) {
      const CriticalPoint p = descend(double_well, box, {x, y}, "-start");
      BOOST_TEST(std::abs(p.position.x - (x < 0 ? -1 : 1)) < 1e-12, "from " << x << ", " << y);
      BOOST_TEST(std::abs(p.position.y) < 1e-12);
    }
}

BOOST_AUTO_TEST_CASE(follows_the_flow_and_not_the_shortest_way) {
  // V = x⁴/4 − x²/2 + 50 (y − x²)²: from far up the valley, down its curved floor
  const Field curved = landscape("x^4/4 - x^2/2 - 0.1*x + 50*(y - x^2)^2");
  const Domain box{-2, 2, -1, 4, {}};
  // the crest between the wells is the stable set of the saddle at x ≈ −0.101, y = x²
  BOOST_TEST(descend(curved, box, {-1.5, 2.25}, "-start").position.x < -0.9);
  BOOST_TEST(descend(curved, box, {-0.2, 0.04}, "-start").position.x < -0.9);
  BOOST_TEST(descend(curved, box, {-0.05, 0.0025}, "-start").position.x > 0.9);
  BOOST_TEST(descend(curved, box, {1.5, 2.25}, "-start").position.x > 0.9);
}

BOOST_AUTO_TEST_CASE(follows_the_same_basins_as_small_explicit_steps) {
  const Domain box{-6, 6, -6, 6, {}};
  for (int k = 0; k < 20; ++k) {
    const Vec2 from{-5 + 10 * std::fmod(0.618 * k + 0.11, 1.0),
                    -5 + 10 * std::fmod(0.414 * k + 0.37, 1.0)};
    Vec2 p = from;
    for (int step = 0; step < 8000; ++step) {
      double v[6];
      himmelblau(1, &p.x, &p.y, v);
      p = p - 5e-4 * Vec2{v[1], v[2]};
    }
    const CriticalPoint end = descend(himmelblau, box, from, "-start");
    BOOST_TEST(norm(end.position - p) < 1e-3, "from " << from.x << ", " << from.y);
  }
}

BOOST_AUTO_TEST_CASE(keeps_to_the_flow_among_many_wells) {
  const Field egg_box = landscape("sin(3*x)*cos(2*y) + 0.05*(x^2+y^2) + 0.3*sin(7*x+2*y)");
  const Domain box{-6, 6, -6, 6, {}};
  for (int k = 0; k < 60; ++k) {
    const Vec2 from{-5 + 10 * std::fmod(0.618 * k + 0.11, 1.0),
                    -5 + 10 * std::fmod(0.414 * k + 0.37, 1.0)};
    Vec2 p = from;
    for (int step = 0; step < 12000; ++step) {
      double v[6];
      egg_box(1, &p.x, &p.y, v);
      p = p - 1e-3 * Vec2{v[1], v[2]};
    }
    const CriticalPoint end = descend(egg_box, box, from, "-start");
    BOOST_TEST(norm(end.position - p) < 1e-3, "from " << from.x << ", " << from.y);
  }
}

BOOST_AUTO_TEST_CASE(is_refused_where_it_finds_no_proper_minimum) {
  const Domain box{-2, 2, -2, 2, {}};
  const auto refused = [&](const char* V, Vec2 from) {
    BOOST_CHECK_EXCEPTION(descend(landscape(V), box, from, "-minimum"), BadInput,
                          [](const BadInput& e) {
                            return std::string(e.what()).find("-minimum") == 0 &&
                                   std::string(e.what()).find('\n') == std::string::npos;
                          });
  };
  refused("-x^2 - y^2", {0.1, 0.1}); // runs away
  refused("x + y^2", {0.1, 0.1});    // runs away
  refused("x*y", {0, 0});            // rests on a saddle
  refused("log(x) + y^2", {1, 0});   // meets the end of its domain
  refused("y^2", {0.3, 0.4});        // a valley without bottom
  refused("(x*y - 1)^2", {1.5, 1.2});
  BOOST_CHECK_EXCEPTION(descend(landscape("(x*y - 1)^2"), box, {1.5, 1.2}, "-minimum"), BadInput,
                        [](const BadInput& e) {
                          return std::string(e.what()).find("isolated") != std::string::npos;
                        });
}

BOOST_AUTO_TEST_SUITE_END()
