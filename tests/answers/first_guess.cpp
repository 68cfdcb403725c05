#define BOOST_TEST_MODULE first_guess
#include "answers/grids/nested.hpp"

#include "problem/parse_region.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <functional>
#include <limits>
#include <memory>

using namespace escapade;

namespace {

const Domain unit{-1, 1, -1, 1, {}};

Region without(const std::string& text) {
  return parse_region("-exit", text, {{"x", "y"}, {}}, Compile::never);
}

/// Largest error of a logarithm carried from one grid to another.
double carried(const Grid& from, const Grid& to, const std::function<double(Vec2)>& log_f) {
  std::vector<double> values;
  for (std::int32_t u = 0; u < from.unknowns(); ++u)
    values.push_back(log_f(from.centre(u)));
  const auto last = to.unknowns(), first = last / 3;
  const RowRange known = cells_to_know(to, first, last, from);
  const std::vector<double> there =
      log_values_on(to, first, last, from,
                    {values.begin() + known.first, values.begin() + known.last}, known.first);
  BOOST_TEST_REQUIRE(static_cast<std::int64_t>(there.size()) == last - first);
  double off = 0;
  for (std::int64_t u = first; u < last; ++u)
    off =
        std::fmax(off, std::abs(there[u - first] - log_f(to.centre(static_cast<std::int32_t>(u)))));
  return off;
}

} // namespace

BOOST_AUTO_TEST_SUITE(first_guess)

BOOST_AUTO_TEST_CASE(carries_cubics_to_a_finer_grid_exactly) {
  const auto cubic = [](Vec2 p) {
    return 50 + 300 * p.x - 2 * p.y - 4 * p.x * p.x * p.x + 2 * p.x * p.x * p.y +
           5 * p.y * p.y * p.y;
  };
  BOOST_TEST(carried(make_grid(unit, {{12, 10}, 0}, {}), make_grid(unit, {{18, 15}, 0}, {}),
                     cubic) < 1e-12);
}

// Corners of the box, and what a curved exit has removed: cells without a value on the coarser
// grid.
BOOST_AUTO_TEST_CASE(carries_straight_lines_beyond_the_cells_there_are) {
  const auto line = [](Vec2 p) { return 5 + 30 * p.x - 200 * p.y; };
  BOOST_TEST(carried(make_grid(unit, {{12, 10}, 0.4}, {}), make_grid(unit, {{24, 20}, 0.4}, {}),
                     line) < 1e-11);
  const Region hole = without("x^2 + y^2 < 0.3");
  BOOST_TEST(carried(make_grid(unit, {{16, 16}, 0}, hole), make_grid(unit, {{24, 24}, 0}, hole),
                     line) < 1e-11);
}

BOOST_AUTO_TEST_CASE(carries_values_over_graded_cells_and_around_periodic_sides) {
  const Domain ring{
      0,
      1,
      0,
      1,
      {Boundary::periodic, Boundary::periodic, Boundary::reflecting, Boundary::reflecting}};
  const auto wave = [](Vec2 p) { return std::cos(6.283185307179586 * p.x) + p.y; };
  const auto around = [&](std::int64_t n) {
    return carried(make_grid(ring, {{n, 8}, 0}, {}), make_grid(ring, {{2 * n, 16}, 0}, {}), wave);
  };
  BOOST_TEST(std::log2(around(16) / around(32)) > 3.7);
  const auto dense =
      std::make_shared<const Grading>(Grading{{clustered(-1, 1, {{0.3, 0.05, 1}}), CellDensity{}}});
  const auto well = [](Vec2 p) { return std::sin(3 * p.x) - p.y; };
  const auto graded = [&](std::int64_t n) {
    return carried(make_grid(unit, {{n, 8}, 0, dense}, {}),
                   make_grid(unit, {{2 * n, 16}, 0, dense}, {}), well);
  };
  BOOST_TEST(std::log2(graded(40) / graded(80)) > 3.5);
}

BOOST_AUTO_TEST_CASE(carries_what_is_no_number_as_such) {
  const Grid coarse = make_grid(unit, {{8, 8}, 0}, {}), fine = make_grid(unit, {{16, 16}, 0}, {});
  std::vector<double> values(64, 1.0);
  values[45] = -std::numeric_limits<double>::infinity();
  const std::vector<double> there = log_values_on(fine, 0, 256, coarse, values);
  BOOST_TEST(!std::isfinite(there[10 + 16 * 10]));
  BOOST_TEST(there[0] == 1.0);
}

BOOST_AUTO_TEST_CASE(needs_only_the_rows_around_a_ranks_cells) {
  const Grid from = make_grid(unit, {{60, 50}, 0}, {}), to = make_grid(unit, {{90, 100}, 0}, {});
  const RowRange known = cells_to_know(to, 90 * 40, 90 * 50, from);
  BOOST_TEST(known.first > 60 * 10);
  BOOST_TEST(known.last < 60 * 35);
  BOOST_TEST(known.last - known.first < 60 * 25);
}

BOOST_AUTO_TEST_CASE(is_no_number_where_nothing_is_known) {
  const Grid grid = make_grid(unit, {{8, 8}, 0}, {});
  for (const double value : log_values_on(grid, 0, 8, grid, {}))
    BOOST_TEST(std::isnan(value));
}

BOOST_AUTO_TEST_SUITE_END()
