// A chain that is spread over ranks. Runs on 1, 2 and 3 ranks.
#define BOOST_TEST_MODULE distribute
#include "generator/distribute.hpp"

#include "escapade/error.hpp"
#include "shared/ranks.hpp"

#include <boost/test/unit_test.hpp>

#include <set>

using namespace escapade;
using namespace escapade::test;

BOOST_TEST_GLOBAL_FIXTURE(Mpi);

namespace {

/// Jumps around a ring, one way further than the other, all of different rates; two exits.
Generator ring(std::int32_t n) {
  Generator chain;
  chain.size = n;
  for (std::int32_t x = 0; x < n; ++x) {
    for (std::int32_t y : std::set{(x + 1) % n, (x + 3) % n, (x + n - 1) % n}) {
      chain.column.push_back(y);
      chain.rate.push_back(1 + 0.125 * static_cast<double>(chain.rate.size()));
    }
    chain.row_start.push_back(std::ssize(chain.column));
    chain.killing.push_back(x == 3 ? 1.5 : x == n - 2 ? 2.5 : 0);
  }
  chain.part_killing = {{3, 1, 1.5}, {n - 2, 0, 2.5}};
  return chain;
}

} // namespace

BOOST_AUTO_TEST_SUITE(distribute)

BOOST_AUTO_TEST_CASE(gathering_gives_back_what_was_shared) {
  const Generator whole = ring(35);
  const Generator again = gathered(MPI_COMM_WORLD, share(whole));
  BOOST_TEST(again.size == whole.size);
  if (rank_of_self() == 0) {
    BOOST_TEST(again.first == 0);
    BOOST_TEST(again.row_start == whole.row_start);
    BOOST_TEST(again.column == whole.column);
    BOOST_TEST(again.rate == whole.rate);
    BOOST_TEST(again.killing == whole.killing);
    BOOST_REQUIRE(again.part_killing.size() == 2u);
    BOOST_TEST(again.part_killing[1].row == 33);
    BOOST_TEST(again.part_killing[1].rate == 2.5);
  } else {
    BOOST_TEST(again.rows() == 0);
  }
}

BOOST_AUTO_TEST_CASE(neighbours_on_other_ranks_are_seen) {
  const Generator mine = share(ring(36));
  const GhostExchange ghosts(MPI_COMM_WORLD, mine);
  std::vector<long double> x;
  for (std::int64_t i = 0; i < mine.rows(); ++i)
    x.push_back(static_cast<long double>(mine.first + i) + 0.5L);
  ghosts.update(x);
  for (std::size_t e = 0; e < mine.column.size(); ++e)
    BOOST_TEST(x[ghosts.column()[e]] == static_cast<long double>(mine.column[e]) + 0.5L);
}

BOOST_AUTO_TEST_CASE(transposing_twice_gives_back_the_rates) {
  const Generator mine = share(ring(30));
  const Generator once = transposed(MPI_COMM_WORLD, mine);
  const Generator twice = transposed(MPI_COMM_WORLD, once);
  BOOST_TEST(once.rate != mine.rate);
  BOOST_TEST(twice.row_start == mine.row_start);
  BOOST_TEST(twice.column == mine.column);
  BOOST_TEST(twice.rate == mine.rate);
}

BOOST_AUTO_TEST_CASE(rows_that_do_not_make_up_the_chain_are_refused_by_all) {
  Generator mine = share(ring(30));
  mine.size = 31;
  BOOST_CHECK_THROW(row_ranges(MPI_COMM_WORLD, mine), BadInput);
}

BOOST_AUTO_TEST_SUITE_END()
