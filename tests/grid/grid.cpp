#define BOOST_TEST_MODULE grid
#include "grid/grid.hpp"

#include "escapade/error.hpp"
#include "problem/parse_region.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <numbers>

using namespace escapade;

namespace {

Region region(const std::string& text) {
  return parse_region("-exit", text, {{"x", "y"}, {}}, Compile::never);
}

bool near(Vec2 a, Vec2 b, double tolerance = 1e-13) {
  return norm(a - b) <= tolerance;
}

const Domain box{-1, 3, 2, 4, {}};

} // namespace

BOOST_AUTO_TEST_SUITE(lattice)

BOOST_AUTO_TEST_CASE(of_the_axes_tiles_the_box) {
  const Grid g = make_grid(box, {{8, 10}, 0}, {});
  BOOST_TEST(g.unknowns() == 80);
  BOOST_TEST(g.h[0] == 0.5);
  BOOST_TEST(g.h[1] == 0.2);
  BOOST_TEST(near(g.centre(0, 0), {-0.75, 2.1}));
  BOOST_TEST(near(g.centre(std::int64_t{7}, std::int64_t{9}), {2.75, 3.9}));
  for (std::int32_t u = 0; u < 80; ++u)
    BOOST_TEST(g.unknown(g.cell(u)) == u);
}

BOOST_AUTO_TEST_CASE(of_a_turned_frame_covers_the_box_and_keeps_the_centres_inside) {
  for (double angle : {0.3, -0.6, std::numbers::pi / 4}) {
    const Grid g = make_grid(box, {{120, 90}, angle}, {});
    const double covered = static_cast<double>(g.unknowns()) * g.cell_area();
    BOOST_TEST(std::abs(covered - 8) < 0.1);
    for (std::int32_t u = 0; u < g.unknowns(); ++u)
      BOOST_REQUIRE(box.contains(g.centre(u)));
    // a step along the frame's first axis
    const Vec2 e = g.edge(1, 0);
    BOOST_TEST(near(e, g.h[0] * Vec2{std::cos(angle), std::sin(angle)}));
    BOOST_TEST(near(g.centre(std::int64_t{5}, std::int64_t{7}) + g.edge(3, -2),
                    g.centre(std::int64_t{8}, std::int64_t{5})));
    for (double x : {-1.0, 3.0})
      for (double y : {2.0, 4.0}) {
        const Vec2 at = g.lattice_position({x, y});
        BOOST_TEST((at.x > -0.5 - 1e-9 && at.x < 119.5 + 1e-9));
        BOOST_TEST((at.y > -0.5 - 1e-9 && at.y < 89.5 + 1e-9));
      }
  }
}

BOOST_AUTO_TEST_CASE(positions_are_the_inverse_of_centres) {
  for (double angle : {0.0, 0.3, -0.6}) {
    const Grid g = make_grid(box, {{12, 9}, angle}, {});
    const Vec2 at = g.lattice_position(g.centre(std::int64_t{4}, std::int64_t{7}));
    BOOST_TEST(near(at, {4, 7}, 1e-12));
  }
}

BOOST_AUTO_TEST_CASE(wraps_around_periodic_sides_only) {
  Domain ring = box;
  ring.boundary = {Boundary::periodic, Boundary::periodic, Boundary::reflecting,
                   Boundary::reflecting};
  const Grid g = make_grid(ring, {{8, 10}, 0}, {});
  BOOST_TEST(g.lattice_cell(-1, 0) == 7);
  BOOST_TEST(g.lattice_cell(17, 2) == 17);
  BOOST_TEST(g.lattice_cell(0, 10) == -1);
  BOOST_TEST(g.lattice_cell(3, -1) == -1);
}

BOOST_AUTO_TEST_CASE(drops_the_unknowns_asked_for_and_counts_them) {
  Grid g = make_grid(box, {{4, 3}, 0}, {});
  drop_unknowns(g, {0, 5});
  BOOST_TEST(g.unknowns() == 10);
  BOOST_TEST(g.isolated == 2);
  BOOST_TEST(g.unknown(0) == -1);
  BOOST_TEST(g.unknown(5) == -1);
  BOOST_TEST(g.unknown(11) == 9);
  BOOST_TEST(g.cell(9) == 11);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(exit_lines)

BOOST_AUTO_TEST_CASE(parallel_to_the_axes_lie_on_faces) {
  for (const char* set :
       {"x > 0.37", "x < 0.37", "y > 3.11 or x > 0.37", "x > 0.37 or x < -0.81"}) {
    const Region exit = region(set);
    const Grid g = make_grid(box, {{16, 10}, 0}, exit);
    for (const Part& part : exit) {
      const HalfPlane& line = *part.half_plane;
      const std::size_t a = static_cast<std::size_t>(line.axis);
      const double faces = (line.position - g.corner[a]) / g.h[a];
      BOOST_TEST(std::abs(faces - std::round(faces)) < 1e-9, set);
    }
    for (std::int32_t u = 0; u < g.unknowns(); ++u) {
      const Vec2 p = g.centre(u);
      int in = -1;
      part_at(exit, 1, &p.x, &p.y, &in);
      BOOST_REQUIRE(in == -1);
      BOOST_REQUIRE(box.contains(p));
    }
    // the part of the box that is left is tiled without gap or overlap
    const double wanted_x = exit.size() == 2 && set[0] == 'x' ? 0.37 + 0.81
                            : set[2] == '<'                   ? 3 - 0.37
                                                              : 1.37;
    const double wanted_y = set[0] == 'y' ? 1.11 : 2.0;
    BOOST_TEST(std::abs(static_cast<double>(g.unknowns()) * g.cell_area() - wanted_x * wanted_y) <
                   1e-12,
               set);
  }
}

BOOST_AUTO_TEST_CASE(outside_the_box_change_nothing) {
  const Grid g = make_grid(box, {{16, 10}, 0}, region("x > 7 or y < -3"));
  BOOST_TEST(g.unknowns() == 160);
  BOOST_TEST(g.corner[0] == -1.0);
  BOOST_TEST(g.h[0] == 0.25);
}

BOOST_AUTO_TEST_CASE(that_are_curved_remove_the_centres_inside) {
  const Grid g = make_grid(box, {{80, 40}, 0}, region("(x-1)^2 + (y-3)^2 < 0.64"));
  BOOST_TEST(std::abs(static_cast<double>(g.unknowns()) * g.cell_area() -
                      (8 - 0.64 * std::numbers::pi)) < 0.02);
}

BOOST_AUTO_TEST_CASE(that_leave_nothing_leave_no_unknown) {
  BOOST_TEST(make_grid(box, {{8, 8}, 0}, region("x > -5")).unknowns() == 0);
  BOOST_TEST(make_grid(box, {{8, 8}, 0}, region("x > 0 or x < 1")).unknowns() == 0);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(shapes)

BOOST_AUTO_TEST_CASE(of_too_few_or_too_many_cells_are_refused) {
  BOOST_CHECK_THROW(make_grid(box, {{2, 50}, 0}, {}), BadInput);
  BOOST_CHECK_THROW(make_grid(box, {{50, -3}, 0}, {}), BadInput);
  BOOST_CHECK_THROW(make_grid(box, {{65536, 32768}, 0}, {}), BadInput);
  BOOST_CHECK_THROW(make_grid(box, {{4000000000, 4000000000}, 0}, {}), BadInput);
}

BOOST_AUTO_TEST_CASE(balanced_to_the_noise_have_sides_in_proportion_to_its_root) {
  for (double angle : {0.0, 0.5}) {
    const GridShape shape = balanced_shape(box, angle, {0.01, 1.0}, 65536);
    const auto bounds = frame_bounds(box, angle);
    double side[2];
    for (std::size_t a = 0; a < 2; ++a)
      side[a] = (bounds[a][1] - bounds[a][0]) / static_cast<double>(shape.cells[a]);
    BOOST_TEST(std::abs(side[1] / side[0] / 10 - 1) < 0.05);
    BOOST_TEST(std::abs(static_cast<double>(shape.cells[0] * shape.cells[1]) / 65536 - 1) < 0.05);
    BOOST_TEST(shape.cells[0] % 2 == 0);
    BOOST_TEST(shape.cells[1] % 2 == 0);
    BOOST_TEST(shape.angle == angle);
  }
}

BOOST_AUTO_TEST_SUITE_END()
