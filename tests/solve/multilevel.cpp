#define BOOST_TEST_MODULE multilevel
#include "solve/multilevel/multilevel.hpp"

#include "escapade/error.hpp"
#include "shared/chains.hpp"
#include "solve/solver.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>
#include <functional>
#include <memory>
#include <string>
#include <vector>

using namespace escapade;
using namespace escapade::test;

namespace {

Lattice places(const Chain& chain) {
  const Grid& grid = *chain.grid.lattice();
  return {grid.cells[0], grid.cells[1], grid.places(0, grid.unknowns()), chain.reach};
}

MultilevelSolver multilevel_of(const Chain& chain, double tolerance = 1e-9, int cycles = 40) {
  const Lattice lattice = places(chain);
  return MultilevelSolver(std::make_shared<Generator>(chain.generator),
                          {.lattice = &lattice, .tolerance = tolerance, .cycles = cycles});
}

/// Largest difference of logarithms: relative errors of entries.
double deviation(const LogVector& x, const LogVector& y) {
  BOOST_TEST_REQUIRE(x.size() == y.size());
  long double most = 0;
  for (std::size_t i = 0; i < x.size(); ++i)
    if (!(x[i] == y[i])) // −inf where both are
      most = std::fmax(most, std::abs(x[i] - y[i]));
  return static_cast<double>(most);
}

LogVector ones(const Chain& chain) {
  return LogVector(chain.generator.rows(), 0.0L);
}

/// The mean contraction of the changes below 1e-2 and above rounding.
double contraction(const std::vector<double>& changes) {
  double log_sum = 0;
  int count = 0;
  for (std::size_t c = 1; c < changes.size(); ++c)
    if (changes[c - 1] < 1e-2 && changes[c] > 1e-12) {
      log_sum += std::log(changes[c] / changes[c - 1]);
      ++count;
    }
  BOOST_TEST_REQUIRE(count >= 3);
  return std::exp(log_sum / count);
}

/// Barrier 1/(4T) between wells at x = ±1.
Problem double_well(const std::string& T) {
  return potential("(x^2 - 1)^2/4 + y^2/2", T);
}

const Domain wells = box(-2, 2, -2, 2);
const std::string oblique_drift = "-2*x - 3*y, 3*x - y";
const std::string oblique_noise = "0.3, 0.1, 0.2";

} // namespace

BOOST_TEST_GLOBAL_FIXTURE(Mpi);

BOOST_AUTO_TEST_SUITE(multilevel)

// T = 1/(4 · barrier); the range of −log π is 17 times the barrier.
BOOST_AUTO_TEST_CASE(stationary_masses_of_a_double_well_are_those_of_elimination) {
  for (const std::string T : {"0.05", "0.0125", "0.0025"}) { // barriers 5, 20 and 100
    BOOST_TEST_CONTEXT("temperature " << T) {
      const Chain chain = closed_chain(double_well(T), wells, square(80));
      MultilevelSolver solver = multilevel_of(chain, 1e-8);
      BOOST_TEST(deviation(solver.stationary(), stationary_of(chain)) < 1e-11);
    }
  }
}

// Barrier 400: log π falls by 6800 over the box, by more than 700 over an eighth of it.
BOOST_AUTO_TEST_CASE(coarsening_stops_where_a_cell_would_be_too_steep) {
  const Chain chain = closed_chain(double_well("0.000625"), wells, square(100));
  MultilevelSolver solver = multilevel_of(chain, 1e-8);
  BOOST_TEST(deviation(solver.stationary(), stationary_of(chain)) < 1e-10);
}

BOOST_AUTO_TEST_CASE(exit_times_beyond_e_200_are_those_of_elimination) {
  for (const std::string T : {"0.05", "0.005", "0.00125"}) { // barriers 5, 50 and 200
    BOOST_TEST_CONTEXT("temperature " << T) {
      const Chain chain = leaving_chain(double_well(T), wells, square(80), "x > 0.3");
      const LogVector exact = GthSolver(chain.generator, {}).backward(ones(chain));
      MultilevelSolver solver = multilevel_of(chain, 1e-8);
      BOOST_TEST(deviation(solver.backward(ones(chain)), exact) < 1e-10);
    }
  }
}

BOOST_AUTO_TEST_CASE(currents_do_not_slow_it_down) {
  const Domain around = box(-3, 3, -3, 3);
  for (const std::int64_t n : {60, 120}) {
    const Chain chain =
        closed_chain(drift("-x - 2*y, 2*x - y", "0.3, 0, 0.3", around), around, square(n));
    MultilevelSolver solver = multilevel_of(chain, 1e-8);
    BOOST_TEST(deviation(solver.stationary(), stationary_of(chain)) < 1e-10);
    BOOST_TEST(contraction(solver.changes()) < 0.15);
  }
}

BOOST_AUTO_TEST_CASE(correlated_noise_and_oblique_drift) {
  const Domain around = box(-3, 3, -3, 3);
  const Chain chain = closed_chain(drift(oblique_drift, oblique_noise, around), around, square(90));
  MultilevelSolver solver = multilevel_of(chain, 1e-8);
  BOOST_TEST(deviation(solver.stationary(), stationary_of(chain)) < 1e-10);
}

// Three times as fast around as down: with blocks that exchange along the axes only, a cycle
// contracts by 0.3 to 0.5.
BOOST_AUTO_TEST_CASE(strong_currents) {
  const Domain around = box(-2, 2, -2, 2);
  for (const std::string noise : {"0.0083, 0, 0.0083", "0.00125, 0, 0.00125"}) // barriers 30, 200
    for (const std::int64_t n : {96, 192})
      BOOST_TEST_CONTEXT("noise " << noise << ", " << n << " cells a side") {
        const Chain chain =
            closed_chain(drift("x - x^3 - 3*y, 3*x - y", noise, around), around, square(n));
        MultilevelSolver solver = multilevel_of(chain, 1e-8);
        BOOST_TEST(deviation(solver.stationary(), stationary_of(chain)) < 1e-10);
        BOOST_TEST(contraction(solver.changes()) < 0.12);
        BOOST_TEST(solver.report().iterations <= 12);
        BOOST_TEST(solver.report().memory_bytes < 160 * chain.generator.rows());
      }
}

// Ten times as strong along a direction of 30, 45 or 100 degrees: edges lead over up to two cells.
BOOST_AUTO_TEST_CASE(noise_oblique_to_the_grid) {
  const Domain around = box(-2, 2, -2, 2);
  const auto turned = [](double degrees) {
    const double a = 0.08, b = 0.008, t = degrees * M_PI / 180, c = std::cos(t), s = std::sin(t);
    const auto text = [](double value) { return std::to_string(value); };
    return text(a * c * c + b * s * s) + ", " + text((a - b) * c * s) + ", " +
           text(a * s * s + b * c * c);
  };
  for (const double degrees : {30.0, 45.0, 100.0})
    for (const std::int64_t n : {64, 128})
      BOOST_TEST_CONTEXT("turned by " << degrees << " degrees, " << n << " cells a side") {
        const Chain chain = closed_chain(
            drift("x - x^3 - 0.7*y, 0.7*x - y", turned(degrees), around), around, square(n));
        MultilevelSolver solver = multilevel_of(chain, 1e-8);
        BOOST_TEST(deviation(solver.stationary(), stationary_of(chain)) < 1e-10);
        BOOST_TEST(contraction(solver.changes()) < 0.4);
        BOOST_TEST(solver.report().memory_bytes < 200 * chain.generator.rows());
      }
}

// Wide edges at a steep wall, around a hole in a turned grid and through a periodic side.
BOOST_AUTO_TEST_CASE(oblique_noise_where_cells_are_missing) {
  const std::string noise = "0.06, 0.03, 0.026";
  const Domain around = box(-2, 2, -2, 2);
  const Chain steep =
      closed_chain(drift("x - x^3, -y", "0.006, 0.003, 0.0026", around), around, square(90));
  MultilevelSolver still = multilevel_of(steep, 1e-8);
  BOOST_TEST(deviation(still.stationary(), stationary_of(steep)) < 1e-10);

  const Chain leaving = leaving_chain(drift("x - x^3 - y, x - y", noise, around), around,
                                      square(70, -0.7), "x^2 + y^2 < 0.3");
  MultilevelSolver solver = multilevel_of(leaving, 1e-8);
  const LogVector exact = GthSolver(leaving.generator, {}).backward(ones(leaving));
  BOOST_TEST(deviation(solver.backward(ones(leaving)), exact) < 1e-10);

  const Domain ring = box(0, 1, -1, 1, Boundary::periodic, Boundary::reflecting);
  const Chain around_it =
      closed_chain(drift("0.5 + 0.3*cos(6.283185307179586*x), -y", noise, ring), ring, square(64));
  MultilevelSolver going = multilevel_of(around_it, 1e-8);
  BOOST_TEST(deviation(going.stationary(), stationary_of(around_it)) < 1e-10);
}

BOOST_AUTO_TEST_CASE(noise_stronger_along_one_axis) {
  const Domain around = box(-2, 2, -2, 2);
  for (const std::string noise : {"0.3, 0, 0.03", "0.01, 0, 1"})
    for (const std::int64_t n : {60, 120})
      BOOST_TEST_CONTEXT("noise " << noise << ", " << n << " cells a side") {
        const Chain chain =
            closed_chain(drift("x - x^3 - 0.7*y, 0.7*x - y", noise, around), around, square(n));
        MultilevelSolver solver = multilevel_of(chain, 1e-8);
        BOOST_TEST(deviation(solver.stationary(), stationary_of(chain)) < 1e-10);
        BOOST_TEST(contraction(solver.changes()) < 0.3);
      }
}

// The chain without its killing then falls into parts.
BOOST_AUTO_TEST_CASE(an_exit_that_separates_the_wells) {
  const Chain chain = leaving_chain(double_well("0.02"), wells, square(64), "x^2 < 0.16");
  MultilevelSolver solver = multilevel_of(chain, 1e-8);
  const LogVector exact = GthSolver(chain.generator, {}).backward(ones(chain));
  BOOST_TEST(deviation(solver.backward(ones(chain)), exact) < 1e-10);
}

// Cells outside of a turned box, and a round hole that absorbs.
BOOST_AUTO_TEST_CASE(lattices_with_holes) {
  const Domain around = box(-2, 2, -2, 2);
  const Problem problem = drift("x - x^3 - y, x - y", "0.2, 0, 0.2", around);
  const Chain closed = closed_chain(problem, around, square(70, 0.4));
  MultilevelSolver still = multilevel_of(closed, 1e-8);
  BOOST_TEST(deviation(still.stationary(), stationary_of(closed)) < 1e-10);

  const Chain leaving = leaving_chain(problem, around, square(70, 0.4), "x^2 + y^2 < 0.3");
  GthSolver exact(leaving.generator, {});
  MultilevelSolver solver = multilevel_of(leaving, 1e-8);
  BOOST_TEST(deviation(solver.backward(ones(leaving)), exact.backward(ones(leaving))) < 1e-10);
  BOOST_TEST(deviation(solver.forward(ones(leaving)), exact.forward(ones(leaving))) < 1e-10);
}

// The rates are kept in the level that is solved, turned round and scaled for each kind of solve.
BOOST_AUTO_TEST_CASE(solves_in_turns_keep_the_rates) {
  const Domain around = box(-2, 2, -2, 2);
  const Chain leaving = leaving_chain(drift("x - x^3 - y, x - y", "0.03, 0.01, 0.02", around),
                                      around, square(60), "x > 1.4 or y > 1.2");
  GthSolver exact(leaving.generator, {});
  const LogVector back = exact.backward(ones(leaving)), forth = exact.forward(ones(leaving));
  MultilevelSolver solver = multilevel_of(leaving, 1e-8);
  for (int turn = 0; turn < 2; ++turn) {
    BOOST_TEST(deviation(solver.forward(ones(leaving)), forth) < 1e-10);
    BOOST_TEST(deviation(solver.backward(ones(leaving)), back) < 1e-10);
    BOOST_TEST(deviation(solver.backward(back), exact.backward(back)) < 1e-10);
  }
}

BOOST_AUTO_TEST_CASE(exit_probabilities_and_second_moments) {
  const Chain chain = leaving_chain(double_well("0.03"), wells, square(64), "x > 1.4 or y > 1.2");
  GthSolver exact(chain.generator, {});
  MultilevelSolver solver = multilevel_of(chain, 1e-8);
  LogVector into(chain.generator.rows(), -INFINITY);
  for (const PartKilling& p : chain.generator.part_killing)
    if (p.part == 0)
      into[p.row] = std::log(static_cast<long double>(p.rate));
  BOOST_TEST(deviation(solver.backward(into), exact.backward(into)) < 1e-10);
  const LogVector mean = exact.backward(ones(chain));
  BOOST_TEST(deviation(solver.backward(mean), exact.backward(mean)) < 1e-10);
  const LogVector nothing(chain.generator.rows(), -INFINITY);
  BOOST_TEST(deviation(solver.backward(nothing), nothing) == 0);
}

BOOST_AUTO_TEST_CASE(a_periodic_side) {
  const Domain ring = box(0, 1, -1, 1, Boundary::periodic, Boundary::reflecting);
  const Chain chain = closed_chain(
      drift("0.5 + 0.3*cos(6.283185307179586*x), -y", "0.1, 0, 0.1", ring), ring, square(64));
  MultilevelSolver solver = multilevel_of(chain, 1e-8);
  BOOST_TEST(deviation(solver.stationary(), stationary_of(chain)) < 1e-10);
  BOOST_TEST(contraction(solver.changes()) < 0.2);
}

// Around the upper side, neighbours' numbers are further apart than 2 bytes can say.
BOOST_AUTO_TEST_CASE(a_periodic_side_of_many_cells) {
  const Domain ring = box(-1, 1, 0, 1, Boundary::reflecting, Boundary::periodic);
  const Chain chain = closed_chain(
      drift("-x, 0.5 + 0.3*cos(6.283185307179586*y)", "0.1, 0, 0.1", ring), ring, square(190));
  MultilevelSolver solver = multilevel_of(chain, 1e-6);
  BOOST_TEST(deviation(solver.stationary(), stationary_of(chain)) < 1e-9);
}

BOOST_AUTO_TEST_CASE(memory_is_below_200_bytes_a_cell) {
  const auto bytes = [](const MultilevelSolver& solver, const Chain& chain) {
    return static_cast<double>(solver.report().memory_bytes) /
           static_cast<double>(chain.generator.rows());
  };
  const Chain even = closed_chain(double_well("0.05"), wells, square(128));
  MultilevelSolver still = multilevel_of(even, 1e-6);
  still.stationary();
  BOOST_TEST(bytes(still, even) < 130);
  const Chain leaving = leaving_chain(double_well("0.05"), wells, square(128), "x > 0");
  MultilevelSolver solver = multilevel_of(leaving, 1e-6);
  solver.backward(ones(leaving));
  BOOST_TEST(bytes(solver, leaving) < 160);
  // Noise along one axis keeps more coarse cells.
  const Domain around = box(-2, 2, -2, 2);
  for (const std::string noise : {"0.08, 0, 0.008", "0.25, 0, 0.0025"}) {
    const Chain uneven =
        leaving_chain(drift("x - x^3, -y", noise, around), around, square(128), "x > 0");
    MultilevelSolver other = multilevel_of(uneven, 1e-6);
    other.backward(ones(uneven));
    BOOST_TEST(bytes(other, uneven) < 200);
  }
}

BOOST_AUTO_TEST_CASE(contraction_does_not_depend_on_the_grid) {
  for (const std::int64_t n : {64, 128, 256})
    BOOST_TEST_CONTEXT(n << " cells a side") {
      const Chain chain = closed_chain(double_well("0.05"), wells, square(n));
      MultilevelSolver solver = multilevel_of(chain, 1e-8);
      solver.stationary();
      BOOST_TEST(contraction(solver.changes()) < 0.15);
      BOOST_TEST(solver.report().products < 150);
    }
}

// A well is as wide as two or three cells, and outside the drift over a cell is many times the
// noise: sweeps must run with the drift, from whatever quarter it comes.
BOOST_AUTO_TEST_CASE(every_cycle_contracts_at_barriers_of_200) {
  const auto each_is_small = [](const std::vector<double>& changes) {
    for (std::size_t c = 1; c < changes.size(); ++c)
      if (changes[c - 1] < 1e-2 && changes[c] > 1e-12)
        BOOST_TEST(changes[c] / changes[c - 1] < 0.05);
  };
  const Chain closed = closed_chain(double_well("0.00125"), wells, square(256));
  MultilevelSolver still = multilevel_of(closed, 1e-8);
  still.stationary();
  each_is_small(still.changes());
  const Chain leaving = leaving_chain(double_well("0.00125"), wells, square(192), "x > 0");
  MultilevelSolver solver = multilevel_of(leaving, 1e-8);
  solver.backward(ones(leaving));
  each_is_small(solver.changes());
}

BOOST_AUTO_TEST_CASE(a_good_first_guess_saves_cycles_and_changes_no_answer) {
  const auto about = [](const LogVector& x) { // off by a thousandth here and there, and a constant
    std::vector<double> guess;
    for (const long double value : x)
      guess.push_back(static_cast<double>(value) +
                      1e-3 * std::sin(1e-3 * static_cast<double>(guess.size())));
    return guess;
  };
  const auto moved = [](std::vector<double> x) {
    for (double& value : x)
      value += 17;
    return x;
  };
  const Chain closed = closed_chain(double_well("0.02"), wells, square(96));
  const LogVector pi = stationary_of(closed);
  MultilevelSolver alone = multilevel_of(closed, 1e-8), guided = multilevel_of(closed, 1e-8);
  BOOST_TEST(deviation(alone.stationary(), pi) < 1e-11);
  guided.guess_masses(moved(about(pi)));
  BOOST_TEST(deviation(guided.stationary(), pi) < 1e-11);
  BOOST_TEST(guided.report().products < 0.9 * alone.report().products);

  const Chain leaving = leaving_chain(double_well("0.02"), wells, square(96), "x > 0.3");
  const LogVector tau = GthSolver(leaving.generator, {}).backward(ones(leaving));
  MultilevelSolver slow = multilevel_of(leaving, 1e-8), quick = multilevel_of(leaving, 1e-8);
  BOOST_TEST(deviation(slow.backward(ones(leaving)), tau) < 1e-10);
  quick.guess_masses(moved(slow.masses()));
  quick.guess(about(tau));
  BOOST_TEST(deviation(quick.backward(ones(leaving)), tau) < 1e-10);
  BOOST_TEST(quick.report().products < 0.9 * slow.report().products);
  quick.guess(about(tau)); // of the right order, that is all
  const LogVector mu = GthSolver(leaving.generator, {}).forward(ones(leaving));
  BOOST_TEST(deviation(quick.forward(ones(leaving)), mu) < 1e-10);
}

BOOST_AUTO_TEST_CASE(a_wrong_first_guess_changes_no_answer) {
  const Chain closed = closed_chain(double_well("0.02"), wells, square(64));
  const Chain leaving = leaving_chain(double_well("0.02"), wells, square(64), "x > 0.3");
  const LogVector pi = stationary_of(closed);
  const LogVector tau = GthSolver(leaving.generator, {}).backward(ones(leaving));
  const std::vector<std::pair<std::string, std::function<double(std::size_t)>>> guesses{
      {"nothing", [](std::size_t) { return 0.0; }},
      {"the opposite", [&](std::size_t i) { return -static_cast<double>(pi[i]); }},
      {"the wrong well", [](std::size_t i) { return i % 64 < 32 ? 0.0 : 250.0; }},
      {"a cliff", [](std::size_t i) { return i % 64 < 32 ? 0.0 : 450.0; }},
      {"rough", [](std::size_t i) { return 40 * std::sin(1e4 * static_cast<double>(i)); }},
      {"beyond range", [](std::size_t i) { return i % 2 == 0 ? -900.0 : 900.0; }},
      {"no number", [](std::size_t i) { return i == 1000 ? std::nan("") : 0.0; }},
      {"empty cells", [](std::size_t i) { return i == 1000 ? -INFINITY : 0.0; }}};
  for (const auto& [name, f] : guesses)
    BOOST_TEST_CONTEXT(name) {
      const auto guess = [&, &f = f](const Chain& chain) {
        std::vector<double> x;
        for (std::size_t i = 0; i < static_cast<std::size_t>(chain.generator.rows()); ++i)
          x.push_back(f(i));
        return x;
      };
      MultilevelSolver still = multilevel_of(closed, 1e-8);
      still.guess_masses(guess(closed));
      BOOST_TEST(deviation(still.stationary(), pi) < 1e-10);
      MultilevelSolver solver = multilevel_of(leaving, 1e-8);
      solver.guess_masses(guess(leaving));
      solver.guess(guess(leaving));
      BOOST_TEST(deviation(solver.backward(ones(leaving)), tau) < 1e-10);
    }
  // No answer comes of this one in as many cycles as are enough from the start.
  MultilevelSolver alone = multilevel_of(closed, 1e-12);
  alone.stationary();
  MultilevelSolver anew = multilevel_of(closed, 1e-12, static_cast<int>(alone.report().iterations));
  std::vector<double> opposite;
  for (const long double l : pi)
    opposite.push_back(-static_cast<double>(l));
  anew.guess_masses(opposite);
  BOOST_TEST(deviation(anew.stationary(), pi) < 1e-10);
  BOOST_TEST(anew.report().iterations == 2 * alone.report().iterations);
  MultilevelSolver other = multilevel_of(closed, 1e-8);
  other.guess_masses({1, 2, 3});
  BOOST_TEST(deviation(other.stationary(), pi) < 1e-10);
}

BOOST_AUTO_TEST_CASE(chains_too_small_to_coarsen) {
  const Chain chain = closed_chain(double_well("0.1"), wells, square(3));
  MultilevelSolver solver = multilevel_of(chain);
  BOOST_TEST(deviation(solver.stationary(), stationary_of(chain)) < 1e-13);
}

BOOST_AUTO_TEST_CASE(too_few_cycles_are_not_trusted) {
  const Chain chain = closed_chain(double_well("0.05"), wells, square(64));
  MultilevelSolver solver = multilevel_of(chain, 1e-9, 1);
  BOOST_CHECK_THROW(solver.stationary(), NotTrusted);
}

BOOST_AUTO_TEST_CASE(refusals) {
  const Chain closed = closed_chain(double_well("0.05"), wells, square(20));
  const auto rows = std::make_shared<Generator>(closed.generator);
  BOOST_CHECK_THROW(MultilevelSolver(rows, {}), BadInput);
  Lattice lattice = places(closed);
  BOOST_CHECK_THROW(MultilevelSolver(rows, {.lattice = &lattice, .tolerance = 0}), BadInput);
  lattice.position.pop_back();
  BOOST_CHECK_THROW(MultilevelSolver(rows, {.lattice = &lattice}), BadInput);
  BOOST_CHECK_THROW(multilevel_of(closed).backward(ones(closed)), BadInput);
  BOOST_CHECK_THROW(multilevel_of(closed).forward(ones(closed)), BadInput);
  const Chain leaving = leaving_chain(double_well("0.05"), wells, square(20), "x > 0");
  BOOST_CHECK_THROW(multilevel_of(leaving).stationary(), BadInput);
  BOOST_CHECK_THROW(multilevel_of(leaving).backward({0.0L}), BadInput);
}

BOOST_AUTO_TEST_CASE(the_common_solver_says_what_was_done) {
  const Chain chain = leaving_chain(double_well("0.05"), wells, square(40), "x > 0");
  const Lattice lattice = places(chain);
  Solver solver(MPI_COMM_WORLD, chain.generator,
                {.kind = SolverKind::multilevel, .lattice = &lattice});
  const LogVector exact = GthSolver(chain.generator, {}).backward(ones(chain));
  BOOST_TEST(deviation(solver.backward(ones(chain)), exact) < 1e-8);
  const SolverReport report = solver.report();
  BOOST_TEST(report.kind == "multilevel");
  BOOST_TEST(report.iterations > 5);
  BOOST_TEST(report.products > 50);
  BOOST_TEST(report.certificate > 0);
  BOOST_TEST(report.certificate < 1e-6);
  BOOST_TEST(report.memory_bytes > 0);
}

BOOST_AUTO_TEST_SUITE_END()
