// Which way drift moves where nothing is said, and what answers by its flow are worth.
#define BOOST_TEST_MODULE transport
#include <boost/test/unit_test.hpp>

#include "shared/rotation.hpp"

#include "escapade/answers/committor.hpp"
#include "escapade/answers/evolution.hpp"
#include "escapade/answers/exits.hpp"
#include "escapade/answers/rate.hpp"
#include "escapade/answers/stationary.hpp"
#include "escapade/error.hpp"
#include "escapade/problem/line.hpp"

#include <cmath>
#include <tuple>

using namespace escapade;
using namespace escapade::test;

namespace {

StationaryAnswer answer(const Problem& p, GridShape shape, const Effort& effort = {}) {
  return stationary(MPI_COMM_SELF, p, box_of_six, shape, {}, effort);
}

} // namespace

BOOST_TEST_GLOBAL_FIXTURE(Slepc);

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

BOOST_AUTO_TEST_CASE(flow_is_taken_under_oblique_noise_whose_edges_leave_out_corners) {
  const Problem p = drift("-x - 30*y, 30*x - y", "1, 0.5, 0.6", box_of_six);
  const StationaryAnswer out = answer(p, square(64));
  BOOST_TEST(out.grid.flow);
  BOOST_TEST(std::abs(out.covariance[0].value.value() - 0.783574) <= *out.covariance[0].error);
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

BOOST_AUTO_TEST_CASE(kinetic_problems_go_by_flow) {
  const Domain d = box(-2, 2, -2, 2);
  const Problem p = drift("y, -x - 0.1*y", "0, 0, 0.01", d);
  const ExitAnswer out = exits(MPI_COMM_SELF, p, d, square(128), region("x > 0.8"), {{0, 0}});
  BOOST_TEST(out.grid.flow);
  const Number& time = out.at.at(0).mean_time; // 250 +- 1 by Heun's trajectories
  BOOST_TEST(std::abs(time.value.value() / 250 - 1) < 0.02);
  BOOST_TEST(std::abs(time.value.value() - 250) < *time.error);
}

BOOST_AUTO_TEST_CASE(an_oscillator_leaves_when_trajectories_do) {
  // 156.3 ± 0.4 by 60000 trajectories of Heun's scheme; without jumps on time 146.8
  const Domain d = box(-2.5, 2.5, -2.5, 2.5);
  Effort effort;
  effort.errors = false;
  const ExitAnswer out = exits(MPI_COMM_SELF, drift("y, -x - y", "0, 0, 0.1", d), d, square(256),
                               region("x > 0.8"), {{0, 0}}, effort);
  BOOST_TEST(std::abs(out.at.at(0).mean_time.value.value() / 156.3 - 1) < 0.015);
}

BOOST_AUTO_TEST_CASE(kinetic_rates_are_those_of_trajectories_at_any_friction) {
  // How exit times through x > 0.8 decay, of 20000 trajectories of Heun's scheme (6000, 8000 for
  // the last two).
  const Domain d = box(-2.2, 2.2, -2.2, 2.2);
  for (const auto& [friction, right, standard_error] :
       {std::tuple{"0.05", 0.00615, 0.00008}, {"0.01", 0.00170, 0.00004}, {"3", 0.00498, 0.0001}}) {
    const std::string g = friction;
    const Problem p = drift("y, x - x^3 - " + g + "*y", "0, 0, 0.1*" + g, d);
    const RateAnswer out = escape_rate(MPI_COMM_SELF, p, d, square(96), region("x > 0.8"));
    BOOST_TEST(out.unresolved.empty());
    const Number& rate = out.escape_rate;
    BOOST_TEST(std::abs(*rate.value - right) <= *rate.error + 2 * standard_error);
    BOOST_TEST(*rate.error < 0.15 * right);
    BOOST_TEST(std::abs(out.rate_times_mean_time - 1) < 0.05);
  }
}

BOOST_AUTO_TEST_CASE(positions_of_a_particle_in_a_double_well_are_within_their_error) {
  const Domain d = box(-2.2, 2.2, -2.2, 2.2);
  const StationaryAnswer out = stationary(MPI_COMM_SELF, drift("y, x - x^3 - y", "0, 0, 0.1", d), d,
                                          square(192), {}, Effort{});
  long double weight = 0, square_of_x = 0;
  for (int k = 0; k < 4400; ++k) {
    const long double x = -2.2L + 0.001L * (k + 0.5L);
    const long double p = std::exp(-(x * x * x * x / 4 - x * x / 2) / 0.1L);
    weight += p, square_of_x += p * x * x;
  }
  const Number& variance = out.covariance[0];
  const auto off = std::abs(variance.value.value() - static_cast<double>(square_of_x / weight));
  BOOST_TEST(off <= *variance.error);
  BOOST_TEST(*variance.error < 0.005);
}

BOOST_AUTO_TEST_CASE(committors_by_flow_are_those_of_edges_where_these_resolve_the_drift) {
  const Domain d = box(-4, 4, -4, 4);
  const auto rate = [&](Transport transport, std::int64_t n) {
    GridShape shape = square(n);
    shape.transport = transport;
    Effort effort;
    effort.errors = false;
    return committor(MPI_COMM_SELF, drift("-x - 5*y, 5*x - y", "1, 0, 1", d), d, shape,
                     region("x < -1.5"), region("x > 1.5"), {}, effort)
        .rate.value.value();
  };
  // 0.3455 is what edges tend to: 0.34988, 0.34659, 0.34575 at 64², 128², 256².
  BOOST_TEST(std::abs(rate(Transport::flow, 64) / 0.3455 - 1) < 0.015);
  BOOST_TEST(std::abs(rate(Transport::flow, 128) / 0.3455 - 1) < 0.004);
}

BOOST_AUTO_TEST_CASE(the_mean_by_flow_turns_and_decays_as_the_linear_drift) {
  // m(t) = e^−t (cos ωt, sin ωt) m(0), variance 1 − e^−2t. Jumps at exponential times would add
  // ω²Δt/2 = 2 to the decay. At t = 0.1 and 0.3 no whole number of steps ends.
  EvolutionSetup setup;
  setup.t_end = 1, setup.frames = 10, setup.start = {2, 0};
  const EvolutionAnswer out =
      evolution(MPI_COMM_SELF, rotating("30"), box_of_six, square(64), {}, setup);
  BOOST_TEST(out.grid.flow);
  BOOST_TEST(out.mass_imbalance < 1e-11);
  for (const std::size_t k : {1, 3, 10}) {
    const FrameNumbers& at = out.frames[k];
    const double size = 2 * std::exp(-at.time);
    const double exact[2] = {size * std::cos(30 * at.time), size * std::sin(30 * at.time)};
    for (std::size_t a : {0, 1}) {
      BOOST_TEST(std::abs(at.mean[a].value.value() - exact[a]) <= *at.mean[a].error + 1e-9);
      BOOST_TEST(std::abs(at.mean[a].value.value() - exact[a]) < 1e-5);
    }
    const double variance = 1 - std::exp(-2 * at.time);
    BOOST_TEST(std::abs(at.covariance[0].value.value() - variance) <= *at.covariance[0].error);
    BOOST_TEST(*at.covariance[0].error < 0.03);
  }
}

BOOST_AUTO_TEST_CASE(a_swinging_particle_keeps_its_phase) {
  // ẍ = −x − γẋ from (1, 0): the mean is that of the equation without noise; the chain's own, with
  // jumps at exponential times, is (−0.40, 0.25).
  const Domain d = box(-2.5, 2.5, -2.5, 2.5);
  EvolutionSetup setup;
  setup.t_end = 10, setup.frames = 1, setup.start = {1, 0};
  const EvolutionAnswer out = evolution(MPI_COMM_SELF, drift("y, -x - 0.05*y", "0, 0, 0.005", d), d,
                                        square(128), {}, setup);
  const FrameNumbers& last = out.frames.back();
  const double exact[2] = {-0.665335, 0.421771};
  for (std::size_t a : {0, 1}) {
    BOOST_TEST(std::abs(last.mean[a].value.value() - exact[a]) <= *last.mean[a].error);
    BOOST_TEST(std::abs(last.mean[a].value.value() - exact[a]) < 0.03);
  }
  BOOST_TEST(std::abs(last.covariance[0].value.value() - 0.0379) <= *last.covariance[0].error);
}

BOOST_AUTO_TEST_CASE(an_axis_without_drift_does_not_lengthen_jumps) {
  // ẋ = −x + √(2D) Ẇ, D = 0.1, on a line and beside an axis of little noise: the variance is D, the
  // mean time from 0 to |x| = 0.5 is ∫₀ʷ e^{s²/2} ∫₀ˢ e^{−r²/2} dr ds with w = 0.5/√D.
  const double w = 0.5 / std::sqrt(0.1);
  constexpr int steps = 20000;
  double time = 0, inner = 0;
  for (int k = 0; k < steps; ++k) {
    const double s = (k + 0.5) * w / steps, part = std::exp(-0.5 * s * s) * w / steps;
    time += std::exp(0.5 * s * s) * (inner + 0.5 * part) * w / steps;
    inner += part;
  }
  const Domain line = interval(-3, 3), strip = box(-3, 3, 0, 1);
  for (const Domain& d : {line, strip}) {
    Problem p = drift(d.line ? "-x, -y" : "-x, 0", "0.1, 0, 1e-5", strip);
    if (d.line)
      p = on_a_line(p);
    GridShape shape;
    shape.cells = {128, d.line ? 1 : 8};
    shape.transport = Transport::flow;
    const StationaryAnswer out = stationary(MPI_COMM_SELF, p, d, shape, {}, {});
    BOOST_TEST(out.grid.flow);
    BOOST_TEST(std::abs(out.covariance[0].value.value() - 0.1) <= *out.covariance[0].error);
    BOOST_TEST(std::abs(out.covariance[0].value.value() - 0.1) < 0.001);
    const ExitAnswer exit =
        exits(MPI_COMM_SELF, p, d, shape, region("x < -0.5 or x > 0.5"), {{0, d.line ? 0 : 0.5}});
    const Number& mean = exit.at.front().mean_time;
    BOOST_TEST(std::abs(*mean.value - time) <= *mean.error);
    BOOST_TEST(std::abs(*mean.value - time) < 0.01 * time);
  }
}

BOOST_AUTO_TEST_CASE(a_flow_that_leaves_the_box_is_refused) {
  GridShape shape = square(32);
  shape.transport = Transport::flow;
  BOOST_CHECK_EXCEPTION(answer(drift("x - 0.1*y, y + 0.1*x", "1, 0, 1", box_of_six), shape),
                        BadInput, [](const BadInput& e) {
                          return std::string(e.what()).find("leads out of the domain") !=
                                 std::string::npos;
                        });
}

BOOST_AUTO_TEST_SUITE_END()
