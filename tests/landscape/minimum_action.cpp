#define BOOST_TEST_MODULE minimum_action
#include "landscape/action/minimum_action.hpp"

#include "escapade/error.hpp"
#include "landscape/action/escape_guesses.hpp"
#include "problem/parse_region.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>

using namespace escapade;

namespace {

/// b = (x − x³ − β x y², −(1 + x²) y) with D = ½, so that the action is U of dX = b dt + √ε dW
/// over ε (Maier & Stein 1993).
Field maier_stein(double beta) {
  return pointwise(5, [=](double x, double y, double* out) {
    out[0] = x - x * x * x - beta * x * y * y, out[1] = -(1 + x * x) * y;
    out[2] = 0.5, out[3] = 0, out[4] = 0.5;
  });
}

/// V = (x² − 1)²/4 + 2 (y − x²/2)², a bent valley; D = s(θ) T I with b to match: the action is
/// ΔV/T whatever s.
Field bent_valley(double T) {
  return pointwise(5, [=](double x, double y, double* out) {
    const double u = y - 0.5 * x * x, s = 2 + std::sin(3 * x) * std::cos(y);
    out[0] = -s * (x * x * x - x - 4 * u * x), out[1] = -s * 4 * u;
    out[2] = s * T, out[3] = 0, out[4] = s * T;
  });
}

/// b = −∇(½ θ·K θ) + rotation, D oblique; for linear systems U = ½ θ·C⁻¹θ.
Field linear(std::array<double, 4> A, Sym2 D) {
  return pointwise(5, [=](double x, double y, double* out) {
    out[0] = A[0] * x + A[1] * y, out[1] = A[2] * x + A[3] * y;
    out[2] = D.xx, out[3] = D.xy, out[4] = D.yy;
  });
}

const Domain box{-2, 2, -2, 2, {}};

double least(const Field& f, const std::vector<Vec2>& guess, int sides) {
  return minimum_action_path(f, box, guess, sides, nullptr).total();
}

/// From 2n and n sides, errors of order n⁻².
double extrapolated(const Field& f, const std::vector<Vec2>& guess, int sides) {
  return (4 * least(f, guess, 2 * sides) - least(f, guess, sides)) / 3;
}

} // namespace

BOOST_AUTO_TEST_SUITE(path_of_least_action)

BOOST_AUTO_TEST_CASE(of_a_gradient_system_costs_the_difference_of_potential) {
  const std::vector<Vec2> straight{{-1, 0.5}, {0, 0}};
  BOOST_TEST(extrapolated(bent_valley(0.2), straight, 100) == 1.25,
             boost::test_tools::tolerance(1e-7));
  const double coarse = least(bent_valley(0.2), straight, 60) - 1.25,
               fine = least(bent_valley(0.2), straight, 120) - 1.25;
  BOOST_TEST(coarse > 0);
  BOOST_TEST(std::log2(coarse / fine) == 2, boost::test_tools::tolerance(0.05)); // order 2
}

BOOST_AUTO_TEST_CASE(of_maier_and_stein_is_one_half_until_beta_is_4_and_then_less) {
  const std::vector<Vec2> bowed{{-1, 0}, {-0.5, 0.3}, {0, 0}};
  for (double beta : {1.0, 3.0})
    BOOST_TEST(least(maier_stein(beta), bowed, 120) == 0.5, boost::test_tools::tolerance(1e-9));
  BOOST_TEST(least(maier_stein(5), bowed, 120) < 0.484);
  BOOST_TEST(extrapolated(maier_stein(10), bowed, 200) == 0.34004,
             boost::test_tools::tolerance(2e-5));
}

BOOST_AUTO_TEST_CASE(is_found_from_a_symmetric_guess_where_the_action_is_only_stationary) {
  const double straight = least(maier_stein(10), {{-1, 0}, {0, 0}}, 100);
  const double bowed = least(maier_stein(10), {{-1, 0}, {-0.5, 0.3}, {0, 0}}, 100);
  BOOST_TEST(straight == bowed, boost::test_tools::tolerance(1e-9));
}

BOOST_AUTO_TEST_CASE(of_a_linear_system_with_rotation_and_oblique_noise_is_its_quadratic_form) {
  // C of A C + C Aᵀ = −2D for A = (−1, −2; 1, −3), D = (1, ½; ½, 2), by hand: the linear
  // equations −2 C₁₁ − 4 C₁₂ = −2, C₁₁ − 4 C₁₂ − 2 C₂₂ = −1, 2 C₁₂ − 6 C₂₂ = −4.
  const double c12 = 0.1, c11 = 0.8, c22 = 0.7;
  const double det = c11 * c22 - c12 * c12;
  const Vec2 to{0.8, -0.6};
  const double exact = 0.5 * (c22 * to.x * to.x - 2 * c12 * to.x * to.y + c11 * to.y * to.y) / det;
  BOOST_TEST(extrapolated(linear({-1, -2, 1, -3}, {1, 0.5, 2}), {{0, 0}, to}, 100) == exact,
             boost::test_tools::tolerance(1e-4));
}

BOOST_AUTO_TEST_CASE(does_not_depend_on_a_common_factor_of_drift_and_noise) {
  const Field one = bent_valley(0.2);
  const Field scaled = [one](std::size_t n, const double* x, const double* y, double* out) {
    one(n, x, y, out);
    for (std::size_t k = 0; k < 5; ++k)
      for (std::size_t i = 0; i < n; ++i)
        out[k * n + i] *= std::exp(3 * x[i] + y[i]);
  };
  const std::vector<Vec2> path{{-1, 0.5}, {-0.6, 0.3}, {0.3, 0.9}};
  BOOST_TEST(action_along(one, path).back() == action_along(scaled, path).back(),
             boost::test_tools::tolerance(1e-13));
}

BOOST_AUTO_TEST_CASE(pauses_at_the_saddle_on_its_way_to_the_other_well) {
  const ActionPath path =
      minimum_action_path(bent_valley(0.2), box, {{-1, 0.5}, {0.1, 0.4}, {1, 0.5}}, 200, nullptr);
  BOOST_REQUIRE(path.rest_points.size() == 1u);
  BOOST_TEST(norm(path.rest_points[0]) < 1e-9);
  BOOST_TEST(path.total() == 1.25, boost::test_tools::tolerance(2e-5));
  BOOST_TEST(path.action.back() - path.action[100] < 1e-5); // downhill is free
}

BOOST_AUTO_TEST_CASE(ends_where_a_curved_exit_is_cheapest) {
  // V = ½ (x² + 4 y²) on the circle around (½, 0) of radius ¾ is least at (−¼, 0). The guess's
  // end is not even on it.
  const Field f = linear({-1, 0, 0, -4}, {1, 0, 1});
  const Region exit =
      parse_region("-exit", "(x - 0.5)^2 + y^2 > 0.5625", {{"x", "y"}, {}}, Compile::never);
  const ActionPath path = minimum_action_path(f, box, {{0, 0}, {-0.4, 0.2}}, 100, &exit.front());
  BOOST_TEST(norm(path.points.back() - Vec2{-0.25, 0}) < 1e-6);
  BOOST_TEST(path.total() == 0.03125, boost::test_tools::tolerance(1e-8));
}

BOOST_AUTO_TEST_CASE(with_singular_noise_across_is_refused) {
  const Field f = linear({-1, 0, 0, -1}, {1, 0, 0});
  BOOST_CHECK_THROW(minimum_action_path(f, box, {{0, 0}, {1, 1}}, 50, nullptr), NotTrusted);
  // along the noise it is that of one dimension, ½ x²
  BOOST_TEST(action_along(f, {{0, 0}, {1, 0}}).back() == 0.5, boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(outside_the_box_is_refused) {
  const Field f = linear({-1, -6, 6, -1}, {1, 0, 1}); // spirals: the way to (1.9, 0) swings out
  BOOST_CHECK_THROW(
      minimum_action_path(f, {-2, 2, -0.2, 0.2, {}}, {{0, 0}, {1.9, 0}}, 100, nullptr), NotTrusted);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(escape_guesses)

BOOST_AUTO_TEST_CASE(to_saddles_are_a_line_and_the_reversed_drift) {
  const Field f = bent_valley(0.2);
  const RestPoint from = settle(f, box, {-0.9, 0.6}, "-start");
  BOOST_TEST(norm(from.position - Vec2{-1, 0.5}) < 1e-9);
  const auto guesses = guesses_to_saddles(f, box, from);
  BOOST_REQUIRE(guesses.size() == 2u);
  BOOST_TEST(guesses[0].kind == "straight line");
  BOOST_TEST(guesses[1].kind == "reversed drift");
  for (const EscapeGuess& g : guesses)
    BOOST_TEST(least(f, g.points, 100) == 1.25, boost::test_tools::tolerance(1e-5));
}

BOOST_AUTO_TEST_CASE(to_an_exit_beyond_the_saddle_go_over_it) {
  const Field f = bent_valley(0.2);
  const RestPoint from = settle(f, box, {-1, 0.5}, "-start");
  const Region exit = parse_region("-exit", "x > 0.5", {{"x", "y"}, {}}, Compile::never);
  double best = INFINITY;
  for (const EscapeGuess& g : guesses_to_exit(f, box, from, exit))
    best = std::min(best, minimum_action_path(f, box, g.points, 120, g.part).total());
  BOOST_TEST(best == 1.25, boost::test_tools::tolerance(1e-4));
}

BOOST_AUTO_TEST_CASE(from_a_start_that_leads_nowhere_are_refused) {
  const Field f = linear({1, 0, 0, -1}, {1, 0, 1});
  BOOST_CHECK_THROW(settle(f, box, {0.5, 0}, "-start"), BadInput);
}

BOOST_AUTO_TEST_SUITE_END()
