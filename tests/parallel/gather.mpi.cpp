// Pieces of a spread vector. Runs on 1, 2 and 3 ranks.
#define BOOST_TEST_MODULE gather
#include "parallel/gather.hpp"

#include "escapade/error.hpp"
#include "shared/ranks.hpp"

#include <boost/test/unit_test.hpp>

using namespace escapade;
using namespace escapade::test;

BOOST_TEST_GLOBAL_FIXTURE(Mpi);

BOOST_AUTO_TEST_SUITE(gather)

BOOST_AUTO_TEST_CASE(shares_cover_all_rows_once) {
  for (std::int64_t rows : {std::int64_t{1}, std::int64_t{7}, std::int64_t{1000003}}) {
    std::int64_t next = 0;
    for (int rank = 0; rank < 5; ++rank) {
      const RowRange share = rows_of_rank(rows, rank, 5);
      BOOST_TEST(share.first == next);
      next = share.last;
    }
    BOOST_TEST(next == rows);
  }
}

BOOST_AUTO_TEST_CASE(plain_data_arrive_in_order_and_come_back) {
  struct Record {
    double time;
    std::int32_t part;
    bool operator==(const Record&) const = default;
  };
  std::vector<Record> all;
  for (int k = 0; k < 20; ++k)
    all.push_back({0.5 * k, k % 3});
  const std::vector<Record> mine = share(all);
  const std::vector<Record> there = gathered(MPI_COMM_WORLD, mine);
  BOOST_TEST((there == (rank_of_self() == 0 ? all : std::vector<Record>{})));
  BOOST_TEST((gathered(MPI_COMM_WORLD, std::vector<Record>(mine)) == there));
  BOOST_TEST((joined(MPI_COMM_WORLD, mine) == all));
  BOOST_TEST((scattered(MPI_COMM_WORLD, there, std::ssize(mine)) == mine));
  BOOST_CHECK_THROW(scattered(MPI_COMM_WORLD, there, std::ssize(mine) + 1), BadInput);
}

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
