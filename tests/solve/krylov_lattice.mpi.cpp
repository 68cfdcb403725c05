// Geometric multigrid of PETSc on the lattice of the cells (-solve_pc_type mg) against elimination.
// Runs on 1, 2 and 3 ranks.
#define BOOST_TEST_MODULE krylov_lattice
#include "answers/grids/chain_run.hpp"
#include "escapade/error.hpp"
#include "generator/distribute.hpp"
#include "shared/chains.hpp"
#include "solve/krylov/krylov.hpp"
#include "solve/solver.hpp"
#include "support/petsc.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

using namespace escapade;
using namespace escapade::test;

namespace {

struct Petsc {
  Petsc() {
    auto& suite = boost::unit_test::framework::master_test_suite();
    static int count = 1;
    static char* name[] = {suite.argv[0], nullptr};
    char** arguments = name;
    PetscOptionsSetValue(nullptr, "-no_signal_handler", nullptr);
    PetscInitialize(&count, &arguments, nullptr, nullptr);
  }
  ~Petsc() { PetscFinalize(); }
};

/// These and no other options of PETSc, for the time of a test.
struct PetscOptionsOfTest {
  PetscOptions own = nullptr;
  explicit PetscOptionsOfTest(const std::string& text) {
    check(PetscOptionsCreate(&own));
    check(PetscOptionsInsertString(own, text.c_str()));
    check(PetscOptionsPush(own));
  }
  PetscOptionsOfTest(const PetscOptionsOfTest&) = delete;
  PetscOptionsOfTest& operator=(const PetscOptionsOfTest&) = delete;
  ~PetscOptionsOfTest() {
    PetscOptionsPop();
    PetscOptionsDestroy(&own);
  }
};

bool used(const std::string& option) {
  PetscBool yes = PETSC_FALSE;
  check(PetscOptionsUsed(nullptr, option.c_str() + 1, &yes));
  return yes;
}

LogVector whole_of(const LogVector& part) {
  LogVector whole = gathered(MPI_COMM_WORLD, part);
  auto size = static_cast<int>(whole.size());
  MPI_Bcast(&size, 1, MPI_INT, 0, MPI_COMM_WORLD);
  whole.resize(size);
  MPI_Bcast(whole.data(), size, MPI_LONG_DOUBLE, 0, MPI_COMM_WORLD);
  return whole;
}

/// Largest relative error of an entry.
double worst_entry(const LogVector& part, const LogVector& exact) {
  const LogVector x = whole_of(part);
  BOOST_TEST_REQUIRE(x.size() == exact.size());
  long double most = 0;
  for (std::size_t i = 0; i < x.size(); ++i)
    most = std::fmax(most, std::abs(std::expm1(x[i] - exact[i])));
  return static_cast<double>(most);
}

/// Σ|x − exact| / Σ exact.
double error_of_sum(const LogVector& part, const LogVector& exact) {
  const LogVector x = whole_of(part);
  BOOST_TEST_REQUIRE(x.size() == exact.size());
  const long double top = *std::max_element(exact.begin(), exact.end());
  long double error = 0, sum = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    error += std::abs(std::exp(x[i] - top) - std::exp(exact[i] - top));
    sum += std::exp(exact[i] - top);
  }
  return static_cast<double>(error / sum);
}

struct Case {
  std::string name;
  Problem problem;
  Domain domain;
  GridShape shape;
  std::string exit;
};

Problem double_well(const std::string& T) {
  return potential("(x^2 - 1)^2/4 + y^2/2", T);
}

const Domain wells = box(-2, 2, -2, 2);
constexpr double tolerance = 1e-8, rounding = 1e-13;

Chain chain_of(MPI_Comm comm, const Case& c) {
  return make_chain(comm, c.problem, c.domain, c.shape, c.exit.empty() ? Region{} : region(c.exit),
                    CutRule::shortley_weller);
}

KrylovSolver solver_of(const Chain& chain, double goal = tolerance) {
  const auto lattice = cell_places(chain);
  return KrylovSolver(MPI_COMM_WORLD, chain.generator, goal, &*lattice);
}

LogVector ones(const Chain& chain) {
  return LogVector(chain.generator.rows(), 0.0L);
}

/// A source in one cell, this rank's part of it.
LogVector source(const Chain& chain, std::int64_t cell) {
  LogVector f(chain.generator.rows(), -INFINITY);
  if (cell >= chain.generator.first && cell < chain.generator.first + chain.generator.rows())
    f[cell - chain.generator.first] = 0;
  return f;
}

} // namespace

BOOST_TEST_GLOBAL_FIXTURE(Petsc);

BOOST_AUTO_TEST_SUITE(krylov_lattice)

BOOST_AUTO_TEST_CASE(multigrid_gives_the_answers_of_elimination) {
  const PetscOptionsOfTest mg("-solve_pc_type mg");
  const Domain around = box(0, 6.283185307179586, -2, 2, Boundary::periodic);
  const std::vector<Case> cases{
      {"full lattice", double_well("0.1"), wells, square(48), ""},
      {"odd sides", double_well("0.1"), wells, {{41, 57}, 0}, ""},
      {"exit cuts cells away", double_well("0.1"), wells, square(48), "x + 0.3*y > 0.4"},
      {"turned frame", double_well("0.2"), wells, square(48, 0.5), "x > 0.3"},
      {"current", drift("-x - y, x - y", "0.3, 0, 0.3", wells), wells, square(48), ""},
      {"periodic", drift("0.5 + sin(x), -y", "0.4, 0, 0.4", around), around, square(48), ""},
      {"wide edges", drift("-x, -y", "1, 0.8, 1", wells), wells, square(48), "x > 1.5"}};
  for (const Case& c : cases) {
    BOOST_TEST_CONTEXT(c.name) {
      const Chain chain = chain_of(MPI_COMM_WORLD, c), whole = chain_of(MPI_COMM_SELF, c);
      GthSolver gth(whole.generator, {});
      KrylovSolver solver = solver_of(chain);
      const std::int64_t n = chain.generator.size;
      if (c.exit.empty()) {
        const double error = error_of_sum(solver.stationary(), gth.stationary());
        BOOST_TEST(error < solver.report().certificate + rounding);
      } else {
        const LogVector tau = solver.backward(ones(chain));
        const double error = worst_entry(tau, gth.backward(LogVector(n, 0.0L)));
        BOOST_TEST(error < solver.report().certificate + rounding);
        LogVector at(n, -INFINITY);
        at[n / 3] = 0;
        const LogVector visits = solver.forward(source(chain, n / 3));
        const double of_visits = error_of_sum(visits, gth.forward(at));
        BOOST_TEST(of_visits < solver.report().certificate + rounding);
      }
      BOOST_TEST(solver.report().certificate < 1.01 * tolerance);
      BOOST_TEST(solver.report().iterations < 100);
    }
  }
}

BOOST_AUTO_TEST_CASE(iterations_do_not_grow_with_the_grid) {
  const PetscOptionsOfTest mg("-solve_pc_type mg -solve_mg_levels_3_ksp_max_it 2");
  std::vector<std::int64_t> iterations;
  for (const int n : {32, 64, 128}) {
    const Chain chain = chain_of(
        MPI_COMM_WORLD, {"", double_well("0.25"), box(-2, 2, -2, 2), square(n), "x > 0.2"});
    KrylovSolver solver = solver_of(chain);
    solver.backward(ones(chain));
    iterations.push_back(solver.report().iterations);
  }
  BOOST_TEST(iterations[0] > 5); // several levels: one alone would be elimination
  BOOST_TEST(iterations[1] <= iterations[0] + 4);
  BOOST_TEST(iterations[2] <= iterations[0] + 4);
  BOOST_TEST(used("-solve_mg_levels_3_ksp_max_it")); // there are four levels or more
}

// The coarse problems are those of the stationary measure; without that they are unstable where
// drift outweighs noise over a coarse cell, as in the first case.
BOOST_AUTO_TEST_CASE(barriers_and_uneven_noise_are_weighted) {
  const PetscOptionsOfTest mg("-solve_pc_type mg");
  const Problem uneven = drift("-x, -y", "0.1 + x^2, 0, 0.1 + x^2", wells);
  for (const Case& c : {Case{"barrier 15", double_well("1/60"), wells, square(96), "x > 0.5"},
                        Case{"uneven", uneven, wells, square(96), "x > 1.5"}}) {
    BOOST_TEST_CONTEXT(c.name) {
      const Chain chain = chain_of(MPI_COMM_WORLD, c);
      KrylovSolver solver = solver_of(chain, 1e-6);
      solver.backward(ones(chain));
      BOOST_TEST(solver.report().iterations < 40);
    }
  }
}

BOOST_AUTO_TEST_CASE(levels_and_the_gauge_follow_their_options) {
  const Chain chain =
      chain_of(MPI_COMM_WORLD, {"", double_well("0.1"), wells, square(64), "x > 0.5"});
  const PetscOptionsOfTest mg("-solve_pc_type mg -solve_gauge_pc_type mg -solve_pc_mg_levels 3 "
                              "-solve_mg_levels_2_ksp_max_it 2 -solve_mg_levels_3_ksp_max_it 2 "
                              "-solve_gauge_mg_levels_1_ksp_max_it 2");
  KrylovSolver solver = solver_of(chain);
  solver.backward(ones(chain));
  BOOST_TEST(used("-solve_mg_levels_2_ksp_max_it"));
  BOOST_TEST(!used("-solve_mg_levels_3_ksp_max_it"));
  BOOST_TEST(used("-solve_gauge_mg_levels_1_ksp_max_it"));
}

BOOST_AUTO_TEST_CASE(other_preconditioners_do_not_feel_the_lattice) {
  const Chain chain = chain_of(MPI_COMM_WORLD, {"", double_well("0.1"), wells, square(48), ""});
  LogVector without;
  for (const int way : {0, 1, 2}) { // no lattice; a lattice; a lattice as PETSc's DMDA
    const PetscOptionsOfTest type(way < 2 ? ""
                                          : "-solve_pc_type hypre -solve_dm_view ascii:/dev/null");
    KrylovSolver solver =
        way == 0 ? KrylovSolver(MPI_COMM_WORLD, chain.generator, tolerance) : solver_of(chain);
    const LogVector masses = solver.stationary();
    if (way == 0)
      without = masses;
    BOOST_TEST((masses == without));
    if (way == 2)
      BOOST_TEST(used("-solve_dm_view"));
  }
}

BOOST_AUTO_TEST_CASE(what_has_no_coarser_lattice_is_refused) {
  const Chain chain =
      chain_of(MPI_COMM_WORLD, {"", double_well("0.2"), wells, square(40), "x > 0.5"});
  const PetscOptionsOfTest mg("-solve_pc_type mg");
  KrylovSolver mesh(MPI_COMM_WORLD, chain.generator, tolerance);
  BOOST_CHECK_EXCEPTION(mesh.backward(ones(chain)), BadInput, [](const BadInput& e) {
    return std::string(e.what()).find("-solve_pc_type mg: it needs a lattice") == 0;
  });
  for (const std::string levels : {"1", "12", "-3"}) {
    const PetscOptionsOfTest many("-solve_pc_type mg -solve_pc_mg_levels " + levels);
    KrylovSolver solver = solver_of(chain);
    BOOST_CHECK_EXCEPTION(solver.backward(ones(chain)), BadInput, [&](const BadInput& e) {
      return std::string(e.what()).find("-solve_pc_mg_levels " + levels) == 0;
    });
  }
  if (ranks() == 1)
    return; // one rank can coarsen any grid
  const Chain few =
      chain_of(MPI_COMM_WORLD, {"", double_well("1"), wells, square(3 * ranks()), ""});
  KrylovSolver solver = solver_of(few);
  BOOST_CHECK_EXCEPTION(solver.stationary(), BadInput, [](const BadInput& e) {
    return std::string(e.what()).find("cannot be coarsened") != std::string::npos;
  });
}

BOOST_AUTO_TEST_SUITE_END()
