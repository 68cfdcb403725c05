// First exits of chains against formulas.
#define BOOST_TEST_MODULE exit_time
#include "quantities/exit_time.hpp"

#include "answers/grids/error_estimate.hpp"
#include "quantities/interpolate.hpp"
#include "shared/chains.hpp"

#include <boost/test/unit_test.hpp>

#include <numbers>

using namespace escapade;
using namespace escapade::test;

BOOST_TEST_GLOBAL_FIXTURE(Mpi);

namespace {

ExitQuantities exits_of(const Chain& chain, std::size_t parts) {
  Solver solver(MPI_COMM_WORLD, chain.generator, {SolverKind::gth});
  return exit_quantities(MPI_COMM_WORLD, solver, chain.generator, parts);
}

/// Largest |exp(log values) − f| over the cells.
double deviation(const Cells& grid, const LogVector& values,
                 const std::function<long double(Vec2)>& f) {
  long double worst = 0;
  for (std::int32_t u = 0; u < grid.unknowns(); ++u)
    worst = std::fmax(worst, std::abs(std::exp(values[u]) - f(grid.centre(u))));
  return static_cast<double>(worst);
}

} // namespace

BOOST_AUTO_TEST_SUITE(mean_exit_times)

BOOST_AUTO_TEST_CASE(of_the_double_well_converge_with_order_2) {
  const long double T = 0.1L;
  const auto V = [](long double x) { return (x * x - 1) * (x * x - 1) / 4; };
  const long double exact =
      integral(
          [&](long double y) {
            return std::exp(V(y) / T) *
                   integral([&](long double z) { return std::exp(-V(z) / T); }, -2, y, 100);
          },
          -1, 0, 100) /
      T;
  BOOST_TEST(std::abs(static_cast<double>(exact) - 30.821302) < 1e-6);

  const Problem p = potential("(x^2-1)^2/4 + y^2/2", "0.1");
  const Domain d = box(-2, 2, -2, 2);
  const double cells[] = {128, 96, 64, 48}, ratios[] = {1, 128 / 96.0, 2, 128 / 48.0};
  long double value[4];
  for (int k = 0; k < 4; ++k) {
    const Chain chain = leaving_chain(p, d, square(std::lround(cells[k])), "x > 0");
    const LogVector tau =
        GthSolver(chain.generator, {})
            .backward(LogVector(static_cast<std::size_t>(chain.generator.rows()), 0.0L));
    value[k] = log_value_at(chain.grid, tau, {-1, 0});
  }
  const double off[] = {static_cast<double>(std::exp(value[0]) / exact - 1),
                        static_cast<double>(std::exp(value[2]) / exact - 1)};
  BOOST_TEST(std::abs(off[0]) < 6e-4, "128 cells: " << off[0]);
  BOOST_TEST(order_of(off[1], off[0]) > 1.95);
  BOOST_TEST(order_of(off[1], off[0]) < 2.05);
  const ErrorEstimate e = estimate_error(value, ratios);
  BOOST_REQUIRE(e.extrapolated.has_value());
  const double rest = *e.extrapolated - static_cast<double>(std::log(exact));
  BOOST_TEST(std::abs(rest) < 1e-5, "extrapolated: " << rest);
  BOOST_TEST(std::abs(rest) < *e.extrapolated_error);
  BOOST_TEST(*e.error > std::abs(off[0]));
  BOOST_TEST(*e.error < 2 * std::abs(off[0]));
  BOOST_TEST(std::abs(*e.order - 2) < 0.05);
}

BOOST_AUTO_TEST_CASE(of_brownian_motion_in_a_disc_are_exact_on_every_cell_of_every_frame) {
  const Domain d = box(-1.2, 1.2, -1.3, 1.3);
  for (double angle : {0.0, std::numbers::pi / 6})
    for (double D : {0.25, 2.0}) {
      const std::string t = std::to_string(D);
      const Chain chain =
          leaving_chain(drift("0, 0", t + ", 0, " + t, d), d, {{37, 41}, angle}, "x^2 + y^2 > 1");
      const ExitQuantities q = exits_of(chain, 1);
      const double off = deviation(chain.grid, q.mean, [D](Vec2 p) {
        return (1 - static_cast<long double>(p.x) * p.x - static_cast<long double>(p.y) * p.y) /
               (4 * D);
      });
      BOOST_TEST(off < 1e-12 / D, "angle " << angle << ": " << off);
    }
}

BOOST_AUTO_TEST_CASE(of_oblique_noise_in_its_ellipse_are_exact_too) {
  // D:∇∇(1 − θᵀD⁻¹θ) = −4: τ = (1 − θᵀD⁻¹θ)/4 in {θᵀD⁻¹θ < 1}; D = [[1, 0.6], [0.6, 0.8]]
  const Domain d = box(-1.1, 1.1, -1.1, 1.1);
  const Chain chain = leaving_chain(drift("0, 0", "1, 0.6, 0.8", d), d, square(40),
                                    "(0.8*x^2 - 1.2*x*y + y^2)/0.44 > 1");
  const ExitQuantities q = exits_of(chain, 1);
  const double off = deviation(chain.grid, q.mean, [](Vec2 p) {
    const long double x = p.x, y = p.y;
    return (1 - (0.8L * x * x - 1.2L * x * y + y * y) / 0.44L) / 4;
  });
  BOOST_TEST(off < 1e-12);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(spread)

BOOST_AUTO_TEST_CASE(of_the_exit_time_from_a_disc_is_known) {
  // at the centre of the unit disc Var T = 1/(32 D²)
  const Domain d = box(-1.1, 1.1, -1.1, 1.1);
  double off[2];
  for (int k = 0; k < 2; ++k) {
    const Chain chain =
        leaving_chain(drift("0, 0", "0.5, 0, 0.5", d), d, square(33 << k), "x^2 + y^2 > 1");
    const ExitQuantities q = exits_of(chain, 1);
    off[k] = static_cast<double>(std::exp(log_value_at(chain.grid, q.variance, {0, 0})) - 0.125L);
  }
  BOOST_TEST(std::abs(off[1]) < 1e-3);
  BOOST_TEST(order_of(off[0], off[1]) > 1.8);
}

BOOST_AUTO_TEST_CASE(between_two_walls_is_known_and_agrees_with_the_second_moment) {
  const Domain d = box(0, 1, 0, 1, Boundary::absorbing);
  const double D = 0.7;
  const auto mean = [D](long double x) { return x * (1 - x) / (2 * D); };
  const auto second = [D](long double x) {
    return (x / 12 - x * x * x / 6 + x * x * x * x / 12) / (D * D);
  };
  double off[2];
  for (int k = 0; k < 2; ++k) {
    const Chain chain = leaving_chain(drift("0, 0", "0.7, 0, 0.7", d), d, {{40 << k, 4}, 0}, "");
    const ExitQuantities q = exits_of(chain, 2);
    BOOST_TEST(deviation(chain.grid, q.mean, [&](Vec2 p) { return mean(p.x); }) < 1e-14);
    off[k] = deviation(chain.grid, q.variance,
                       [&](Vec2 p) { return second(p.x) - mean(p.x) * mean(p.x); });
    Solver solver(MPI_COMM_WORLD, chain.generator, {SolverKind::gth});
    const auto m = exit_time_moments(MPI_COMM_WORLD, solver, chain.generator, 2);
    double apart = 0;
    for (std::size_t u = 0; u < q.mean.size(); ++u) {
      const long double from_moments = std::exp(m[1][u]) - std::exp(2 * m[0][u]);
      apart =
          std::fmax(apart, static_cast<double>(std::abs(from_moments - std::exp(q.variance[u]))));
    }
    BOOST_TEST(apart < 1e-13);
  }
  BOOST_TEST(order_of(off[0], off[1]) > 1.9);
  BOOST_TEST(off[1] < 1e-3);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(exit_probabilities)

BOOST_AUTO_TEST_CASE(of_brownian_motion_between_walls_are_linear) {
  const Domain d = box(-1, 2, 0, 1, Boundary::absorbing);
  const Chain chain = leaving_chain(drift("0, 0", "0.7, 0, 0.7", d), d, {{30, 4}, 0}, "");
  const ExitQuantities q = exits_of(chain, 2);
  BOOST_TEST(deviation(chain.grid, q.probability.at(0),
                       [](Vec2 p) { return (2 - static_cast<long double>(p.x)) / 3; }) < 1e-14);
  BOOST_TEST(deviation(chain.grid, q.probability.at(1),
                       [](Vec2 p) { return (1 + static_cast<long double>(p.x)) / 3; }) < 1e-14);
}

BOOST_AUTO_TEST_CASE(against_a_constant_drift_are_exact_however_strong_it_is) {
  const Domain d = box(0, 1, 0, 1, Boundary::absorbing);
  for (double b : {-3.0, 8.0, 60.0}) {
    const Chain chain =
        leaving_chain(drift(std::to_string(b) + ", 0", "0.5, 0, 0.5", d), d, {{25, 4}, 0}, "");
    const ExitQuantities q = exits_of(chain, 2);
    BOOST_TEST(deviation(chain.grid, q.probability.at(1), [b](Vec2 p) {
                 return std::expm1(-b * static_cast<long double>(p.x) / 0.5L) /
                        std::expm1(-b / 0.5L);
               }) < 1e-13);
  }
}

BOOST_AUTO_TEST_CASE(of_three_parts_sum_to_one_and_the_first_part_wins_where_two_hold) {
  const Domain d = box(-1, 1, -1, 1, Boundary::reflecting, Boundary::absorbing);
  const Chain chain = leaving_chain(drift("-x+0.5*y, -y", "0.4, 0.1, 0.3", d), d, square(31),
                                    "x > 0.6 or x + y > 0.9 or x > 0.55");
  const ExitQuantities q = exits_of(chain, 5);
  double apart = 0, doubly = 0;
  for (std::size_t u = 0; u < q.mean.size(); ++u) {
    long double sum = 0;
    for (const LogVector& h : q.probability)
      sum += std::exp(h[u]);
    apart = std::fmax(apart, static_cast<double>(std::abs(sum - 1)));
    doubly = std::fmax(doubly, static_cast<double>(std::exp(q.probability[0][u])));
  }
  BOOST_TEST(apart < 1e-13);
  BOOST_TEST(doubly == 0.0); // x > 0.6 lies behind x > 0.55
}

BOOST_AUTO_TEST_CASE(of_a_symmetric_problem_are_symmetric) {
  const Domain d = box(-1, 1, -1, 1);
  const Chain chain = leaving_chain(drift("-x, -y", "0.4, 0, 0.4", d), d, square(40),
                                    "x > 0.61 or x < -0.61 or y > 0.61 or y < -0.61");
  const ExitQuantities q = exits_of(chain, 4);
  for (const LogVector& h : q.probability)
    BOOST_TEST(std::abs(std::exp(log_value_at(chain.grid, h, {0, 0})) - 0.25L) < 1e-12L);
}

BOOST_AUTO_TEST_SUITE_END()
