#define BOOST_TEST_MODULE interpolate
#include "quantities/interpolate.hpp"

#include "escapade/error.hpp"
#include "problem/parse_region.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <functional>
#include <limits>
#include <random>

using namespace escapade;

namespace {

LogVector logs_of(const Grid& grid, const std::function<long double(long double, long double)>& f) {
  LogVector out;
  for (std::int32_t u = 0; u < grid.unknowns(); ++u) {
    const Vec2 p = grid.centre(u);
    out.push_back(std::log(f(p.x, p.y)));
  }
  return out;
}

Region without(const std::string& text) {
  return parse_region("-exit", text, {{"x", "y"}, {}}, Compile::never);
}

/// Largest relative error at 200 random points of [−r, r]².
double worst(const Grid& grid, const std::function<long double(long double, long double)>& f,
             double r) {
  const LogVector values = logs_of(grid, f);
  std::mt19937_64 random(3);
  std::uniform_real_distribution<double> place(-r, r);
  long double off = 0;
  for (int k = 0; k < 200; ++k) {
    const Vec2 p{place(random), place(random)};
    off = std::fmax(off, std::abs(std::exp(log_value_at(grid, values, p)) / f(p.x, p.y) - 1));
  }
  return static_cast<double>(off);
}

const Domain unit{-1, 1, -1, 1, {}};

} // namespace

BOOST_AUTO_TEST_SUITE(interpolation)

BOOST_AUTO_TEST_CASE(is_exact_for_cubics_between_the_outermost_centres_of_every_frame) {
  const auto cubic = [](long double x, long double y) {
    return 50 + 3 * x - 2 * y + x * y - 4 * x * x * x + 2 * x * x * y - x * y * y + 5 * y * y * y;
  };
  BOOST_TEST(worst(make_grid(unit, {{12, 9}, 0}, {}), cubic, 0.88) < 1e-15);
  BOOST_TEST(worst(make_grid(unit, {{20, 26}, 0.4}, {}), cubic, 0.8) < 1e-15);
}

BOOST_AUTO_TEST_CASE(is_exact_for_squares_up_to_the_sides_of_the_box) {
  const auto square = [](long double x, long double y) {
    return 9 + 3 * x * x - 2 * y * y + x * y;
  };
  BOOST_TEST(worst(make_grid(unit, {{12, 9}, 0}, {}), square, 1.0) < 1e-15);
}

BOOST_AUTO_TEST_CASE(is_exact_for_exponentials_of_cubics_where_the_field_varies_much) {
  const auto steep = [](long double x, long double y) {
    return std::exp(40 * x - 30 * y + 25 * x * x * x - 20 * x * y * y);
  };
  BOOST_TEST(worst(make_grid(unit, {{12, 9}, 0}, {}), steep, 0.88) < 1e-13);
}

BOOST_AUTO_TEST_CASE(is_exact_for_exponentials_that_grow_by_more_than_a_factor_of_four) {
  const auto growing = [](long double x, long double y) { return std::exp(6 * x - 2 * y); };
  BOOST_TEST(worst(make_grid(unit, {{12, 9}, 0}, {}), growing, 0.88) < 1e-14);
}

BOOST_AUTO_TEST_CASE(is_of_order_4_for_smooth_fields) {
  const auto smooth = [](long double x, long double y) { return 2 + std::sin(2 * x + y); };
  const double coarse = worst(make_grid(unit, {{20, 20}, 0}, {}), smooth, 0.8);
  const double fine = worst(make_grid(unit, {{40, 40}, 0}, {}), smooth, 0.8);
  BOOST_TEST(std::log2(coarse / fine) > 3.5);
}

BOOST_AUTO_TEST_CASE(goes_around_periodic_sides) {
  const Domain ring{
      0,
      1,
      0,
      1,
      {Boundary::periodic, Boundary::periodic, Boundary::reflecting, Boundary::reflecting}};
  const Grid grid = make_grid(ring, {{64, 8}, 0}, {});
  const auto f = [](long double x, long double) { return 2 + std::cos(6.283185307179586477L * x); };
  const LogVector values = logs_of(grid, f);
  for (double x : {0.0, 0.004, 0.25, 0.997})
    BOOST_TEST(std::abs(std::exp(log_value_at(grid, values, {x, 0.5})) - f(x, 0)) < 1e-5L);
}

BOOST_AUTO_TEST_CASE(uses_only_cells_that_carry_a_value) {
  // beside a curved exit set the blocks shrink, and stay right for linear fields
  const Grid grid = make_grid(unit, {{24, 24}, 0}, without("x^2 + y^2 > 0.8"));
  const auto linear = [](long double x, long double y) { return 5 + x - 2 * y; };
  const LogVector values = logs_of(grid, linear);
  for (double angle = 0; angle < 6.28; angle += 0.1) {
    const Vec2 p{0.8 * std::cos(angle), 0.8 * std::sin(angle)};
    BOOST_TEST(std::abs(std::exp(log_value_at(grid, values, p)) - linear(p.x, p.y)) < 1e-14L);
  }
}

BOOST_AUTO_TEST_CASE(keeps_zero_and_the_size_of_numbers_beyond_double) {
  const Grid grid = make_grid(unit, {{8, 8}, 0}, {});
  const LogVector nothing(64, -std::numeric_limits<long double>::infinity());
  BOOST_TEST(log_value_at(grid, nothing, {0.1, 0.2}) ==
             -std::numeric_limits<long double>::infinity());
  const LogVector huge(64, 30000.0L);
  BOOST_TEST(std::abs(log_value_at(grid, huge, {0.1, 0.2}) - 30000.0L) < 1e-13L);
}

BOOST_AUTO_TEST_CASE(
    takes_the_nearest_cell_where_there_is_no_block_and_refuses_where_none_is_near) {
  const Grid grid = make_grid(unit, {{10, 10}, 0}, without("y > -0.8")); // one row of cells
  const LogVector values = logs_of(grid, [](long double x, long double) { return 3 + x; });
  BOOST_TEST(std::abs(std::exp(log_value_at(grid, values, {0.14, -0.95})) - 3.1L) < 0.11L);
  const Grid half = make_grid(unit, {{40, 40}, 0}, without("x > 0"));
  const LogVector some(half.unknowns(), 0.0L);
  BOOST_CHECK_THROW(log_value_at(half, some, {0.9, 0}), BadInput);
}

BOOST_AUTO_TEST_SUITE_END()
