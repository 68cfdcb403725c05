// Chains whose drift jumps along its flow: b = (−x − ωy, ωx − y), D = 1 has the Gaussian density of
// variance 1 whatever ω is.
#define BOOST_TEST_MODULE flow
#include <boost/test/unit_test.hpp>

#include "shared/chains.hpp"

#include "escapade/error.hpp"
#include "generator/flow/streamlines.hpp"
#include "generator/halo.hpp"
#include "quantities/exit_time.hpp"
#include "quantities/stationary.hpp"

#include <algorithm>

using namespace escapade;
using namespace escapade::test;

namespace {

Problem rotating(const std::string& w, const Domain& domain) {
  return drift("-x - " + w + "*y, " + w + "*x - y", "1, 0, 1", domain);
}

GridShape by(Transport transport, std::int64_t n, double angle = 0) {
  GridShape shape = square(n, angle);
  shape.transport = transport;
  return shape;
}

Sym2 covariance(const Problem& problem, const Domain& domain, const GridShape& shape) {
  const Chain chain = closed_chain(problem, domain, shape);
  return moments(chain.grid, stationary_of(chain)).covariance;
}

double exit_at_centre(const Problem& problem, const Domain& domain, std::int64_t n) {
  const Chain chain = leaving_chain(problem, domain, by(Transport::flow, n), "x^2 + y^2 > 4");
  GthSolver solver(chain.generator, {});
  const LogVector t = solver.backward(LogVector(chain.generator.killing.size(), 0));
  double mean = 0;
  for (double x : {-1e-6, 1e-6})
    for (double y : {-1e-6, 1e-6})
      mean += 0.25 * static_cast<double>(
                         std::exp(t[static_cast<std::size_t>(chain.grid.cell_at({x, y}))]));
  return mean;
}

} // namespace

BOOST_TEST_GLOBAL_FIXTURE(Mpi);

BOOST_AUTO_TEST_SUITE(flow)

BOOST_AUTO_TEST_CASE(streamlines_of_a_rotation_come_round) {
  const Domain d = box(-2, 2, -2, 2);
  const Grid grid = make_grid(d, square(64), {});
  const Field turn = pointwise(2, [](double x, double y, double* out) { out[0] = -y, out[1] = x; });
  const auto u = static_cast<std::int32_t>(grid.unknown(40 + 64 * 32));
  Journey once{-1, 1, 1000};
  const auto at = arrivals(turn, grid, {}, {{u, 2 * M_PI}}, once);
  BOOST_REQUIRE(at[0].size() == 1);
  BOOST_TEST(std::abs(at[0][0].at.x - 40) < 1e-5);
  BOOST_TEST(std::abs(at[0][0].at.y - 32) < 1e-5);
  BOOST_TEST(at[0][0].rate == 1 / (2 * M_PI));
}

BOOST_AUTO_TEST_CASE(pairs_of_arrivals_on_lines_share_the_drift_and_its_time) {
  const Domain d = box(-2, 2, -2, 2);
  const Grid grid = make_grid(d, square(64), {});
  const Field on = pointwise(2, [](double, double, double* out) { out[0] = 1, out[1] = 0; });
  const auto u = static_cast<std::int32_t>(grid.unknown(10 + 64 * 32));
  const double h = 4.0 / 64, time = 3.3 * h;
  const auto at = arrivals(on, grid, {}, {{u, time}}, {0, 4, 32})[0];
  BOOST_REQUIRE(at.size() == 2);
  BOOST_TEST(at[0].at.x == 13);
  BOOST_TEST(at[1].at.x == 14);
  const double first = at[0].rate * at[0].time + at[1].rate * at[1].time;
  const double second = at[0].rate * at[0].time * at[0].time + at[1].rate * at[1].time * at[1].time;
  BOOST_TEST(std::abs(first - 1) < 1e-9);
  BOOST_TEST(std::abs(second - time) < 1e-9);
}

BOOST_AUTO_TEST_CASE(a_streamline_ends_where_it_meets_the_exit) {
  const Domain d = box(-2, 2, -2, 2, Boundary::reflecting, Boundary::absorbing);
  const Grid grid = make_grid(d, square(64), {});
  const Field on = pointwise(2, [](double x, double, double* out) {
    out[0] = x > 1.01 ? NAN : 1.0, out[1] = 0; // nobody asks for the drift in the exit
  });
  const Field up = pointwise(2, [](double, double, double* out) { out[0] = 0, out[1] = 2; });
  const auto u = static_cast<std::int32_t>(grid.unknown(40 + 64 * 32));
  const Vec2 from = grid.centre(u);
  const Region exit = region("x > 1");
  const auto right = arrivals(on, grid, exit, {{u, 1.0}}, {-1, 1, 1000})[0];
  BOOST_REQUIRE(right.size() == 1);
  BOOST_TEST(right[0].part == 0);
  BOOST_TEST(std::abs(right[0].time - (1 - from.x)) < 1e-9);
  const auto upwards = arrivals(up, grid, exit, {{u, 3.0}}, {-1, 1, 1000})[0];
  BOOST_REQUIRE(upwards.size() == 1);
  BOOST_TEST(upwards[0].part == 2); // the sides y0 and y1 come after the exit's part
  BOOST_TEST(std::abs(upwards[0].time - (2 - from.y) / 2) < 1e-9);
  BOOST_CHECK_THROW(arrivals(on, grid, {}, {{u, 1.0}}, {-1, 1, 1000}), BadInput);
}

BOOST_AUTO_TEST_CASE(a_streamline_does_not_leap_over_a_set) {
  const Domain d = box(-2, 2, -2, 2);
  const Grid grid = make_grid(d, square(64), {});
  const Field on = pointwise(2, [](double, double, double* out) { out[0] = 1, out[1] = 0; });
  const auto u = static_cast<std::int32_t>(grid.unknown(20 + 64 * 32));
  const Journey journey{-1, 1, 1000, {region("x > 0 and x < 0.3")}};
  const auto at = arrivals(on, grid, {}, {{u, 2.0}}, journey)[0];
  BOOST_REQUIRE(at.size() == 1);
  BOOST_TEST(at[0].part == -1);
  const double beyond = -2 + (at[0].at.x + 0.5) * grid.h[0]; // of the boundary at 0
  BOOST_TEST(beyond > 0);
  BOOST_TEST(beyond < 2.01 * grid.h[0]);
}

BOOST_AUTO_TEST_CASE(spread_beyond_an_oblique_noise_is_told) {
  const Domain d = box(-6, 6, -6, 6);
  const Chain chain =
      closed_chain(drift("-x - 300*y, 300*x - y", "1, 0.5, 0.6", d), d, by(Transport::flow, 32));
  BOOST_REQUIRE(chain.flow);
  const auto& excess = chain.flow->excess;
  BOOST_TEST(*std::max_element(excess.begin(), excess.end()) > 0.5f);
  const Chain slow =
      closed_chain(drift("-x - 3*y, 3*x - y", "1, 0.5, 0.6", d), d, by(Transport::flow, 32));
  for (float e : slow.flow->excess)
    BOOST_TEST(e < 1e-6f);
}

BOOST_AUTO_TEST_CASE(a_streamline_stays_in_a_reflecting_box) {
  const Domain d = box(-2, 2, -2, 2);
  const Grid grid = make_grid(d, square(64), {});
  const Field out = pointwise(2, [](double, double, double* v) { v[0] = 3, v[1] = 1; });
  const auto u = static_cast<std::int32_t>(grid.unknown(60 + 64 * 32));
  const auto at = arrivals(out, grid, {}, {{u, 1.0}}, {-1, 1, 1000})[0];
  BOOST_REQUIRE(at.size() == 1);
  BOOST_TEST(std::abs(at[0].at.x - 63.5) < 1e-9);
  BOOST_TEST(std::abs(at[0].at.y - 48) < 1e-6);
}

BOOST_AUTO_TEST_CASE(the_mean_and_the_noise_of_jumps_and_edges_are_exact) {
  // Away from the sides: Σ w (y − x) = φ_Δt(x) − x over Δt, and the edges make up for the spread.
  const Domain d = box(-2, 2, -2, 2);
  const Chain chain = closed_chain(drift("3, -2", "0.3, 0.1, 0.2", d), d, by(Transport::flow, 40));
  const Generator& G = chain.generator;
  const std::int32_t x = chain.grid.cell_at({0.01, 0.01});
  Vec2 mean;
  for (std::int64_t q = G.row_start[x]; q < G.row_start[x + 1]; ++q)
    mean = mean + G.rate[q] * (chain.grid.centre(G.column[q]) - chain.grid.centre(x));
  BOOST_TEST(std::abs(mean.x - 3) < 1e-7);
  BOOST_TEST(std::abs(mean.y + 2) < 1e-7);
  // A constant drift moves by b Δt: (Δt/2) b bᵀ is all that is added to D.
  double xx = 0, xy = 0, yy = 0;
  for (std::int64_t q = G.row_start[x]; q < G.row_start[x + 1]; ++q) {
    const Vec2 s = chain.grid.centre(G.column[q]) - chain.grid.centre(x);
    xx += 0.5 * G.rate[q] * s.x * s.x, xy += 0.5 * G.rate[q] * s.x * s.y;
    yy += 0.5 * G.rate[q] * s.y * s.y;
  }
  const double time = 2 * (xy - 0.1) / (3 * -2);
  BOOST_TEST(time > 0);
  BOOST_TEST(std::abs(xx - 0.3 - 0.5 * time * 9) < 1e-7);
  BOOST_TEST(std::abs(yy - 0.2 - 0.5 * time * 4) < 1e-7);
}

BOOST_AUTO_TEST_CASE(the_variance_does_not_depend_on_the_circulation) {
  const Domain d = box(-6, 6, -6, 6);
  for (const char* w : {"0", "30", "300"}) {
    const Problem p = rotating(w, d);
    const double coarse = covariance(p, d, by(Transport::flow, 32)).xx - 1;
    const double fine = covariance(p, d, by(Transport::flow, 64)).xx - 1;
    BOOST_TEST(std::abs(coarse) < 0.02);
    BOOST_TEST(std::abs(fine) < 0.0045);
    BOOST_TEST(order_of(coarse, fine) > 1.9);
  }
  BOOST_TEST(covariance(rotating("300", d), d, by(Transport::edges, 64)).xx > 5);
}

BOOST_AUTO_TEST_CASE(the_variance_is_the_same_on_turned_cells) {
  const Domain d = box(-6, 6, -6, 6);
  const Problem p = rotating("30", d);
  BOOST_TEST(std::abs(covariance(p, d, by(Transport::flow, 64, 0.4)).xx - 1) < 0.01);
}

BOOST_AUTO_TEST_CASE(a_full_tensor_under_rotation_has_the_covariance_of_lyapunov) {
  // A C + C Aᵀ = 2D with A = [[1, w], [−w, 2]], D = [[1, 0.4], [0.4, 0.3]].
  const Domain d = box(-6, 6, -6, 6);
  const double w = 3, a = 1, b = 2, d1 = 1, d12 = 0.4, d2 = 0.3;
  // Three equations: a xx + w xy = d1, b yy − w xy = d2, (a + b) xy + w (yy − xx) = 2 d12.
  const double xy = (2 * d12 + w * (d1 / a - d2 / b)) / (a + b + w * w * (1 / a + 1 / b));
  const double xx = (d1 - w * xy) / a, yy = (d2 + w * xy) / b;
  const Problem p = drift("-x - 3*y, 3*x - 2*y", "1, 0.4, 0.3", d);
  const Sym2 coarse = covariance(p, d, by(Transport::flow, 48));
  const Sym2 fine = covariance(p, d, by(Transport::flow, 96));
  BOOST_TEST(std::abs((4 * fine.xx - coarse.xx) / (3 * xx) - 1) < 0.005);
  BOOST_TEST(std::abs((4 * fine.yy - coarse.yy) / (3 * yy) - 1) < 0.005);
  BOOST_TEST(order_of(coarse.xx / xx - 1, fine.xx / xx - 1) > 1.8);
  BOOST_TEST(order_of(coarse.yy / yy - 1, fine.yy / yy - 1) > 1.8);
}

BOOST_AUTO_TEST_CASE(the_exit_from_a_disc_does_not_depend_on_the_circulation) {
  const Domain d = box(-2.2, 2.2, -2.2, 2.2);
  for (const char* w : {"0", "300"})
    BOOST_TEST(std::abs(exit_at_centre(rotating(w, d), d, 64) / 1.8419 - 1) < 0.002);
}

BOOST_AUTO_TEST_CASE(a_kinetic_particle_has_the_temperature_of_its_noise) {
  const Domain d = box(-2.2, 2.2, -2.2, 2.2);
  const auto variance_of_v = [&](const char* friction, std::int64_t n) {
    const std::string g = friction;
    const Problem p = drift("y, x - x^3 - " + g + "*y", "0, 0, 0.1*" + g, d);
    GridShape shape = by(Transport::flow, n);
    shape.rest = true;
    return covariance(p, d, shape).yy;
  };
  for (const char* friction : {"0.01", "0.05", "1", "10"})
    BOOST_TEST(std::abs(variance_of_v(friction, 96) / 0.1 - 1) < 0.005);
}

BOOST_AUTO_TEST_CASE(a_gradient_keeps_its_edges) {
  const Domain d = box(-2, 2, -2, 2);
  const Problem p = potential("(x^2 - 1)^2 + y^2", "0.5");
  const Chain edges = closed_chain(p, d, by(Transport::edges, 32));
  const Chain same = closed_chain(p, d, by(Transport::flow, 32));
  BOOST_TEST(!same.flow);
  BOOST_TEST((same.generator.rate == edges.generator.rate));
}

BOOST_AUTO_TEST_CASE(the_current_of_a_rotation_is_that_of_its_drift) {
  const Domain d = box(-6, 6, -6, 6);
  const Chain chain = closed_chain(rotating("30", d), d, by(Transport::flow, 96));
  BOOST_REQUIRE(chain.flow);
  const LogVector mass = stationary_of(chain);
  const auto current =
      probability_current(chain.grid, *chain.flow, mass, Halo(MPI_COMM_SELF, chain.flow->edges));
  const double entropy =
      entropy_production_of_current(rotating("30", d), chain.grid, current, mass);
  BOOST_TEST(std::abs(entropy / (2 * 30 * 30) - 1) < 0.01);
}

BOOST_AUTO_TEST_SUITE_END()
