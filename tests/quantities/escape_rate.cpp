#define BOOST_TEST_MODULE escape_rate
#include <boost/test/unit_test.hpp>

#include "escapade/error.hpp"
#include "quantities/escape_rate.hpp"
#include "quantities/exit_time.hpp"

#include <cmath>
#include <functional>
#include <string>

using namespace escapade;

namespace {

struct Mpi {
  Mpi() { MPI_Init(nullptr, nullptr); }
  ~Mpi() { MPI_Finalize(); }
};

/// Birth–death chain on 0 … n−1 with potential u(i): up at e^{−(u(i+1)−u(i))/2}, down likewise, and
/// killing from the last cell.
Generator ladder(int n, const std::function<double(int)>& u, double killing) {
  Generator G;
  G.size = n;
  for (int i = 0; i < n; ++i) {
    if (i > 0)
      G.column.push_back(i - 1), G.rate.push_back(std::exp((u(i) - u(i - 1)) / 2));
    if (i + 1 < n)
      G.column.push_back(i + 1), G.rate.push_back(std::exp((u(i) - u(i + 1)) / 2));
    G.row_start.push_back(static_cast<std::int64_t>(G.column.size()));
    G.killing.push_back(i + 1 == n ? killing : 0.0);
    if (i + 1 == n)
      G.part_killing.push_back({i, 0, killing});
  }
  return G;
}

} // namespace

BOOST_GLOBAL_FIXTURE(Mpi);

BOOST_AUTO_TEST_SUITE(escape_rate)

BOOST_AUTO_TEST_CASE(of_two_cells_is_the_root_of_a_quadratic) {
  // w(0→1) = a, w(1→0) = c, killing k from cell 1: κ² − (a + c + k) κ + a k = 0.
  const Generator G = ladder(
      2, [](int i) { return 0.6 * i; }, 0.7);
  const double a = G.rate[0], c = G.rate[1], k = 0.7, sum = a + c + k;
  const double exact = 2 * a * k / (sum + std::sqrt(sum * sum - 4 * a * k));
  Solver solver(MPI_COMM_SELF, G, {});
  const QuasiStationary q = quasi_stationary(MPI_COMM_SELF, solver, G, 1);
  BOOST_TEST(std::abs(static_cast<double>(std::exp(q.log_rate)) / exact - 1) < 1e-13);
}

BOOST_AUTO_TEST_CASE(times_mean_time_is_one_even_at_1e_250) {
  for (double slope : {0.5, 6.0, 12.0}) {
    const Generator G = ladder(
        50, [&](int i) { return slope * i; }, 1.0);
    Solver solver(MPI_COMM_SELF, G, {});
    const QuasiStationary q = quasi_stationary(MPI_COMM_SELF, solver, G, 1);
    BOOST_TEST(std::abs(static_cast<double>(std::expm1(q.log_rate + q.log_mean_time))) < 1e-12);
    BOOST_TEST(std::abs(static_cast<double>(q.log_exit_probability[0])) < 1e-12);
  }
}

BOOST_AUTO_TEST_CASE(of_1e_128_and_1e_250_is_that_of_a_long_double_solve) {
  // ln 10 · 128 and · 250 spread over 49 steps of a ladder.
  for (double decades : {128.0, 250.0}) {
    const double slope = decades * std::log(10.0) / 49;
    const Generator G = ladder(
        50, [&](int i) { return slope * i; }, 1.0);
    SolveOptions wide;
    wide.kind = SolverKind::gth;
    wide.precision = Precision::long_double;
    Solver a(MPI_COMM_SELF, G, {}), b(MPI_COMM_SELF, G, wide);
    const auto qa = quasi_stationary(MPI_COMM_SELF, a, G, 1);
    const auto qb = quasi_stationary(MPI_COMM_SELF, b, G, 1);
    BOOST_TEST(std::abs(static_cast<double>(std::expm1(qa.log_rate - qb.log_rate))) < 1e-12);
    BOOST_TEST(static_cast<double>(qa.log_rate) < -0.95 * decades * std::log(10.0));
  }
}

BOOST_AUTO_TEST_CASE(that_no_patience_would_find_is_refused_early) {
  // The drift carries everything out: hundreds of modes decay at nearly one rate.
  const Generator G = ladder(
      400, [](int i) { return -6.0 * i; }, std::exp(3.0));
  Solver solver(MPI_COMM_SELF, G, {});
  BOOST_CHECK_EXCEPTION(quasi_stationary(MPI_COMM_SELF, solver, G, 1), NotTrusted,
                        [](const NotTrusted& e) {
                          const std::string line = e.what();
                          return line.find("in 256 steps") != std::string::npos ||
                                 line.find("in 512 steps") != std::string::npos;
                        });
}

BOOST_AUTO_TEST_CASE(reaches_the_tails_that_rare_exits_hang_on) {
  // Two ways out of the bottom of a valley: cells 0 and 20, the left one 60 nats higher. Exit
  // probabilities from the bottom and from the quasi-stationary state agree to rounding.
  const auto u = [](int i) { return i < 10 ? 8.0 * (10 - i) : 2.0 * (i - 10); };
  Generator G = ladder(21, u, 1.0);
  G.killing[0] = 1.0;
  G.part_killing.insert(G.part_killing.begin(), {0, 1, 1.0});
  Solver solver(MPI_COMM_SELF, G, {});
  const QuasiStationary q = quasi_stationary(MPI_COMM_SELF, solver, G, 2);
  const ExitQuantities e = exit_quantities(MPI_COMM_SELF, solver, G, 2);
  const double ratio = static_cast<double>(q.log_exit_probability[1] - e.probability[1][10]);
  BOOST_TEST(std::abs(ratio) < 1e-4); // the bottom is not quite the quasi-stationary state
  BOOST_TEST(static_cast<double>(q.log_exit_probability[1]) < -50);
}

BOOST_AUTO_TEST_CASE(leaves_cells_empty_that_nothing_leads_to) {
  // As corners are from which jumps along a flow lead away: the rate is that of the others.
  const Generator pair = ladder(
      2, [](int i) { return 0.6 * i; }, 0.7);
  Generator G = pair;
  G.size = 3;
  G.column.push_back(0), G.rate.push_back(40);
  G.row_start.push_back(static_cast<std::int64_t>(G.column.size()));
  G.killing.push_back(0);
  Solver solver(MPI_COMM_SELF, G, {}), without(MPI_COMM_SELF, pair, {});
  const QuasiStationary q = quasi_stationary(MPI_COMM_SELF, solver, G, 1);
  const QuasiStationary right = quasi_stationary(MPI_COMM_SELF, without, pair, 1);
  BOOST_TEST(std::abs(static_cast<double>(q.log_rate - right.log_rate)) < 1e-12);
  BOOST_TEST(std::isinf(q.log_mass[2]));
}

BOOST_AUTO_TEST_SUITE_END()
