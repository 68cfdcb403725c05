// The multilevel solver shared by ranks against elimination on one. Runs on 1, 2 and 3 ranks.
#define BOOST_TEST_MODULE multilevel_spread
#include "escapade/error.hpp"
#include "generator/distribute.hpp"
#include "shared/chains.hpp"
#include "solve/multilevel/multilevel.hpp"
#include "solve/solver.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <vector>

using namespace escapade;
using namespace escapade::test;

namespace {

/// A chain as the ranks share it, and all of it.
struct Shared {
  Chain part, whole;
};

Shared chain_of(const Problem& problem, const Domain& domain, const GridShape& shape,
                const Region& exit = {}) {
  return {make_chain(MPI_COMM_WORLD, problem, domain, shape, exit, CutRule::killing),
          make_chain(MPI_COMM_SELF, problem, domain, shape, exit, CutRule::killing)};
}

Lattice places(const Chain& chain) {
  const Grid& grid = *chain.grid.lattice();
  const Generator& rows = chain.generator;
  return {grid.cells[0], grid.cells[1], grid.places(rows.first, rows.first + rows.rows()),
          chain.reach};
}

MultilevelSolver shared_solver(const Generator& rows, const Lattice& lattice) {
  auto solver = MultilevelSolver::spread(MPI_COMM_WORLD, std::make_shared<Generator>(rows),
                                         {.lattice = &lattice, .tolerance = 1e-9});
  BOOST_TEST_REQUIRE(solver.has_value());
  return std::move(*solver);
}

MultilevelSolver shared_solver(const Chain& chain) {
  return shared_solver(chain.generator, places(chain));
}

GthSolver gth_of(const Chain& chain) {
  return GthSolver(chain.generator, {});
}

LogVector whole_of(const LogVector& part) {
  LogVector whole = gathered(MPI_COMM_WORLD, part);
  auto size = static_cast<std::int64_t>(whole.size());
  MPI_Bcast(&size, 1, MPI_INT64_T, 0, MPI_COMM_WORLD);
  whole.resize(size);
  MPI_Bcast(whole.data(), static_cast<int>(size), MPI_LONG_DOUBLE, 0, MPI_COMM_WORLD);
  return whole;
}

/// Largest difference of logarithms: relative errors of entries.
double deviation(const LogVector& part, const LogVector& whole) {
  const LogVector x = whole_of(part);
  BOOST_TEST_REQUIRE(x.size() == whole.size());
  long double most = 0;
  for (std::size_t i = 0; i < x.size(); ++i)
    if (!(x[i] == whole[i]))
      most = std::fmax(most, std::abs(x[i] - whole[i]));
  return static_cast<double>(most);
}

LogVector ones(const Chain& chain) {
  return LogVector(chain.generator.rows(), 0.0L);
}

Problem double_well(const std::string& T) {
  return potential("(x^2 - 1)^2/4 + y^2/2", T);
}

const Domain wells = box(-2, 2, -2, 2);

} // namespace

BOOST_TEST_GLOBAL_FIXTURE(Mpi);

BOOST_AUTO_TEST_SUITE(multilevel_spread)

BOOST_AUTO_TEST_CASE(stationary_masses_are_those_of_elimination) {
  for (const std::string T : {"0.05", "0.005"}) {
    const Shared chain = chain_of(double_well(T), wells, square(128));
    MultilevelSolver solver = shared_solver(chain.part);
    BOOST_TEST(deviation(solver.stationary(), gth_of(chain.whole).stationary()) < 1e-9);
  }
}

BOOST_AUTO_TEST_CASE(currents_and_oblique_noise) {
  const std::string b = "-2*x - 3*y, 3*x - y", d = "0.3, 0.1, 0.2";
  const Shared chain = chain_of(drift(b, d, box(-3, 3, -3, 3)), box(-3, 3, -3, 3), square(96));
  MultilevelSolver solver = shared_solver(chain.part);
  BOOST_TEST(deviation(solver.stationary(), gth_of(chain.whole).stationary()) < 1e-9);
}

// Blocks exchange over corners within a rank, not across borders.
BOOST_AUTO_TEST_CASE(strong_currents) {
  const Domain domain = box(-2, 2, -2, 2);
  const Shared chain =
      chain_of(drift("x - x^3 - 3*y, 3*x - y", "0.0083, 0, 0.0083", domain), domain, square(96));
  MultilevelSolver solver = shared_solver(chain.part);
  BOOST_TEST(deviation(solver.stationary(), gth_of(chain.whole).stationary()) < 1e-9);
  BOOST_TEST(solver.report().iterations <= 14);
}

// Eigenvalues 1 and 0.1 of the noise, turned by 30 degrees: edges reach over several cells.
BOOST_AUTO_TEST_CASE(noise_ten_times_stronger_in_an_oblique_direction) {
  const Domain domain = box(-2, 2, -2, 2);
  const Shared chain = chain_of(drift("x - x^3 - 0.5*y, x - y", "0.3875, 0.19486, 0.1625", domain),
                                domain, square(96));
  BOOST_TEST_REQUIRE(chain.whole.reach > 1);
  MultilevelSolver solver = shared_solver(chain.part);
  BOOST_TEST(deviation(solver.stationary(), gth_of(chain.whole).stationary()) < 1e-9);
}

BOOST_AUTO_TEST_CASE(a_cycle_contracts_as_on_one_rank) {
  const Shared chain = chain_of(double_well("0.01"), wells, square(256));
  MultilevelSolver shared = shared_solver(chain.part);
  shared.stationary();
  const Lattice lattice = places(chain.whole);
  MultilevelSolver alone(std::make_shared<Generator>(chain.whole.generator),
                         {.lattice = &lattice, .tolerance = 1e-9});
  alone.stationary();
  BOOST_TEST(shared.report().iterations <= alone.report().iterations + 1);
  const double work = shared.report().products;
  const double of_a_cycle =
      alone.report().products / static_cast<double>(alone.report().iterations);
  BOOST_TEST(work < alone.report().products + 1.01 * of_a_cycle);
}

BOOST_AUTO_TEST_CASE(noise_stronger_along_one_axis) {
  for (const std::string d : {"1, 0, 0.1", "0.1, 0, 1"}) {
    const Domain domain = box(-2, 2, -2, 2);
    const Shared chain = chain_of(drift("0.3*(x - x^3), -0.5*y", d, domain), domain, square(96));
    MultilevelSolver solver = shared_solver(chain.part);
    BOOST_TEST(deviation(solver.stationary(), gth_of(chain.whole).stationary()) < 1e-9);
  }
}

BOOST_AUTO_TEST_CASE(exit_times_and_visits) {
  const Shared chain = chain_of(double_well("0.02"), wells, square(120), region("x > 0.5"));
  MultilevelSolver solver = shared_solver(chain.part);
  GthSolver exact = gth_of(chain.whole);
  BOOST_TEST(deviation(solver.backward(ones(chain.part)), exact.backward(ones(chain.whole))) <
             1e-9);
  BOOST_TEST(deviation(solver.forward(ones(chain.part)), exact.forward(ones(chain.whole))) < 1e-9);
}

BOOST_AUTO_TEST_CASE(periodic_sides) {
  using enum Boundary;
  for (const auto& [along_x, along_y] :
       {std::pair{periodic, reflecting}, std::pair{reflecting, periodic},
        std::pair{periodic, periodic}}) {
    const Domain domain = box(0, 2 * 3.14159265358979, 0, 2 * 3.14159265358979, along_x, along_y);
    const Shared chain = chain_of(drift("sin(x) + 0.3, sin(y) - 0.4*cos(x)", "0.2, 0, 0.2", domain),
                                  domain, square(96));
    MultilevelSolver solver = shared_solver(chain.part);
    BOOST_TEST(deviation(solver.stationary(), gth_of(chain.whole).stationary()) < 1e-9);
  }
}

BOOST_AUTO_TEST_CASE(turned_frames_and_holes) {
  const Shared turned = chain_of(double_well("0.1"), wells, square(100, 0.5));
  MultilevelSolver solver = shared_solver(turned.part);
  BOOST_TEST(deviation(solver.stationary(), gth_of(turned.whole).stationary()) < 1e-9);
  const Shared ring = chain_of(double_well("0.1"), wells, square(96), region("x^2 + y^2 < 0.16"));
  MultilevelSolver around = shared_solver(ring.part);
  BOOST_TEST(deviation(around.backward(ones(ring.part)),
                       gth_of(ring.whole).backward(ones(ring.whole))) < 1e-9);
}

// Rates of about 1, and from each cell none to the cell before its own place in a row or column
// where a pattern of 5 says so.
BOOST_AUTO_TEST_CASE(edges_that_lead_one_way) {
  constexpr std::int64_t n = 48;
  Generator whole;
  whole.size = n * n;
  Lattice lattice{n, n, {}, 1};
  for (std::int64_t c = 0; c < n * n; ++c) {
    const std::int64_t i = c % n, j = c / n;
    const auto add = [&](std::int64_t to, bool open, double w) {
      if (!open)
        return;
      whole.column.push_back(static_cast<std::int32_t>(to));
      whole.rate.push_back(w);
    };
    const double w = 1 + 0.3 * std::sin(static_cast<double>(3 * i + 7 * j));
    add(c - n, j > 0 && (2 * i + j) % 5 != 0, w);
    add(c - 1, i > 0 && (i + 3 * j) % 5 != 0, 1 / w);
    add(c + 1, i + 1 < n, 1.1);
    add(c + n, j + 1 < n, 0.9 * w);
    whole.row_start.push_back(static_cast<std::int64_t>(whole.column.size()));
    whole.killing.push_back(0);
    lattice.position.push_back(c);
  }
  const Lattice own{n, n, share(lattice.position, 2 * n), 1};
  MultilevelSolver solver = shared_solver(share(whole, 2 * n), own);
  BOOST_TEST(deviation(solver.stationary(), GthSolver(whole, {}).stationary()) < 1e-9);
}

BOOST_AUTO_TEST_CASE(the_common_solver_shares_it) {
  const Shared chain = chain_of(double_well("0.05"), wells, square(96));
  const Lattice own = places(chain.part);
  Solver solver(MPI_COMM_WORLD, chain.part.generator,
                {.kind = SolverKind::multilevel, .tolerance = 1e-9, .lattice = &own});
  BOOST_TEST(deviation(solver.stationary(), gth_of(chain.whole).stationary()) < 1e-9);
  const SolverReport report = solver.report();
  BOOST_TEST(report.kind == "multilevel");
  BOOST_TEST(report.notices.empty());
  BOOST_TEST(report.products > 10);
  BOOST_TEST(report.memory_bytes > 100 * chain.whole.generator.size);
}

BOOST_AUTO_TEST_CASE(guesses_save_cycles) {
  const Shared chain = chain_of(double_well("0.02"), wells, square(120), region("x > 0.5"));
  MultilevelSolver plain = shared_solver(chain.part);
  const LogVector tau = plain.backward(ones(chain.part));
  MultilevelSolver guided = shared_solver(chain.part);
  std::vector<double> masses = plain.masses(), times(tau.begin(), tau.end());
  for (std::size_t i = 0; i < times.size(); ++i) {
    masses[i] += 1e-7 * std::sin(static_cast<double>(i));
    times[i] += 1e-7 * std::cos(static_cast<double>(i));
  }
  guided.guess_masses(masses);
  guided.guess(times);
  const LogVector again = guided.backward(ones(chain.part));
  BOOST_TEST(deviation(again, whole_of(tau)) < 1e-9);
  BOOST_TEST(guided.report().iterations < plain.report().iterations);
  // Not a number on one rank alone: no guess for any.
  MultilevelSolver spoilt = shared_solver(chain.part);
  if (rank_of_self() == ranks() - 1)
    masses[0] = std::nan("");
  spoilt.guess_masses(masses);
  BOOST_TEST(deviation(spoilt.backward(ones(chain.part)), whole_of(tau)) < 1e-9);
}

BOOST_AUTO_TEST_CASE(too_few_rows_are_solved_on_the_first_rank) {
  const GridShape flat{{400, ranks() > 1 ? 3 * ranks() : 5}, 0};
  const Shared chain = chain_of(double_well("0.05"), wells, flat);
  const Lattice own = places(chain.part);
  Solver solver(MPI_COMM_WORLD, chain.part.generator,
                {.kind = SolverKind::multilevel, .tolerance = 1e-9, .lattice = &own});
  BOOST_TEST(deviation(solver.stationary(), gth_of(chain.whole).stationary()) < 1e-9);
  BOOST_TEST(solver.report().notices.empty() == (ranks() == 1));
}

BOOST_AUTO_TEST_CASE(a_wrong_lattice_of_one_rank_is_refused_by_all) {
  const Shared chain = chain_of(double_well("0.05"), wells, square(64));
  Lattice own = places(chain.part);
  if (rank_of_self() == ranks() - 1)
    own.position.back() = 64 * 64;
  BOOST_CHECK_THROW(MultilevelSolver::spread(MPI_COMM_WORLD,
                                             std::make_shared<Generator>(chain.part.generator),
                                             {.lattice = &own}),
                    BadInput);
}

BOOST_AUTO_TEST_CASE(too_few_cycles_are_not_trusted_on_any_rank) {
  const Shared chain = chain_of(double_well("0.05"), wells, square(96));
  const Lattice own = places(chain.part);
  auto solver =
      MultilevelSolver::spread(MPI_COMM_WORLD, std::make_shared<Generator>(chain.part.generator),
                               {.lattice = &own, .tolerance = 1e-9, .cycles = 1});
  BOOST_TEST_REQUIRE(solver.has_value());
  BOOST_CHECK_THROW(solver->stationary(), NotTrusted);
}

BOOST_AUTO_TEST_SUITE_END()
