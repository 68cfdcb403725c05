#define BOOST_TEST_MODULE agree
#include "parallel/agree.hpp"

#include "escapade/error.hpp"
#include "shared/ranks.hpp"

#include <boost/test/unit_test.hpp>

#include <new>
#include <stdexcept>

using namespace escapade;
using namespace escapade::test;

BOOST_TEST_GLOBAL_FIXTURE(Mpi);

namespace {

std::string message_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const std::exception& e) {
    return e.what();
  }
  return "";
}

} // namespace

BOOST_AUTO_TEST_SUITE(agreement)

BOOST_AUTO_TEST_CASE(nothing_is_thrown_where_no_rank_fails) {
  int ran = 0;
  agree(MPI_COMM_WORLD, [&] { ++ran; });
  BOOST_TEST(ran == 1);
}

BOOST_AUTO_TEST_CASE(a_failure_of_one_rank_is_thrown_by_all_with_its_type) {
  const auto fail = [](auto error) {
    return [error] {
      agree(MPI_COMM_WORLD, [error] {
        if (rank_of_self() == ranks() - 1)
          throw error;
      });
    };
  };
  BOOST_CHECK_THROW(fail(BadInput("a"))(), BadInput);
  BOOST_CHECK_THROW(fail(NotTrusted("b"))(), NotTrusted);
  BOOST_CHECK_THROW(fail(CannotWrite("c"))(), CannotWrite);
  BOOST_TEST(message_of(fail(std::logic_error("d"))) == "d");
  BOOST_TEST(message_of(fail(CannotWrite("the disk of the last rank"))) ==
             "the disk of the last rank");
  BOOST_TEST(message_of(fail(BadInput(""))) == "");
}

BOOST_AUTO_TEST_CASE(of_several_failures_the_lowest_rank_s_is_thrown) {
  const std::string message = message_of([] {
    agree(MPI_COMM_WORLD, [] { throw BadInput("rank " + std::to_string(rank_of_self())); });
  });
  BOOST_TEST(message == "rank 0");
}

BOOST_AUTO_TEST_CASE(running_out_of_memory_says_what_to_do) {
  BOOST_CHECK_THROW(agree(MPI_COMM_WORLD, [] { throw std::bad_alloc(); }), BadInput);
}

BOOST_AUTO_TEST_CASE(the_first_rank_works_alone_and_fails_for_all) {
  BOOST_CHECK_THROW(on_first_rank(MPI_COMM_WORLD, [] { throw NotTrusted("no"); }), NotTrusted);
  BOOST_CHECK_THROW(on_first_rank(MPI_COMM_WORLD, [] { throw BadInput("no"); }), BadInput);
  int ran = 0;
  on_first_rank(MPI_COMM_WORLD, [&] { ++ran; });
  BOOST_TEST(ran == (rank_of_self() == 0 ? 1 : 0));
  const std::string message =
      message_of([] { on_first_rank(MPI_COMM_WORLD, [] { throw std::bad_alloc(); }); });
  BOOST_TEST(message == "out of memory on the first rank: take fewer cells there");
}

BOOST_AUTO_TEST_CASE(ranks_that_all_fail_find_each_other) {
  BOOST_TEST(all_failed(MPI_COMM_WORLD));
}

BOOST_AUTO_TEST_CASE(a_rank_that_fails_alone_learns_it) {
  int rank = 0, count = 1, word = 0;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &count);
  if (rank == 0) {
    BOOST_TEST(all_failed(MPI_COMM_WORLD) == (count == 1));
    for (int other = 1; other < count; ++other)
      MPI_Send(&word, 1, MPI_INT, other, 0, MPI_COMM_WORLD);
  } else { // elsewhere, until the first rank has waited long enough
    MPI_Recv(&word, 1, MPI_INT, 0, 0, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    BOOST_TEST(all_failed(MPI_COMM_WORLD));
  }
}

BOOST_AUTO_TEST_CASE(a_failure_of_one_rank_alone_is_not_one_that_another_way_is_tried_for) {
  const auto fail = [] { throw FailedAlone("PETSc: out of memory"); };
  BOOST_CHECK_THROW(fail(), std::runtime_error);
  try {
    fail();
  } catch (const NotTrusted&) {
    BOOST_ERROR("taken for a solve that all ranks distrust");
  } catch (const FailedAlone&) {
  }
  BOOST_TEST(failure_of(fail)->status == 3);
}

BOOST_AUTO_TEST_SUITE_END()
