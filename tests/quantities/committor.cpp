#define BOOST_TEST_MODULE committor
#include <boost/test/unit_test.hpp>

#include "escapade/error.hpp"
#include "quantities/interpolate.hpp"
#include "quantities/transitions/committor.hpp"
#include "shared/chains.hpp"
#include "solve/solver.hpp"

#include <array>
#include <cmath>
#include <limits>
#include <numbers>

using namespace escapade;
using namespace escapade::test;

namespace {

struct Solved {
  Chain chain;
  std::vector<Place> place;
  Transition t;

  double rate() const { return static_cast<double>(std::exp(t.log_rate)); }
  double probability_a() const { return static_cast<double>(t.probability_a); }
  double forward_at(Vec2 p) const {
    LogVector shifted; // log(1 + q⁺), finite on A
    for (long double l : t.forward)
      shifted.push_back(std::log1p(std::exp(l)));
    return static_cast<double>(std::expm1(log_value_at(chain.grid, shifted, p)));
  }
};

Solved solve_between(const Problem& problem, const Domain& domain, const GridShape& shape,
                     const std::string& a, const std::string& b) {
  Solved s;
  const std::vector<Region> sets{region(a), region(b)};
  s.chain = make_chain(MPI_COMM_SELF, problem, domain, shape, {}, CutRule::killing, sets);
  const LogVector mass = stationary_of(s.chain);
  for (std::int32_t u = 0; u < s.chain.grid.unknowns(); ++u) {
    const Vec2 p = s.chain.grid.centre(u);
    int in[2];
    for (std::size_t k = 0; k < 2; ++k)
      part_at(sets[k], 1, &p.x, &p.y, &in[k]);
    s.place.push_back(in[0] >= 0 ? Place::a : in[1] >= 0 ? Place::b : Place::between);
  }
  const Between between = chain_between(s.chain.generator, s.chain.set_cuts, s.place, mass);
  Solver inner(MPI_COMM_SELF, between.generator, {});
  LogVector into_b(between.cell.size(), -std::numeric_limits<long double>::infinity());
  for (const PartKilling& k : between.generator.part_killing)
    if (k.part == 1)
      into_b[k.row] = std::log(static_cast<long double>(k.rate));
  const LogVector log_q = inner.backward(into_b);
  Generator back = between.generator;
  if (!between.killing_back.empty())
    back.killing = between.killing_back;
  s.t = transition(s.chain.grid, s.chain.generator, s.place, mass, between, log_q,
                   Solver(MPI_COMM_SELF, back, {}).forward(between.log_source));
  return s;
}

/// Numbers of a transition with what they should be.
struct Exact {
  double rate, probability_a, forward; // the last at a point
};

/// N² times the relative errors of grids of which none is part of another lie close together: each
/// within `most`, and within a share of their mean from it.
void check_order_two(const std::function<Solved(std::int64_t)>& solve, Vec2 at, const Exact& exact,
                     double most, double apart) {
  constexpr std::array<std::int64_t, 5> grids{50, 67, 83, 101, 131};
  std::array<std::array<double, 3>, 2> range{{{1e300, 1e300, 1e300}, {-1e300, -1e300, -1e300}}};
  for (const std::int64_t n : grids) {
    const Solved s = solve(n);
    const std::array<double, 3> off{s.rate() / exact.rate - 1,
                                    s.probability_a() / exact.probability_a - 1,
                                    s.forward_at(at) / exact.forward - 1};
    for (std::size_t k = 0; k < 3; ++k) {
      range[0][k] = std::min(range[0][k], off[k] * static_cast<double>(n * n));
      range[1][k] = std::max(range[1][k], off[k] * static_cast<double>(n * n));
    }
  }
  for (std::size_t k = 0; k < 3; ++k) {
    const double low = range[0][k], high = range[1][k];
    BOOST_TEST((low > -most && high < most), k << ": " << low << " to " << high);
    BOOST_TEST(high - low < apart * std::abs(low + high) / 2 + 0.1,
               k << ": " << low << " to " << high);
  }
}

/// Between x < −0.31 and x > 0.47 in V = (x² − 1)², T = 0.25, in |x| < 2; q⁺ at 0.1.
Exact of_double_well() {
  const auto well = [](long double x) { return std::exp(-(x * x - 1) * (x * x - 1) / 0.25L); };
  const auto barrier = [&](long double x) { return 1 / well(x); };
  const long double a = -0.31L, b = 0.47L, whole = integral(barrier, a, b),
                    mass = integral(well, -2, 2);
  const long double last_a =
      integral(well, -2, a) +
      integral([&](long double x) { return well(x) * integral(barrier, x, b, 40) / whole; }, a, b);
  return {static_cast<double>(0.25L / (whole * mass)), static_cast<double>(last_a / mass),
          static_cast<double>(integral(barrier, a, 0.1L) / whole)};
}

const char* left_set = "x < -1";
const char* right_set = "x > 1";

} // namespace

BOOST_GLOBAL_FIXTURE(Mpi);

BOOST_AUTO_TEST_SUITE(committor)

BOOST_AUTO_TEST_CASE(of_pure_diffusion_is_linear_and_its_rate_exact) {
  // D = 1 in [−2, 2]×[−1, 1], uniform π = 1/8; sets end within cells, at cells' centres, and at
  // their faces. An edge is cut no nearer to its beginning than 1e-9 of it: where a set ends at a
  // cell's centre, rounding decides whether that cell is in the set.
  constexpr double rounding = 1e-9;
  const double ends[] = {-1, -1.03, -1.05, -0.97};
  for (const double a : ends) {
    const Solved s = solve_between(potential("0", "1"), box(-2, 2, -1, 1), {{40, 20}, 0},
                                   "x < " + std::to_string(a), "x > 1.0123");
    const double width = 1.0123 - a;
    BOOST_TEST(std::abs(s.rate() / (0.25 / width) - 1) < rounding);
    BOOST_TEST(std::abs(s.probability_a() - (2 + a + width / 2) / 4) < rounding);
    for (std::int32_t u = 0; u < s.chain.grid.unknowns(); ++u) {
      if (s.place[u] != Place::between)
        continue;
      const double exact = (s.chain.grid.centre(u).x - a) / width;
      BOOST_TEST(std::abs(static_cast<double>(std::exp(s.t.forward[u])) - exact) < rounding);
      BOOST_TEST(std::abs(static_cast<double>(std::exp(s.t.backward[u])) - (1 - exact)) < rounding);
    }
  }
}

BOOST_AUTO_TEST_CASE(between_sets_that_cut_cells_is_of_order_two) {
  const Exact exact = of_double_well();
  check_order_two(
      [](std::int64_t n) {
        return solve_between(potential("(x^2-1)^2", "0.25"), box(-2, 2, -1, 1), {{n, 16}, 0},
                             "x < -0.31", "x > 0.47");
      },
      {0.1, 0.03}, exact, 25, 0.25);
  check_order_two( // on cells turned against the sets
      [](std::int64_t n) {
        return solve_between(potential("(x^2-1)^2 + y^2", "0.25"), box(-2, 2, -2, 2),
                             square(n, 0.5), "x < -0.31", "x > 0.47");
      },
      {0.1, 0.03}, exact, 25, 0.8);
}

BOOST_AUTO_TEST_CASE(between_circles_is_of_order_two) {
  // q⁺ = log(r/a)/log(b/a), capacity 2π/log(b/a), in a box of area 9 with V = 0, D = 1
  const double a = 0.37, b = 1.13, length = std::log(b / a), pi = std::numbers::pi;
  const auto within = static_cast<double>( // ∫ r q⁻
      integral([&](long double r) { return r * std::log(b / r) / length; }, a, b));
  check_order_two(
      [](std::int64_t n) {
        return solve_between(potential("0", "1"), box(-1.5, 1.5, -1.5, 1.5), square(n),
                             "(x-0.1)^2 + (y-0.05)^2 < 0.37^2", "(x-0.1)^2 + (y-0.05)^2 > 1.13^2");
      },
      {0.52, 0.61},
      {2 * pi / length / 9, (pi * a * a + 2 * pi * within) / 9, std::log(0.7 / a) / length}, 4,
      0.3);
}

BOOST_AUTO_TEST_CASE(of_a_turning_drift_is_that_of_the_drift_at_rest) {
  // b = −θ + ω(−y, x), T = 0.3: all is radial, and the rate T/∫ e^{r²/2T}/r dr · 2π over the mass
  const long double T = 0.3L, a = 0.41L, b = 1.37L;
  const auto slope = [&](long double r) { return std::exp(r * r / (2 * T)) / r; };
  const long double whole = integral(slope, a, b);
  const auto last_a = [&](long double r) {
    return r / T * std::exp(-r * r / (2 * T)) * integral(slope, r, b, 40) / whole;
  };
  const Domain d = box(-4, 4, -4, 4);
  check_order_two(
      [&](std::int64_t n) {
        return solve_between(drift("-x - 0.7*y, 0.7*x - y", "0.3, 0, 0.3", d), d, square(n),
                             "x^2 + y^2 < 0.41^2", "x^2 + y^2 > 1.37^2");
      },
      {0.54, 0.72},
      {static_cast<double>(1 / whole),
       static_cast<double>(1 - std::exp(-a * a / (2 * T)) + integral(last_a, a, b)),
       static_cast<double>(integral(slope, a, 0.9L) / whole)},
      40, 0.5);
}

BOOST_AUTO_TEST_CASE(adds_up_to_one_both_ways_in_detailed_balance) {
  const Solved s = solve_between(potential("(x^2-1)^2 + y^2 + 0.3*x*y", "0.3"), box(-2, 2, -2, 2),
                                 square(40), "x < -0.63", "(x-0.9)^2 + y^2 < 0.1");
  for (std::size_t u = 0; u < s.place.size(); ++u)
    BOOST_REQUIRE(std::abs(static_cast<double>(std::exp(s.t.forward[u]) +
                                               std::exp(s.t.backward[u]) - 1)) < 1e-12);
}

BOOST_AUTO_TEST_CASE(flux_is_the_same_through_every_surface_without_detailed_balance) {
  const Domain d = box(-2, 2, -2, 2);
  const Problem p = drift("x - x^3 + 2*y, -y - 2*x", "0.2, 0, 0.2", d);
  const Solved s = solve_between(p, d, square(48), left_set, right_set);
  BOOST_TEST(s.t.flux_spread < 1e-10);
  // Inflow and outflow of the reactive current balance: equal numbers of transitions either way.
  const Solved back = solve_between(p, d, square(48), right_set, left_set);
  BOOST_TEST(std::abs(static_cast<double>(std::expm1(s.t.log_rate - back.t.log_rate))) < 1e-11);
  BOOST_TEST(std::abs(static_cast<double>(s.t.probability_a + back.t.probability_a - 1)) < 1e-11);
}

BOOST_AUTO_TEST_CASE(depends_smoothly_on_sets_even_where_drift_alone_moves) {
  // Kinetic: sets moved by shares of a cell change the numbers in proportion, without jumps.
  const Domain d = box(-2.2, 2.2, -2.6, 2.6);
  const Problem p = drift("y, x - x^3 - y", "0, 0, 0.3", d);
  std::array<double, 11> rate, last_a, forward;
  for (std::size_t k = 0; k < rate.size(); ++k) { // cells of 0.1, in steps of a fifth of one
    const Solved s =
        solve_between(p, d, {{44, 52}, 0},
                      "x < " + std::to_string(-0.513 + 0.02 * static_cast<double>(k)), "x > 0.53");
    rate[k] = s.rate(), last_a[k] = s.probability_a(), forward[k] = s.forward_at({0.1, 0.2});
  }
  for (const auto& v : {rate, last_a, forward}) {
    const double step = (v[10] - v[0]) / 10;
    for (std::size_t k = 0; k < 10; ++k)
      BOOST_TEST(std::abs((v[k + 1] - v[k]) / step - 1) < 1.5, v[k + 1] - v[k] << " of " << step);
  }
}

BOOST_AUTO_TEST_CASE(sets_that_touch_or_are_empty_are_refused) {
  const auto attempt = [&](const char* a, const char* b) {
    static_cast<void>(solve_between(potential("0", "1"), box(-2, 2, -1, 1), {{16, 8}, 0}, a, b));
  };
  BOOST_CHECK_THROW(attempt("x < 0", "x > 0"), BadInput);
  BOOST_CHECK_THROW(attempt("0.15 < x and x < 0.16", "x > 0.3"), BadInput); // along one edge
  BOOST_CHECK_THROW(attempt("x < 0", "x > 3"), BadInput);
  BOOST_CHECK_THROW(attempt("x < -3", "x > 0"), BadInput);
}

BOOST_AUTO_TEST_CASE(sets_thinner_than_a_cell_are_met_by_edges) {
  // A is a strip from −1.03 to −1.01 between centres at −1.05 and −0.95
  const Solved s = solve_between(potential("0", "1"), box(-2, 2, -1, 1), {{40, 20}, 0},
                                 "-1.03 < x and x < -1.01", "x > 1.01");
  BOOST_TEST(std::abs(s.rate() / (0.25 / 2.02) - 1) < 1e-12);
}

BOOST_AUTO_TEST_SUITE_END()
