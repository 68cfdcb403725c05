// Values of other ranks' cells, and numbers of all. Runs on 1, 2 and 3 ranks.
#define BOOST_TEST_MODULE ghosts
#include "parallel/ghosts.hpp"

#include "parallel/rows.hpp"
#include "shared/ranks.hpp"

#include <boost/test/unit_test.hpp>

using namespace escapade;
using namespace escapade::test;

BOOST_TEST_GLOBAL_FIXTURE(Mpi);

BOOST_AUTO_TEST_SUITE(ghosts)

BOOST_AUTO_TEST_CASE(values_of_any_type_come_from_their_owners) {
  struct Pair {
    double a;
    std::int32_t b;
  };
  // the second of several ranks holds nothing
  const std::int64_t own = ranks() > 1 && rank_of_self() == 1 ? 0 : 10;
  const Ranks all(MPI_COMM_WORLD);
  const auto firsts = firsts_of_ranks(all, own);
  const auto n = static_cast<std::int32_t>(firsts.back());
  const auto first = static_cast<std::int32_t>(firsts[all.rank()]);
  const std::vector<std::int32_t> wanted{n - 1, 0, n / 2, 0, n - 1};
  const Ghosts around(MPI_COMM_WORLD, firsts, wanted);
  std::vector<Pair> x;
  for (std::int32_t k = 0; k < own; ++k)
    x.push_back({0.5 * (first + k), first + k});
  around.update(x);
  BOOST_TEST(std::ssize(x) == around.rows() + around.ghosts());
  for (const std::int32_t cell : wanted) {
    BOOST_TEST(x[around.at(cell)].b == cell);
    BOOST_TEST(x[around.at(cell)].a == 0.5 * cell);
  }
}

BOOST_AUTO_TEST_CASE(numbers_of_all_ranks_are_taken_in_their_order) {
  const Ranks all(MPI_COMM_WORLD);
  const std::vector<int> numbers = all.each(10 + all.rank());
  for (int r = 0; r < all.count(); ++r)
    BOOST_TEST(numbers[r] == 10 + r);
  BOOST_TEST(all.max(all.rank()) == all.count() - 1);
  // 1 is lost beside 2⁵³, and would not be in another order
  const double term = all.rank() == 0 ? 0x1p53 : 1;
  BOOST_TEST(all.sum(term) == 0x1p53);
  BOOST_TEST(all.sums({term, 2})[0] == 0x1p53);
  BOOST_TEST(all.sums({term, 2})[1] == 2 * all.count());
  BOOST_TEST(Ranks().sum(3) == 3);
}

BOOST_AUTO_TEST_SUITE_END()
