#define BOOST_TEST_MODULE gather
#include "paths/exits/gather.hpp"

#include "shared/ranks.hpp"

#include <boost/test/unit_test.hpp>

using namespace escapade;
using namespace escapade::test;

BOOST_TEST_GLOBAL_FIXTURE(Mpi);

BOOST_AUTO_TEST_SUITE(gather)

BOOST_AUTO_TEST_CASE(slices_cover_all_paths_once) {
  for (std::int64_t paths : {std::int64_t{1}, std::int64_t{7}, std::int64_t{1000003}}) {
    std::int64_t next = 0;
    for (int rank = 0; rank < 5; ++rank) {
      const auto [first, count] = path_slice(paths, rank, 5);
      BOOST_TEST(first == next);
      next += count;
    }
    BOOST_TEST(next == paths);
  }
}

BOOST_AUTO_TEST_CASE(records_arrive_at_the_first_rank_in_path_order) {
  const auto record = [](std::int64_t path) {
    return ExitRecord{0.5 * static_cast<double>(path),
                      static_cast<std::int32_t>(path % 3),
                      {1.0 / (1.0 + static_cast<double>(path)), -1}};
  };
  const auto [first, count] = path_slice(20, rank_of_self(), ranks());
  std::vector<ExitRecord> local;
  for (std::int64_t k = 0; k < count; ++k)
    local.push_back(record(first + k));
  const auto all = gather_exits(MPI_COMM_WORLD, local);
  BOOST_REQUIRE(all.size() == (rank_of_self() == 0 ? 20 : 0));
  for (std::size_t k = 0; k < all.size(); ++k)
    BOOST_TEST((all[k] == record(static_cast<std::int64_t>(k))));
}

BOOST_AUTO_TEST_SUITE_END()
