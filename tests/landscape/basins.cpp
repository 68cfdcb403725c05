#define BOOST_TEST_MODULE basins
#include "landscape/basins.hpp"

#include "escapade/problem/sde.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>
#include <string>

using namespace escapade;

namespace {

struct Landscape {
  Field field;
  Grid grid;
  std::vector<double> v;
  std::vector<CriticalPoint> points, minima;
};

Landscape landscape(const std::string& V, const Domain& d, std::int64_t nx, std::int64_t ny,
                    double angle = 0) {
  Landscape out;
  out.field = potential_problem(parse_expression("-potential", V, {{"x", "y"}, {}}), constant(1),
                                Calculus::ito, Compile::never)
                  .landscape;
  out.grid = make_grid(d, {{nx, ny}, angle}, {});
  std::vector<double> x, y;
  for (std::int64_t u = 0; u < out.grid.unknowns(); ++u) {
    const Vec2 p = out.grid.centre(static_cast<std::int32_t>(u));
    x.push_back(p.x), y.push_back(p.y);
  }
  out.v.resize(6 * x.size());
  out.field(x.size(), x.data(), y.data(), out.v.data());
  out.points = critical_points(out.field, d).points;
  for (const CriticalPoint& p : out.points)
    if (p.type == CriticalPoint::Type::minimum)
      out.minima.push_back(p);
  return out;
}

const char* tilted = "(x^2-1)^2/4 + 0.1*x + 2*y^2"; // separable: the divide is a line x = const

int label_of(const Landscape& l, bool left) {
  for (std::size_t k = 0; k < l.minima.size(); ++k)
    if ((l.minima[k].position.x < 0) == left)
      return static_cast<int>(k);
  return -9;
}

double signed_area(const std::vector<Vec2>& p) {
  double sum = 0;
  for (std::size_t i = 0; i + 1 < p.size(); ++i)
    sum += 0.5 * (p[i].x * p[i + 1].y - p[i].y * p[i + 1].x);
  return sum;
}

} // namespace

BOOST_AUTO_TEST_SUITE(basins_of_attraction)

BOOST_AUTO_TEST_CASE(of_a_separable_double_well_meet_at_the_line_through_the_saddle) {
  for (double angle : {0.0, 0.5}) {
    const Landscape l = landscape(tilted, {-2, 2, -1, 1, {}}, 60, 40, angle);
    BOOST_REQUIRE(l.minima.size() == 2u);
    double divide = 0.1;
    for (int k = 0; k < 40; ++k)
      divide -= (divide * divide * divide - divide + 0.1) / (3 * divide * divide - 1);
    const std::vector<int> label = basins(l.grid, l.v, l.minima);
    const double cell = 1.5 * std::hypot(l.grid.h[0], l.grid.h[1]);
    for (std::size_t u = 0; u < label.size(); ++u) {
      const Vec2 p = l.grid.centre(static_cast<std::int32_t>(u));
      if (std::abs(p.x - divide) > cell)
        BOOST_REQUIRE_MESSAGE(label[u] == label_of(l, p.x < divide),
                              p.x << ", " << p.y << ": " << label[u]);
    }
  }
}

BOOST_AUTO_TEST_CASE(do_not_hold_what_runs_out_of_the_box) {
  const Landscape l = landscape("(x^2-1)^2/4 + y^2", {-2, 0.6, -1, 1, {}}, 52, 40);
  BOOST_REQUIRE(l.minima.size() == 1u);
  const std::vector<int> label = basins(l.grid, l.v, l.minima);
  for (std::size_t u = 0; u < label.size(); ++u) {
    const Vec2 p = l.grid.centre(static_cast<std::int32_t>(u));
    if (std::abs(p.x) > 0.1)
      BOOST_REQUIRE(label[u] == (p.x < 0 ? 0 : -1));
  }
}

BOOST_AUTO_TEST_CASE(end_nowhere_at_periodic_sides) {
  const double pi = 3.141592653589793;
  constexpr auto around = Boundary::periodic;
  const Domain torus{-pi, pi, -pi, pi, {around, around, around, around}};
  for (const char* V : {"cos(2*x + 0.3) + cos(2*y + 0.3)", "cos(2*x) + cos(y + 0.3)",
                        "cos(x) + cos(y)", "cos(2*x) + 0.3*cos(x) + cos(y)"}) {
    const Landscape l = landscape(V, torus, 40, 40);
    const std::vector<int> label = basins(l.grid, l.v, l.minima);
    BOOST_TEST(std::count(label.begin(), label.end(), -1) <= 40); // ridges through centres
    for (int k = 0; k < static_cast<int>(l.minima.size()); ++k) {
      double length = 0;
      for (const auto& line : basin_boundary(l.grid, label, k))
        for (std::size_t i = 1; i < line.size(); ++i) {
          BOOST_TEST(norm(line[i] - line[i - 1]) < 1.01 * l.grid.h[0]); // no line across the box
          length += norm(line[i] - line[i - 1]);
        }
      BOOST_TEST(length < 12 * pi);
    }
  }
}

BOOST_AUTO_TEST_CASE(have_edges_that_enclose_their_cells) {
  const Landscape l = landscape(tilted, {-2, 2, -1, 1, {}}, 30, 20);
  const std::vector<int> label = basins(l.grid, l.v, l.minima);
  for (int k : {0, 1}) {
    double enclosed = 0;
    for (const auto& polygon : basin_boundary(l.grid, label, k)) {
      BOOST_TEST(norm(polygon.front() - polygon.back()) == 0.0);
      enclosed += signed_area(polygon);
    }
    BOOST_TEST(enclosed == l.grid.cell_area() *
                               static_cast<double>(std::count(label.begin(), label.end(), k)),
               boost::test_tools::tolerance(1e-12));
  }
  // two cells that touch at a corner are two basins' edges, not a figure of eight
  std::vector<int> pair(label.size(), 0);
  pair[31] = pair[31 + 31] = 1;
  BOOST_TEST(basin_boundary(l.grid, pair, 1).size() == 2u);
  // a ring: its hole counts negative
  std::vector<int> ring(label.size(), 0);
  for (std::size_t u = 0; u < ring.size(); ++u) {
    const double r = norm(l.grid.centre(static_cast<std::int32_t>(u)));
    ring[u] = r < 0.8 && r > 0.4 ? 1 : 0;
  }
  double enclosed = 0;
  const auto polygons = basin_boundary(l.grid, ring, 1);
  BOOST_TEST(polygons.size() == 2u);
  for (const auto& polygon : polygons)
    enclosed += signed_area(polygon);
  BOOST_TEST(enclosed ==
                 l.grid.cell_area() * static_cast<double>(std::count(ring.begin(), ring.end(), 1)),
             boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(communication_height)

BOOST_AUTO_TEST_CASE(of_himmelblau_s_minima_are_the_passes_of_the_tree) {
  const Landscape l = landscape("(x^2+y-11)^2 + (x+y^2-7)^2", {-6, 6, -6, 6, {}}, 120, 120);
  const auto near = [](Vec2 p, double x, double y) { return norm(p - Vec2{x, y}) < 0.01; };
  const auto heights = communication_heights(l.field, l.grid, l.v, l.points);
  BOOST_TEST(heights.size() == 6u);
  for (const CommunicationHeight& h : heights) {
    BOOST_REQUIRE(h.saddle.has_value());
    const Vec2 a = l.minima[h.a].position, b = l.minima[h.b].position;
    const bool low_left = near(a, -3.7793, -3.2832) || near(b, -3.7793, -3.2832);
    const bool upper_left = near(a, -2.8051, 3.1313) || near(b, -2.8051, 3.1313);
    // the saddles (3.3852, 0.0739), (0.0867, 2.8843), (−3.0730, −0.0814) by height
    const double exact = low_left ? 104.0152 : upper_left ? 67.7192 : 13.3119;
    BOOST_TEST(h.value == exact, boost::test_tools::tolerance(1e-5));
    BOOST_TEST(h.on_lattice == exact, boost::test_tools::tolerance(0.03));
  }
}

BOOST_AUTO_TEST_CASE(over_the_rim_is_that_of_the_lattice) {
  // The saddle at (0, 0) lies outside the box: the lowest way left is along its rim, y = 0.4.
  const Landscape l =
      landscape("(x^2-1)^2/4 + 4*(y + 0.1 - 0.9*x^2)^2", {-2, 2, 0.4, 2, {}}, 80, 40);
  BOOST_REQUIRE(l.minima.size() == 2u);
  const auto heights = communication_heights(l.field, l.grid, l.v, l.points);
  BOOST_REQUIRE(heights.size() == 1u);
  BOOST_TEST(!heights[0].saddle.has_value());
  BOOST_TEST(heights[0].value == heights[0].on_lattice);
  BOOST_TEST(heights[0].value > 0.25 + 4 * 0.5 * 0.5 * 0.9);
}

BOOST_AUTO_TEST_SUITE_END()
