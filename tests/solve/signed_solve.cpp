// Right sides of two signs, on a chain small enough to know by heart.
#define BOOST_TEST_MODULE signed_solve
#include <boost/test/unit_test.hpp>

#include "shared/ranks.hpp"
#include "solve/signed_solve.hpp"

#include <vector>

using namespace escapade;
using namespace escapade::test;

BOOST_GLOBAL_FIXTURE(Mpi);

namespace {

// 0 ⇄ 1 ⇄ 2 → out: rates 2 upwards, 3 downwards, killing 0.5 in cell 2.
Generator three_cells() {
  Generator chain;
  chain.size = 3;
  chain.row_start = {0, 1, 3, 4};
  chain.column = {1, 0, 2, 1};
  chain.rate = {2, 3, 2, 3};
  chain.killing = {0, 0, 0.5};
  chain.part_killing = {{2, 0, 0.5}};
  return chain;
}

} // namespace

BOOST_AUTO_TEST_SUITE(signed_solve)

// M u = f with u = (1, −2, 4), and M s = |f| with s = (148, 145, 130), by hand.
BOOST_AUTO_TEST_CASE(solves_for_both_signs_and_tells_what_cancels) {
  Solver solver(MPI_COMM_SELF, three_cells(), {});
  const SignedSolution u = solve_signed(Ranks(), solver, {6, -21, 20});
  const std::vector<long double> value{1, -2, 4}, size{148, 145, 130};
  for (std::size_t x = 0; x < 3; ++x) {
    BOOST_TEST(std::abs(u.value[x] - value[x]) < 1e-14L * size[x]);
    BOOST_TEST(std::abs(u.size[x] - size[x]) < 1e-14L * size[x]);
  }
}

BOOST_AUTO_TEST_CASE(nothing_comes_of_nothing) {
  Solver solver(MPI_COMM_SELF, three_cells(), {});
  const SignedSolution u = solve_signed(Ranks(), solver, {0, 0, 0});
  for (std::size_t x = 0; x < 3; ++x)
    BOOST_TEST((u.value[x] == 0 && u.size[x] == 0));
}

BOOST_AUTO_TEST_SUITE_END()
