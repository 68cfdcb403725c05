// Relaxation modes of drift that is carried along its flow.
#define BOOST_TEST_MODULE modes_by_flow
#include <boost/test/unit_test.hpp>

#include "shared/rotation.hpp"

#include "escapade/answers/modes.hpp"

#include <cmath>
#include <tuple>

using namespace escapade;
using namespace escapade::test;

BOOST_TEST_GLOBAL_FIXTURE(Slepc);

BOOST_AUTO_TEST_SUITE(modes_by_flow)

BOOST_AUTO_TEST_CASE(modes_of_a_fast_rotation_are_damped_as_the_linear_drift) {
  // λ = n ∓ iωk with k ≤ n, k + n even; jumps at exponential times would damp the first by
  // ω²Δt/2 = 2 more.
  GridShape shape = square(64);
  shape.transport = Transport::flow;
  const ModesAnswer out =
      relaxation_modes(MPI_COMM_SELF, rotating("30"), box_of_six, shape, 4, Effort{});
  BOOST_REQUIRE(out.modes.size() >= 4);
  for (const auto& [k, real, imaginary] :
       {std::tuple{0, 1.0, 30.0}, {2, 2.0, 0.0}, {3, 3.0, 30.0}}) {
    const ModeNumbers& mode = out.modes[static_cast<std::size_t>(k)];
    BOOST_TEST(std::abs(*mode.real.value - real) < 0.006 * real);
    BOOST_TEST(std::abs(*mode.imaginary.value - imaginary) < 0.06);
    BOOST_TEST(std::abs(*mode.real.value - real) <= *mode.real.error);
    BOOST_TEST(std::abs(*mode.imaginary.value - imaginary) <= *mode.imaginary.error);
  }
}

BOOST_AUTO_TEST_CASE(slow_modes_that_oscillate_fast_are_found) {
  // 1 ± 30 i, which lies farther from 0 than 2, 4, 6 … and all that is searched for two modes
  const ModesAnswer out =
      relaxation_modes(MPI_COMM_SELF, rotating("30"), box_of_six, square(64), 2, Effort{});
  BOOST_REQUIRE(out.modes.size() == 2);
  BOOST_REQUIRE(out.frequency_searched.has_value());
  BOOST_TEST(*out.frequency_searched < 25);
  BOOST_TEST(!out.searched_near.empty());
  const ModeNumbers& slowest = out.modes.front();
  BOOST_TEST(std::abs(*slowest.real.value - 1) < 0.006);
  BOOST_TEST(std::abs(*slowest.imaginary.value - 30) < 0.06);
  BOOST_TEST(std::abs(*slowest.real.value - 1) <= *slowest.real.error);
  BOOST_TEST(std::abs(*slowest.imaginary.value - 30) <= *slowest.imaginary.error);
  BOOST_TEST(*slowest.real.error < 0.3);
}

BOOST_AUTO_TEST_CASE(van_der_pols_oscillator_loses_its_phase_as_trajectories_do) {
  const Domain d = box(-3.5, 3.5, -6, 6);
  Effort effort;
  effort.errors = false;
  const ModesAnswer out = relaxation_modes(
      MPI_COMM_SELF, drift("y, 2*(1 - x^2)*y - x", "0, 0, 0.05", d), d, square(128), 2, effort);
  BOOST_TEST(out.grid.flow);
  // 0.0079 ± 0.0002 by 4000 trajectories of Heun's scheme, t = 200; edges give 0.05
  BOOST_TEST(std::abs(*out.modes.front().real.value - 0.0079) < 0.0005);
}

BOOST_AUTO_TEST_CASE(no_mode_grows_that_only_the_pencil_has) {
  // x' = v, v' = x - x^3 - 0.3 v + noise of T = 0.1: 0.02435401 by Brinkman's hierarchy, of 110
  // functions of x and 200 of v. On these cells the pencil has -0.71 twice.
  const Domain d = box(-2.2, 2.2, -2, 2);
  Effort effort;
  effort.errors = false;
  const ModesAnswer out = relaxation_modes(
      MPI_COMM_SELF, drift("y, x - x^3 - 0.3*y", "0, 0, 0.03", d), d, square(192), 1, effort);
  BOOST_TEST(out.grid.flow);
  BOOST_TEST(std::abs(*out.modes.front().real.value - 0.02435401) < 0.0005);
}

BOOST_AUTO_TEST_SUITE_END()
