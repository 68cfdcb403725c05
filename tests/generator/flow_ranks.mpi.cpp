// Jumps along a flow are the same on any number of ranks.
#define BOOST_TEST_MODULE flow_ranks
#include <boost/test/unit_test.hpp>

#include "shared/chains.hpp"

#include <algorithm>

using namespace escapade;
using namespace escapade::test;

BOOST_TEST_GLOBAL_FIXTURE(Mpi);

BOOST_AUTO_TEST_SUITE(flow_ranks)

BOOST_AUTO_TEST_CASE(the_rows_of_all_ranks_are_those_of_one) {
  const Domain d = box(-2.2, 2.2, -2.2, 2.2);
  const Problem p = drift("-x - 60*y, 60*x - y", "1, 0.2, 0.5", d);
  GridShape shape = square(48);
  shape.transport = Transport::flow;
  const Region exit = region("x^2 + y^2 > 4");
  const Chain spread = make_chain(MPI_COMM_WORLD, p, d, shape, exit, CutRule::shortley_weller);
  const Chain alone = make_chain(MPI_COMM_SELF, p, d, shape, exit, CutRule::shortley_weller);
  BOOST_REQUIRE((spread.flow && alone.flow));
  BOOST_TEST(spread.reach == alone.reach);
  const Generator &mine = spread.generator, &whole = alone.generator;
  BOOST_REQUIRE(mine.size == whole.size);
  BOOST_TEST(spread.flow->drift.size() == static_cast<std::size_t>(mine.rows()));
  for (std::int64_t r = 0; r < mine.rows(); ++r) {
    const std::int64_t u = mine.first + r;
    const std::int64_t begin = mine.row_start[r], there = whole.row_start[u];
    const std::int64_t count = mine.row_start[r + 1] - begin;
    BOOST_REQUIRE(count == whole.row_start[u + 1] - there);
    BOOST_TEST(std::equal(&mine.rate[begin], &mine.rate[begin] + count, &whole.rate[there]));
    BOOST_TEST(std::equal(&mine.column[begin], &mine.column[begin] + count, &whole.column[there]));
    BOOST_TEST(mine.killing[r] == whole.killing[u]);
  }
}

BOOST_AUTO_TEST_SUITE_END()
