// Pieces of a spread vector. Runs on 1, 2 and 3 ranks.
#define BOOST_TEST_MODULE fetch
#include "parallel/fetch.hpp"

#include "shared/ranks.hpp"

#include <boost/test/unit_test.hpp>

using namespace escapade;
using namespace escapade::test;

BOOST_TEST_GLOBAL_FIXTURE(Mpi);

BOOST_AUTO_TEST_SUITE(fetch)

BOOST_AUTO_TEST_CASE(brings_every_rank_the_entries_it_wants) {
  constexpr std::int64_t n = 101;
  const auto [begin, end] = own_rows(n);
  std::vector<double> own;
  for (std::int64_t k = begin; k < end; ++k)
    own.push_back(static_cast<double>(k * k));
  for (const auto& [first, last] : {std::pair<std::int64_t, std::int64_t>{0, n},
                                    {begin, end},
                                    {7 * rank_of_self(), n - 20 * rank_of_self()},
                                    {40, 41 + 10 * rank_of_self()},
                                    {rank_of_self() == 0 ? 3 : 50, 50}}) {
    const std::vector<double> got = fetched(MPI_COMM_WORLD, begin, own, first, last);
    BOOST_TEST_REQUIRE(static_cast<std::int64_t>(got.size()) == last - first);
    for (std::int64_t k = first; k < last; ++k)
      BOOST_REQUIRE_EQUAL(got[k - first], static_cast<double>(k * k));
  }
}

BOOST_AUTO_TEST_SUITE_END()
