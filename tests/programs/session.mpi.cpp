#define BOOST_TEST_MODULE session
#define BOOST_TEST_NO_MAIN
#include "programs/main/session.hpp"

#include "escapade/error.hpp"
#include "support/petsc.hpp"

#include <boost/test/unit_test.hpp>

#include <new>
#include <type_traits>

using namespace escapade;

namespace {

int rank() {
  int value = 0;
  MPI_Comm_rank(MPI_COMM_WORLD, &value);
  return value;
}

int last_rank() {
  int value = 1;
  MPI_Comm_size(MPI_COMM_WORLD, &value);
  return value - 1;
}

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
        if (rank() == last_rank())
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
  const std::string message = message_of(
      [] { agree(MPI_COMM_WORLD, [] { throw BadInput("rank " + std::to_string(rank())); }); });
  BOOST_TEST(message == "rank 0");
}

BOOST_AUTO_TEST_CASE(running_out_of_memory_says_what_to_do) {
  BOOST_CHECK_THROW(agree(MPI_COMM_WORLD, [] { throw std::bad_alloc(); }), BadInput);
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE(petsc)

BOOST_AUTO_TEST_CASE(handles_are_moved_and_destroy_what_they_hold) {
  static_assert(!std::is_copy_constructible_v<PetscHandle<Vec>>);
  PetscHandle<Vec> a;
  check(VecCreateMPI(MPI_COMM_WORLD, 2, PETSC_DECIDE, a.put()));
  const Vec held = a;
  check(PetscObjectReference(reinterpret_cast<PetscObject>(held)));
  const auto references = [&] {
    PetscInt count = 0;
    check(PetscObjectGetReference(reinterpret_cast<PetscObject>(held), &count));
    return count;
  };
  PetscHandle<Vec> b = std::move(a);
  BOOST_TEST((b.get() == held));
  BOOST_TEST(references() == 2);
  b.reset();
  BOOST_TEST(references() == 1);
  PetscHandle<Vec> owner(held);
  owner = PetscHandle<Vec>();
  BOOST_TEST((owner.get() == nullptr));
}

BOOST_AUTO_TEST_CASE(error_codes_become_exceptions_with_petscs_words_on_one_line) {
  PetscHandle<KSP> solver;
  check(KSPCreate(MPI_COMM_WORLD, solver.put()));
  BOOST_CHECK_THROW(check(KSPSetType(solver, "no_such_solver")), BadInput);
  const std::string message = message_of([&] { check(KSPSetType(solver, "no_such_solver")); });
  BOOST_TEST(message.find("no_such_solver") != std::string::npos);
  BOOST_TEST(message.find('\n') == std::string::npos);
  BOOST_CHECK_THROW(check(PETSC_ERR_FILE_WRITE), CannotWrite);
  BOOST_CHECK_THROW(check(PETSC_ERR_NOT_CONVERGED), NotTrusted);
  BOOST_CHECK_NO_THROW(check(0));
}

BOOST_AUTO_TEST_SUITE_END()

// run_program starts MPI itself and can do so only once, so all cases run inside it
int main(int argc, char** argv) {
  return run_program("test", 1, argv, [&](Session& session, const Options&) {
    const int failed = boost::unit_test::unit_test_main([] { return true; }, argc, argv);
    return session.ranks() - 1 == last_rank() ? failed : 1;
  });
}
