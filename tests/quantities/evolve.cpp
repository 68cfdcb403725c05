// Chains whose masses are known at every time: Poisson chains, two cells, birth–death chains by the
// matrix exponential in long double.
#define BOOST_TEST_MODULE evolve
#include <boost/test/unit_test.hpp>

#include "escapade/error.hpp"
#include "escapade/grid/mesh.hpp"
#include "quantities/escape_rate.hpp"
#include "quantities/evolution/evolve.hpp"
#include "quantities/evolution/initial_masses.hpp"
#include "quantities/stationary.hpp"
#include "shared/chains.hpp"

#include <Eigen/Dense>
#include <cmath>
#include <functional>
#include <limits>
#include <unsupported/Eigen/MatrixFunctions>

using namespace escapade;

namespace {

constexpr long double nothing = -std::numeric_limits<long double>::infinity();
using Matrix = Eigen::Matrix<long double, Eigen::Dynamic, Eigen::Dynamic>;

/// Cells 0 … n−1 with rates up and down, and killing from each.
Generator ladder(int n, const std::function<double(int)>& up,
                 const std::function<double(int)>& down,
                 const std::function<double(int)>& killing) {
  Generator G;
  G.size = n;
  for (int i = 0; i < n; ++i) {
    if (i > 0 && down(i) > 0)
      G.column.push_back(i - 1), G.rate.push_back(down(i));
    if (i + 1 < n && up(i) > 0)
      G.column.push_back(i + 1), G.rate.push_back(up(i));
    G.row_start.push_back(static_cast<std::int64_t>(G.column.size()));
    G.killing.push_back(killing(i));
    if (killing(i) > 0)
      G.part_killing.push_back({i, 0, killing(i)});
  }
  return G;
}

double none(int) {
  return 0;
}

/// A ladder over a barrier, rates over five decades, with killing at both ends.
Generator barrier(int n, double killing) {
  const auto u = [n](int i) { return 6 * std::sin(3.1 * i / (n - 1.0)) + 0.1 * i; };
  return ladder(
      n, [u](int i) { return 40 * std::exp((u(i) - u(i + 1)) / 2); },
      [u](int i) { return 40 * std::exp((u(i) - u(i - 1)) / 2); },
      [n, killing](int i) { return i == n - 1 ? killing
                                   : i == 0   ? killing / 100
                                              : 0; });
}

ChainState at_cell(const Generator& G, int cell, std::size_t parts) {
  ChainState s;
  s.log_mass.assign(static_cast<std::size_t>(G.rows()), nothing);
  s.log_mass[cell] = 0;
  s.exited.assign(parts, 0.0L);
  return s;
}

Eigen::Vector<long double, Eigen::Dynamic> exact(const Generator& G, int cell, double t) {
  Matrix A = Matrix::Zero(G.rows(), G.rows()); // dp/dt = A p
  for (int x = 0; x < G.rows(); ++x) {
    A(x, x) -= G.killing[x];
    for (auto e = G.row_start[x]; e < G.row_start[x + 1]; ++e)
      A(G.column[e], x) += G.rate[e], A(x, x) -= G.rate[e];
  }
  const Matrix E = (A * t).exp();
  return E.col(cell);
}

double distance(const ChainState& s, const Eigen::Vector<long double, Eigen::Dynamic>& p) {
  long double sum = 0;
  for (std::size_t i = 0; i < s.log_mass.size(); ++i)
    sum += std::abs(std::exp(s.log_mass[i]) - p[static_cast<Eigen::Index>(i)]);
  return static_cast<double>(sum);
}

long double survival(const ChainState& s) {
  return std::exp(log_total(MPI_COMM_SELF, s.log_mass));
}

Evolution evolution(const Generator& G, std::size_t parts, Integrator integrator,
                    double tolerance = 1e-8) {
  return Evolution(MPI_COMM_SELF, G, parts, 1, {integrator, tolerance, {}});
}

bool never() {
  return false;
}

} // namespace

using escapade::test::Mpi;
BOOST_GLOBAL_FIXTURE(Mpi);

BOOST_AUTO_TEST_SUITE(evolve)

BOOST_AUTO_TEST_CASE(poisson_weights_are_those_of_the_logarithmic_formula) {
  for (double mean : {0.0, 1e-3, 2.5, 700.0, 40000.0}) {
    const PoissonWeights w = poisson_weights(mean);
    long double sum = 0, first = 0;
    for (std::size_t i = 0; i < w.weight.size(); ++i) {
      const auto n = static_cast<long double>(w.first) + static_cast<long double>(i);
      sum += w.weight[i], first += n * w.weight[i];
      const long double log_exact =
          mean > 0 ? n * std::log(static_cast<long double>(mean)) - mean - std::lgamma(n + 1)
                   : (n == 0 ? 0 : nothing);
      BOOST_TEST(static_cast<double>(w.weight[i]) == static_cast<double>(std::exp(log_exact)),
                 boost::test_tools::tolerance(1e-11));
      BOOST_TEST(w.above[i] >= 0);
    }
    BOOST_TEST(static_cast<double>(sum) == 1.0, boost::test_tools::tolerance(1e-17));
    BOOST_TEST(std::abs(static_cast<double>(first - mean)) <= 1e-15 * mean);
  }
}

BOOST_AUTO_TEST_CASE(a_chain_of_single_steps_is_a_poisson_process_entry_by_entry) {
  const int n = 40;
  const double t = 7.3;
  const Generator G = ladder(
      n, [](int) { return 1.0; }, none, [](int i) { return i == 39 ? 1.0 : 0.0; });
  Uniformisation u(MPI_COMM_SELF, G, 1);
  ChainState s = at_cell(G, 0, 1);
  u.advance(s, t);
  for (int i = 0; i < n; ++i) {
    const long double want = i * std::log(static_cast<long double>(t)) - t - std::lgamma(i + 1.0L);
    BOOST_TEST(static_cast<double>(std::abs(s.log_mass[i] - want)) < 1e-12);
  }
  BOOST_TEST(static_cast<double>(survival(s) + s.exited[0]) == 1.0,
             boost::test_tools::tolerance(1e-14));
}

BOOST_AUTO_TEST_CASE(two_cells_relax_exponentially_by_every_integrator) {
  const double a = 0.7, c = 2.1, t = 1.9,
               exact = c / (a + c) + a / (a + c) * std::exp(-(a + c) * t);
  const Generator G = ladder(
      2, [a](int) { return a; }, [c](int) { return c; }, none);
  for (Integrator integrator : {Integrator::uniformisation, Integrator::implicit}) {
    Evolution e = evolution(G, 0, integrator);
    ChainState s = at_cell(G, 0, 0);
    for (int k = 0; k < 5; ++k)
      BOOST_TEST(e.advance(s, t / 5, never));
    const double off = std::abs(static_cast<double>(std::exp(s.log_mass[0])) - exact);
    BOOST_TEST(off <= s.error);
    BOOST_TEST(off < (integrator == Integrator::uniformisation ? 1e-14 : 1e-8));
    BOOST_TEST(s.time == t, boost::test_tools::tolerance(1e-14));
  }
}

BOOST_AUTO_TEST_CASE(uniformisation_is_the_matrix_exponential) {
  const Generator G = barrier(14, 3);
  Evolution e = evolution(G, 1, Integrator::uniformisation);
  ChainState s = at_cell(G, 2, 1);
  double t = 0;
  for (double dt : {1e-3, 0.3, 40.0}) {
    BOOST_TEST(e.advance(s, dt, never));
    t += dt;
    const double off = distance(s, exact(G, 2, t));
    BOOST_TEST(off <= s.error);
    BOOST_TEST(off <= 1e-12);
    BOOST_TEST(std::abs(static_cast<double>(survival(s) + s.exited[0] - 1)) < 1e-13);
  }
}

BOOST_AUTO_TEST_CASE(implicit_steps_stay_positive_and_within_their_estimate) {
  const Generator G = barrier(30, 3);
  for (double tolerance : {1e-5, 1e-8}) {
    ImplicitSteps steps(MPI_COMM_SELF, G, 1, {}, tolerance);
    ChainState s = at_cell(G, 3, 1);
    s.log_mass.assign(30, -std::log(30.0L));
    Eigen::Vector<long double, Eigen::Dynamic> p = exact(G, 0, 5.0) / 30;
    for (int i = 1; i < 30; ++i)
      p += exact(G, i, 5.0) / 30;
    BOOST_TEST(steps.advance(s, 5.0, 0, [](const ChainState&) { return false; }));
    const double off = distance(s, p);
    BOOST_TEST(off <= s.error);
    BOOST_TEST(off <= 10 * tolerance);
    for (long double l : s.log_mass)
      BOOST_TEST(std::isfinite(l)); // a mass > 0
    BOOST_TEST(std::abs(static_cast<double>(survival(s) + s.exited[0] - 1)) < 1e-14);
  }
}

BOOST_AUTO_TEST_CASE(an_implicit_evolution_from_a_point_agrees_with_uniformisation) {
  const Generator G = barrier(60, 3); // Λ t = 3e5
  ChainState a = at_cell(G, 5, 1), b = a;
  Evolution u = evolution(G, 1, Integrator::uniformisation);
  Evolution i = evolution(G, 1, Integrator::implicit);
  for (int k = 0; k < 3; ++k) {
    BOOST_TEST(u.advance(a, 1000.0, never));
    BOOST_TEST(i.advance(b, 1000.0, never));
    long double off = 0;
    for (std::size_t c = 0; c < 60; ++c)
      off += std::abs(std::exp(a.log_mass[c]) - std::exp(b.log_mass[c]));
    BOOST_TEST(static_cast<double>(off) <= a.error + b.error);
    BOOST_TEST(static_cast<double>(off) < 1e-6);
    BOOST_TEST(static_cast<double>(b.survival_time) == static_cast<double>(a.survival_time),
               boost::test_tools::tolerance(1e-7));
  }
  BOOST_TEST(i.work().solves > 0);
  BOOST_TEST(u.work().solves == 0);
}

BOOST_AUTO_TEST_CASE(quasi_stationary_masses_decay_at_their_rate_without_work) {
  const Generator G = barrier(20, 3);
  Solver solver(MPI_COMM_SELF, G, {});
  const QuasiStationary q = quasi_stationary(MPI_COMM_SELF, solver, G, 1);
  Evolution e = evolution(G, 1, Integrator::implicit);
  e.set_resting_state({q.log_mass, q.log_rate, q.log_exit_probability});
  ChainState s = at_cell(G, 5, 1);
  s.log_mass = q.log_mass;
  s.time = 3; // past the beginning
  const auto kappa = static_cast<double>(std::exp(q.log_rate));
  for (int k = 0; k < 4; ++k)
    BOOST_TEST(e.advance(s, 50, never));
  BOOST_TEST(static_cast<double>(log_total(MPI_COMM_SELF, s.log_mass)) == -200 * kappa,
             boost::test_tools::tolerance(1e-8));
  BOOST_TEST(std::abs(static_cast<double>(survival(s) + s.exited[0] - 1)) < 1e-13);
  BOOST_TEST(e.work().resting_since >= 3);
  // ∫S dt over the whole time from ν is 1/κ.
  const long double whole = s.survival_time + survival(s) / kappa;
  BOOST_TEST(static_cast<double>(whole) * kappa == 1.0, boost::test_tools::tolerance(1e-8));
}

BOOST_AUTO_TEST_CASE(survival_of_the_brownian_disc_is_the_bessel_series) {
  // S(t) from the centre, radius 1: Σ 2/(j_n J₁(j_n)) exp(−D j_n² t), j_n the zeros of J₀.
  const double zeros[] = {2.404825557695773, 5.520078110286311, 8.653727912911013};
  const double D = 0.5, t = 0.3;
  double series = 0;
  for (double j : zeros)
    series += 2 / (j * std::cyl_bessel_j(1.0, j)) * std::exp(-D * j * j * t);
  double off[2];
  for (int k = 0; k < 2; ++k) {
    const Problem problem = test::drift("0, 0", "0.5, 0, 0.5", test::box(-1.1, 1.1, -1.1, 1.1));
    const Chain chain =
        test::leaving_chain(problem, test::box(-1.1, 1.1, -1.1, 1.1), test::square(32 << k),
                            "x^2 + y^2 > 1", CutRule::killing);
    Evolution e = evolution(chain.generator, 1, Integrator::automatic);
    ChainState s;
    s.log_mass = point_masses(chain.grid, {0, 0});
    s.exited = {0};
    e.advance(s, t, never);
    off[k] = std::abs(static_cast<double>(survival(s)) - series);
  }
  BOOST_TEST(off[1] < 2e-3);
  BOOST_TEST(off[0] / off[1] > 3); // order 2
}

BOOST_AUTO_TEST_CASE(a_point_is_spread_with_its_mean_and_a_variance_of_a_quarter_cell) {
  const Problem problem = test::drift("-x, -y", "1, 0, 1", test::box(-1, 1, -2, 2));
  const Chain chain = test::closed_chain(problem, test::box(-1, 1, -2, 2), test::square(16));
  for (Vec2 p : {Vec2{0.03, 0.4}, Vec2{0, 0}, Vec2{-0.41, 1.234}}) {
    const LogVector masses = point_masses(chain.grid, p);
    const Moments m = moments(chain.grid, masses);
    BOOST_TEST(static_cast<double>(log_total(MPI_COMM_SELF, masses)) + 1 == 1.0,
               boost::test_tools::tolerance(1e-15));
    BOOST_TEST(norm(m.mean - p) < 1e-14);
    BOOST_TEST(m.covariance.xx == chain.grid.lattice()->h[0] * chain.grid.lattice()->h[0] / 4,
               boost::test_tools::tolerance(1e-12));
    BOOST_TEST(m.covariance.yy == chain.grid.lattice()->h[1] * chain.grid.lattice()->h[1] / 4,
               boost::test_tools::tolerance(1e-12));
    BOOST_TEST(std::abs(m.covariance.xy) < 1e-15);
  }
}

BOOST_AUTO_TEST_CASE(a_point_between_vertices_of_a_mesh_is_their_mean) {
  const auto look = [](GmshMesh mesh, const std::vector<Vec2>& points) {
    GridShape shape;
    shape.mesh = make_mesh(std::move(mesh), "hand.msh", {}, {1, 0, 1});
    const auto [low, high] = shape.mesh->extent();
    const Domain box = test::box(low.x, high.x, low.y, high.y);
    const Chain chain = test::closed_chain(test::drift("0, 0", "1, 0, 1", box), box, shape);
    for (Vec2 p : points) {
      const LogVector masses = point_masses(chain.grid, p);
      BOOST_TEST(std::abs(log_total(MPI_COMM_SELF, masses)) < 1e-15L);
      BOOST_TEST(norm(moments(chain.grid, masses).mean - p) < 1e-15);
    }
  };
  GmshMesh square; // cut in two
  square.node = {{0, 0}, {1, 0}, {1, 1}, {0, 1}};
  square.triangle = {{0, 1, 2}, {0, 2, 3}};
  look(square, {{0.3, 0.2}, {0.6, 0.9}, {0, 0.25}, {1, 1}});
  GmshMesh comb; // the nearest vertices lie on a line, beside the point
  comb.node = {{-1, 0}, {-1, 3}, {1, 0}, {1, 1}, {1, 2}, {1, 3}};
  comb.triangle = {{0, 2, 3}, {0, 3, 4}, {0, 4, 1}, {1, 4, 5}};
  look(comb, {{0.8, 1.5}, {0.8, 0.4}});
}

BOOST_AUTO_TEST_CASE(an_initial_density_is_scaled_and_must_not_be_negative) {
  const Domain box = test::box(-6, 6, -6, 6);
  const Problem problem = test::drift("-x, -y", "1, 0, 1", box);
  const Chain chain = test::closed_chain(problem, box, test::square(64));
  const auto field = [](const char* text) {
    return field_of({test::expression(text)}, Compile::never);
  };
  const LogVector gauss =
      density_masses(chain.grid, field("7*exp(-2*(x-0.3)^2 - y^2)"), "-initial");
  const Moments m = moments(chain.grid, gauss);
  BOOST_TEST(static_cast<double>(log_total(MPI_COMM_SELF, gauss)) + 1 == 1.0,
             boost::test_tools::tolerance(1e-14));
  BOOST_TEST(m.mean.x == 0.3, boost::test_tools::tolerance(1e-9));
  BOOST_TEST(m.covariance.xx == 0.25, boost::test_tools::tolerance(1e-9));
  BOOST_TEST(m.covariance.yy == 0.5, boost::test_tools::tolerance(1e-9));
  for (const char* bad : {"x", "1/(x - x)", "0*x"})
    BOOST_CHECK_THROW(density_masses(chain.grid, field(bad), "-initial"), BadInput);
}

BOOST_AUTO_TEST_CASE(moments_of_ornstein_uhlenbeck_follow_their_equations) {
  // dx = −x dt + √(2D) dW: mean x₀e^{−t}, variance D(1 − e^{−2t}); the error is of order h².
  const Domain box = test::box(-1.5, 1.5, -1.5, 1.5);
  const Problem problem = test::drift("-x, -2*y", "0.05, 0, 0.05", box);
  double mean_off[2], variance_off[2];
  for (int k = 0; k < 2; ++k) {
    const Chain chain = test::closed_chain(problem, box, test::square(40 << k));
    Evolution e = evolution(chain.generator, 0, Integrator::automatic);
    ChainState s;
    s.log_mass = point_masses(chain.grid, {0.5, 0.4});
    e.advance(s, 0.8, never);
    const Moments m = moments(chain.grid, s.log_mass);
    mean_off[k] = std::hypot(m.mean.x - 0.5 * std::exp(-0.8), m.mean.y - 0.4 * std::exp(-1.6));
    variance_off[k] = std::hypot(m.covariance.xx - 0.05 * (1 - std::exp(-1.6)),
                                 m.covariance.yy - 0.025 * (1 - std::exp(-3.2)));
  }
  BOOST_TEST(mean_off[1] < 2e-3);
  BOOST_TEST(variance_off[1] < 1e-3);
  BOOST_TEST(mean_off[0] / mean_off[1] > 3.3);
  BOOST_TEST(variance_off[0] / variance_off[1] > 3.3);
}

BOOST_AUTO_TEST_SUITE_END()
