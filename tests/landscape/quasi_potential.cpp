#define BOOST_TEST_MODULE quasi_potential
#include "landscape/action/quasi_potential.hpp"

#include "escapade/error.hpp"
#include "landscape/action/minimum_action.hpp"
#include "problem/parse_region.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>

using namespace escapade;

namespace {

/// b = A θ with constant D: U = ½ θ·C⁻¹θ, A C + C Aᵀ + 2D = 0.
const Field turning = pointwise(5, [](double x, double y, double* out) {
  out[0] = -x - 2 * y, out[1] = x - 3 * y;
  out[2] = 1, out[3] = 0.5, out[4] = 2;
});

double exact(Vec2 p) {
  const double c11 = 0.8, c12 = 0.1, c22 = 0.7, det = c11 * c22 - c12 * c12;
  return 0.5 * (c22 * p.x * p.x - 2 * c12 * p.x * p.y + c11 * p.y * p.y) / det;
}

const Domain box{-1, 1, -1, 1, {}};

/// The largest error inside the half-size box: what leaves the box is not known further out.
double error(int n, double angle) {
  const Grid grid = make_grid(box, {{n, n}, angle}, {});
  const auto U = quasi_potential(turning, grid, settle(turning, box, {0.3, 0.3}, "-start"));
  double worst = 0;
  for (std::int64_t k = 0; k < grid.unknowns(); ++k) {
    const Vec2 p = grid.centre(static_cast<std::int32_t>(k));
    if (std::max(std::abs(p.x), std::abs(p.y)) < 0.5)
      worst = std::max(worst, std::abs(U.value[static_cast<std::size_t>(grid.cell(k))] - exact(p)));
  }
  return worst;
}

} // namespace

BOOST_AUTO_TEST_SUITE(quasi_potential_on_a_grid)

BOOST_AUTO_TEST_CASE(of_a_linear_system_with_rotation_and_oblique_noise_is_its_quadratic_form) {
  const double coarse = error(32, 0), fine = error(96, 0);
  BOOST_TEST(fine < 0.01 * exact({0.5, 0.5}));
  BOOST_TEST(fine < 0.6 * coarse);
  BOOST_TEST(error(96, 0.4) < 0.01 * exact({0.5, 0.5})); // on a turned lattice too
}

BOOST_AUTO_TEST_CASE(reaches_the_saddle_of_maier_and_stein_at_the_action_of_the_best_path) {
  const Field f = pointwise(5, [](double x, double y, double* out) {
    out[0] = x - x * x * x - 10 * x * y * y, out[1] = -(1 + x * x) * y;
    out[2] = 0.5, out[3] = 0, out[4] = 0.5;
  });
  const Domain d{-1.5, 1.5, -1, 1, {}};
  const Grid grid = make_grid(d, {{120, 80}, 0}, {});
  const auto U = quasi_potential(f, grid, settle(f, d, {-1, 0}, "-start"));
  BOOST_TEST(value_at(U, grid, {0, 0}).value() == 0.34004, boost::test_tools::tolerance(0.005));
  // beyond the saddle all is downhill
  BOOST_TEST(value_at(U, grid, {0.9, 0}).value() == value_at(U, grid, {0.2, 0}).value(),
             boost::test_tools::tolerance(0.01));
}

BOOST_AUTO_TEST_CASE(least_on_a_boundary_is_where_the_exit_is_cheapest) {
  const Grid grid = make_grid(box, {{64, 64}, 0}, {});
  const auto U = quasi_potential(turning, grid, settle(turning, box, {0, 0}, "-start"));
  const Region exit = parse_region("-exit", "x > 0.51", {{"x", "y"}, {}}, Compile::never);
  // least over y of ½ θ·C⁻¹θ at x: ½ x²/C₁₁
  BOOST_TEST(least_on_boundary(U, turning, grid, exit).value().value == 0.5 * 0.51 * 0.51 / 0.8,
             boost::test_tools::tolerance(0.01));
  const Region nowhere = parse_region("-exit", "x > 3", {{"x", "y"}, {}}, Compile::never);
  BOOST_TEST(!least_on_boundary(U, turning, grid, nowhere).has_value());
}

BOOST_AUTO_TEST_CASE(came_along_a_way_that_costs_what_it_says) {
  const Grid grid = make_grid(box, {{96, 96}, 0}, {});
  const auto U = quasi_potential(turning, grid, settle(turning, box, {0, 0}, "-start"));
  const Vec2 to{0.4, -0.3};
  const std::vector<Vec2> way = way_to(U, grid, {0, 0}, to);
  BOOST_REQUIRE(way.size() > 2u);
  BOOST_TEST(norm(way.front()) == 0.0);
  BOOST_TEST(norm(way.back() - to) == 0.0);
  BOOST_TEST(action_along(turning, spread_evenly(way, 400, box)).back() == exact(to),
             boost::test_tools::tolerance(0.1)); // the corners jump from cell to cell
}

BOOST_AUTO_TEST_CASE(comes_along_rays_where_drift_and_noise_are_round) {
  const Field f = pointwise(5, [](double x, double y, double* out) {
    out[0] = -x, out[1] = -y, out[2] = 1, out[3] = 0, out[4] = 1;
  });
  const Grid grid = make_grid(box, {{65, 65}, 0}, {});
  const auto U = quasi_potential(f, grid, settle(f, box, {0.1, 0}, "-start"));
  const Vec2 middle = grid.lattice_position({0, 0});
  double worst = 0;
  for (std::size_t k = 0; k < U.value.size(); ++k) {
    const Vec2 x = grid.lattice_position(grid.centre(static_cast<std::int32_t>(k))) - middle;
    const Vec2 y = U.origin[k] - middle;
    if (std::isfinite(y.x) && norm(x) < 30)
      worst = std::max(worst, std::abs(x.x * y.y - x.y * y.x) / norm(x));
  }
  BOOST_TEST(worst < 0.5); // cells off the ray
}

BOOST_AUTO_TEST_CASE(from_a_saddle_is_refused) {
  const Field f = pointwise(5, [](double x, double y, double* out) {
    out[0] = x, out[1] = -y, out[2] = 1, out[3] = 0, out[4] = 1;
  });
  const Grid grid = make_grid(box, {{16, 16}, 0}, {});
  BOOST_CHECK_THROW(quasi_potential(f, grid, rest_point_near(f, box, {0, 0}, 0.1).value()),
                    BadInput);
}

BOOST_AUTO_TEST_SUITE_END()
