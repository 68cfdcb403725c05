#define BOOST_TEST_MODULE session
#define BOOST_TEST_NO_MAIN
#include "programs/main/session.hpp"

#include "escapade/error.hpp"
#include "support/petsc.hpp"

#include <boost/test/unit_test.hpp>

#include <type_traits>

using namespace escapade;

namespace {

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
