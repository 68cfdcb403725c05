#define BOOST_TEST_MODULE network_ranks
#include "escapade/escapade.hpp"

#include <boost/test/unit_test.hpp>

#include <slepcsys.h>

#include <cmath>

using namespace escapade;

namespace {

struct Slepc {
  Slepc() { SlepcInitializeNoArguments(); }
  ~Slepc() { SlepcFinalize(); }
};

} // namespace

BOOST_GLOBAL_FIXTURE(Slepc);

BOOST_AUTO_TEST_SUITE(network_ranks)

BOOST_AUTO_TEST_CASE(any_number_of_ranks_gives_the_network_of_one) {
  const Domain box{-2, 2, -2, 2, {}};
  const Problem wells = potential_problem("(x^2-1)^2/4 + (y-0.3*x)^2/2 + 0.1*x", "0.15");
  const NamedRegions states{{"A", region("x < -0.9")},
                            {"B", region("x > 0.9")},
                            {"C", region("abs(x) < 0.1 and y > 0.7")}};
  Effort one_grid;
  one_grid.errors = false;
  one_grid.solve.kind = SolverKind::gth; // thirty tiny systems: no work for an iteration
  const auto on = [&](MPI_Comm comm) {
    return network(comm, wells, box, {.cells = {20, 20}}, states, one_grid);
  };
  const NetworkAnswer all = on(MPI_COMM_WORLD), one = on(MPI_COMM_SELF);
  const auto same = [](const Number& a, const Number& b) {
    BOOST_TEST(std::abs(*a.value - *b.value) <= 1e-5 * *b.value);
  };
  for (std::size_t i = 0; i < 3; ++i) {
    same(all.mean_exit_time[i], one.mean_exit_time[i]);
    same(all.stationary[i], one.stationary[i]);
    for (std::size_t j = 0; j < 3; ++j) {
      same(all.first_passage[i][j], one.first_passage[i][j]);
      same(all.next_state[i][j], one.next_state[i][j]);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
