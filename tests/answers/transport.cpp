// Which way drift moves where nothing is said, and what answers by its flow are worth.
#define BOOST_TEST_MODULE transport
#include <boost/test/unit_test.hpp>

#include "shared/chains.hpp"

#include "escapade/answers/exits.hpp"
#include "escapade/answers/stationary.hpp"
#include "escapade/error.hpp"

#include <cmath>

using namespace escapade;
using namespace escapade::test;

BOOST_TEST_GLOBAL_FIXTURE(Mpi);

namespace {

const Domain box_of_six = box(-6, 6, -6, 6);

Problem rotating(const std::string& w) {
  return drift("-x - " + w + "*y, " + w + "*x - y", "1, 0, 1", box_of_six);
}

StationaryAnswer answer(const Problem& p, GridShape shape, const Effort& effort = {}) {
  return stationary(MPI_COMM_SELF, p, box_of_six, shape, {}, effort);
}

} // namespace

BOOST_AUTO_TEST_SUITE(transport)

BOOST_AUTO_TEST_CASE(flow_is_taken_where_edges_smear) {
  const StationaryAnswer fast = answer(rotating("300"), square(64));
  BOOST_TEST(fast.grid.flow);
  BOOST_TEST(std::abs(fast.covariance[0].value.value() - 1) < 0.0045);
  BOOST_TEST(std::abs(fast.covariance[0].value.value() - 1) <= *fast.covariance[0].error);
  BOOST_REQUIRE(fast.entropy_production);
  BOOST_TEST(std::abs(fast.entropy_production->value.value() - 180000) <=
             *fast.entropy_production->error);
  BOOST_TEST(std::abs(fast.entropy_production->value.value() / 180000 - 1) < 0.01);
}

BOOST_AUTO_TEST_CASE(edges_are_taken_where_they_resolve_the_drift) {
  BOOST_TEST(!answer(rotating("1"), square(64)).grid.flow);
}

BOOST_AUTO_TEST_CASE(potentials_keep_their_edges) {
  const Problem steep = potential("20*(x^2 - 1)^2 + 20*y^2", "0.5");
  BOOST_TEST(!answer(steep, square(32)).grid.flow);
}

BOOST_AUTO_TEST_CASE(what_is_asked_for_is_done) {
  GridShape shape = square(32);
  shape.transport = Transport::flow;
  BOOST_TEST(answer(rotating("1"), shape).grid.flow);
  shape.transport = Transport::edges;
  Effort effort;
  effort.errors = false;
  BOOST_TEST(!answer(rotating("30"), shape, effort).grid.flow);
}

BOOST_AUTO_TEST_CASE(the_multilevel_solver_refuses_jumps) {
  GridShape shape = square(64);
  shape.transport = Transport::flow;
  Effort effort;
  effort.solve.kind = SolverKind::multilevel;
  BOOST_CHECK_EXCEPTION(answer(rotating("30"), shape, effort), BadInput, [](const BadInput& e) {
    return std::string(e.what()).find("jumps along its flow") != std::string::npos;
  });
  shape.transport = Transport::automatic; // which then keeps edges
  effort.errors = false;
  BOOST_TEST(!answer(rotating("1"), shape, effort).grid.flow);
}

BOOST_AUTO_TEST_CASE(exits_do_not_depend_on_the_circulation) {
  GridShape shape = square(96);
  shape.transport = Transport::flow;
  const ExitAnswer out = exits(MPI_COMM_SELF, rotating("300"), box(-2.2, 2.2, -2.2, 2.2), shape,
                               region("x^2 + y^2 > 4"), {{0, 0}});
  BOOST_TEST(std::abs(out.at.at(0).mean_time.value.value() - 1.8419) <=
             *out.at.at(0).mean_time.error);
  BOOST_TEST(std::abs(out.at.at(0).mean_time.value.value() / 1.8419 - 1) < 0.002);
}

BOOST_AUTO_TEST_SUITE_END()
