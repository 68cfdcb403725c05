// The split of exits between parts that meet anywhere on a curved rim: harmonic measure of arcs of
// the unit disc, on grids of which none is part of another.
#define BOOST_TEST_MODULE exit_parts
#include "quantities/exit_time.hpp"

#include "quantities/escape_rate.hpp"
#include "quantities/interpolate.hpp"
#include "shared/chains.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <cmath>
#include <numbers>

using namespace escapade;
using namespace escapade::test;

BOOST_TEST_GLOBAL_FIXTURE(Mpi);

namespace {

constexpr Vec2 start{0.3, -0.2};
constexpr std::array<std::int64_t, 6> grids{50, 67, 83, 101, 131, 160};

/// Poisson's kernel over the arc between two angles, seen from the start.
double harmonic_measure(double from, double to) {
  return static_cast<double>(integral(
      [](long double t) {
        const long double x = std::cos(t) - start.x, y = std::sin(t) - start.y;
        return (1 - dot(start, start)) / (x * x + y * y) / (2 * std::numbers::pi_v<long double>);
      },
      from, to, 100));
}

struct Arc {
  const char* condition;
  double from, to;
};

const Arc arcs[] = {{"x > 0.3", -std::acos(0.3), std::acos(0.3)},
                    {"x > -0.55", -std::acos(-0.55), std::acos(-0.55)},
                    {"x > 0.93", -std::acos(0.93), std::acos(0.93)},
                    {"y*cos(0.4) > x*sin(0.4)", 0.4, 0.4 + std::numbers::pi}};

std::string exit_by(const Arc& arc) {
  return std::string("x^2+y^2 > 1 and ") + arc.condition + " or x^2+y^2 > 1";
}

/// N² times the relative error of the first part's probability.
double scaled_error(const Arc& arc, std::int64_t n, double angle) {
  const Chain chain =
      leaving_chain(potential("0", "1"), box(-1.2, 1.2, -1.2, 1.2), square(n, angle), exit_by(arc));
  Solver solver(MPI_COMM_SELF, chain.generator, {});
  const ExitQuantities q = exit_quantities(MPI_COMM_SELF, solver, chain.generator, 2);
  const auto h = static_cast<double>(std::exp(log_value_at(chain.grid, q.probability[0], start)));
  return (h / harmonic_measure(arc.from, arc.to) - 1) * static_cast<double>(n * n);
}

} // namespace

BOOST_AUTO_TEST_SUITE(exit_parts)

BOOST_AUTO_TEST_CASE(of_a_disc_have_their_harmonic_measure_to_order_two) {
  for (const Arc& arc : arcs)
    for (double angle : {0.0, 0.35})
      for (const std::int64_t n : grids) {
        const double off = scaled_error(arc, n, angle);
        BOOST_TEST(std::abs(off) < 12, arc.condition << " at " << n << ": " << off);
      }
}

BOOST_AUTO_TEST_CASE(of_the_quasi_stationary_state_of_a_disc_are_its_arcs) {
  for (const std::int64_t n : grids) {
    const Chain chain = leaving_chain(potential("0", "1"), box(-1.2, 1.2, -1.2, 1.2), square(n),
                                      exit_by(arcs[2]), CutRule::killing);
    Solver solver(MPI_COMM_SELF, chain.generator, {});
    const QuasiStationary q = quasi_stationary(MPI_COMM_SELF, solver, chain.generator, 2);
    const double exact = std::acos(0.93) / std::numbers::pi;
    const double off = static_cast<double>(std::exp(q.log_exit_probability[0])) / exact - 1;
    BOOST_TEST(std::abs(off) * static_cast<double>(n * n) < 9, n << ": " << off);
  }
}

BOOST_AUTO_TEST_CASE(move_probability_in_proportion_as_their_border_moves) {
  // cells of 0.06: the border of the arc moves by a tenth of one at a time
  const auto first = [](int k) {
    const std::string exit = "x^2+y^2 > 1 and x > " + std::to_string(0.3 + 0.006 * k);
    const Chain chain = leaving_chain(potential("0", "1"), box(-1.2, 1.2, -1.2, 1.2), square(40),
                                      exit + " or x^2+y^2 > 1");
    Solver solver(MPI_COMM_SELF, chain.generator, {});
    const ExitQuantities q = exit_quantities(MPI_COMM_SELF, solver, chain.generator, 2);
    return static_cast<double>(std::exp(log_value_at(chain.grid, q.probability[0], start)));
  };
  std::array<double, 21> h;
  for (int k = 0; k < 21; ++k)
    h[k] = first(k);
  const double step = (h[20] - h[0]) / 20;
  for (int k = 0; k < 20; ++k)
    BOOST_TEST(std::abs((h[k + 1] - h[k]) / step - 1) < 0.6, h[k + 1] - h[k] << " of " << step);
}

BOOST_AUTO_TEST_CASE(have_times_that_add_up_to_the_mean_one) {
  const Chain chain = leaving_chain(drift("-y, x", "0.3, 0.1, 0.4", box(-1.2, 1.2, -1.2, 1.2)),
                                    box(-1.2, 1.2, -1.2, 1.2), square(31), exit_by(arcs[1]));
  Solver solver(MPI_COMM_SELF, chain.generator, {});
  const ExitQuantities q = exit_quantities(MPI_COMM_SELF, solver, chain.generator, 2);
  const auto u = times_by_part(MPI_COMM_SELF, solver, q);
  for (std::size_t x = 0; x < q.mean.size(); ++x) // Σ h_k E[T | k] = E[T]
    BOOST_REQUIRE(std::abs(static_cast<double>(
                      (std::exp(u[0][x]) + std::exp(u[1][x])) / std::exp(q.mean[x]) - 1)) < 1e-13);
}

BOOST_AUTO_TEST_CASE(add_up_to_one_beside_absorbing_sides) {
  Domain d = box(-1, 1, -1, 1);
  d.boundary = {Boundary::absorbing, Boundary::reflecting, Boundary::absorbing,
                Boundary::reflecting};
  const Chain chain = leaving_chain(drift("-y, x", "0.3, 0.1, 0.4", d), d, square(31, 0.3),
                                    "x + 1.3*y > 0.9 or x > 0.8");
  Solver solver(MPI_COMM_SELF, chain.generator, {});
  const ExitQuantities q = exit_quantities(MPI_COMM_SELF, solver, chain.generator, 4);
  for (std::size_t x = 0; x < q.mean.size(); ++x) {
    long double sum = 0;
    for (const LogVector& h : q.probability)
      sum += std::exp(h[x]);
    BOOST_REQUIRE(std::abs(static_cast<double>(sum - 1)) < 1e-13);
  }
}

BOOST_AUTO_TEST_SUITE_END()
