// The distributed solver against exact answers: closed sums of birth–death chains, and dense
// elimination without subtraction in long double for plane chains. Runs on 1, 2 and 3 ranks.
#define BOOST_TEST_MODULE krylov
#include <boost/test/unit_test.hpp>

#include "escapade/error.hpp"
#include "generator/distribute.hpp"
#include "shared/ranks.hpp"
#include "solve/krylov/krylov.hpp"
#include "solve/solver.hpp"

#include <petscsys.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>

using namespace escapade;
using namespace escapade::test;

namespace {

using Vector = std::vector<long double>;
constexpr long double infinity = std::numeric_limits<long double>::infinity();

struct Session {
  Session() {
    auto& suite = boost::unit_test::framework::master_test_suite();
    static int count = 1;
    static char* name[] = {suite.argv[0], nullptr};
    char** arguments = name;
    PetscOptionsSetValue(nullptr, "-no_signal_handler", nullptr);
    PetscInitialize(&count, &arguments, nullptr, nullptr);
  }
  ~Session() { PetscFinalize(); }
};

Vector joined(const Vector& local) {
  Vector whole = gathered(MPI_COMM_WORLD, local);
  int size = static_cast<int>(whole.size());
  MPI_Bcast(&size, 1, MPI_INT, 0, MPI_COMM_WORLD);
  whole.resize(size);
  MPI_Bcast(whole.data(), size, MPI_LONG_DOUBLE, 0, MPI_COMM_WORLD);
  return whole;
}

Vector exponentials(Vector x) {
  for (long double& value : x)
    value = std::exp(value);
  return x;
}

Vector logarithms(Vector x) {
  for (long double& value : x)
    value = std::log(value);
  return x;
}

long double bernoulli(long double z) {
  return std::abs(z) < 1e-9L ? 1 - z / 2 : z / std::expm1(z);
}

// Cells of an nx × ny lattice in the double well barrier·(1 − x²)² + barrier·y² on [−1.5, 1.5]²,
// turned by a current of strength `swirl` along its level lines; T = 1.
Generator double_well(int nx, int ny, double barrier, double swirl = 0) {
  Generator chain;
  chain.size = nx * ny;
  const long double hx = 3.0L / nx, hy = 3.0L / ny;
  const auto potential = [&](long double i, long double j) {
    const long double x = -1.5L + (i + 0.5L) * hx, y = ny > 1 ? -1.5L + (j + 0.5L) * hy : 0;
    return barrier * ((1 - x * x) * (1 - x * x) + y * y);
  };
  for (int j = 0; j < ny; ++j)
    for (int i = 0; i < nx; ++i) {
      const auto edge = [&](int a, int b, long double h, long double side) {
        if (a < 0 || a >= nx || b < 0 || b >= ny)
          return;
        const long double rise = potential(a, b) - potential(i, j) - swirl * side;
        chain.column.push_back(a + nx * b);
        chain.rate.push_back(static_cast<double>(bernoulli(rise) / (h * h)));
      };
      const long double x = -1.5L + (i + 0.5L) * hx, y = -1.5L + (j + 0.5L) * hy;
      edge(i, j - 1, hy, -x * hy);
      edge(i - 1, j, hx, y * hx);
      edge(i + 1, j, hx, -y * hx);
      edge(i, j + 1, hy, x * hy);
      chain.row_start.push_back(static_cast<std::int64_t>(chain.column.size()));
      chain.killing.push_back(0);
    }
  return chain;
}

Generator with_exit(Generator chain, std::int64_t row, double rate, std::int32_t part = 0) {
  chain.killing[row] += rate;
  chain.part_killing.push_back({static_cast<std::int32_t>(row), part, rate});
  return chain;
}

// M, Mᵀ and π by dense elimination: sums, products and quotients of non-negative numbers only.
struct Dense {
  std::int64_t n;
  std::vector<Vector> w;
  Vector k, d;
  explicit Dense(const Generator& chain)
      : n(chain.size), w(n, Vector(n, 0)), k(chain.killing.begin(), chain.killing.end()), d(n, 0) {
    for (std::int64_t x = 0; x < n; ++x)
      for (std::int64_t e = chain.row_start[x]; e < chain.row_start[x + 1]; ++e)
        w[x][chain.column[e]] = chain.rate[e];
    for (std::int64_t v = 0; v < n; ++v) {
      d[v] = k[v];
      for (std::int64_t j = v + 1; j < n; ++j)
        d[v] += w[v][j];
      for (std::int64_t i = v + 1; i < n; ++i) {
        if (w[i][v] == 0)
          continue;
        const long double p = w[i][v] / d[v];
        k[i] += p * k[v];
        for (std::int64_t j = v + 1; j < n; ++j)
          if (j != i)
            w[i][j] += p * w[v][j];
      }
    }
  }
  Vector solve(Vector f, bool transpose) const {
    const auto a = [&](std::int64_t i, std::int64_t j) { return transpose ? w[j][i] : w[i][j]; };
    for (std::int64_t v = 0; v < n; ++v)
      for (std::int64_t i = v + 1; i < n && f[v] > 0; ++i)
        f[i] += a(i, v) * (f[v] / d[v]);
    for (std::int64_t v = n - 1; v >= 0; --v) {
      for (std::int64_t j = v + 1; j < n; ++j)
        f[v] += a(v, j) * f[j];
      f[v] = d[v] > 0 ? f[v] / d[v] : 1;
    }
    return f;
  }
  Vector stationary() const {
    Vector pi = solve(Vector(n, 0), true);
    const long double sum = std::accumulate(pi.begin(), pi.end(), 0.0L);
    for (long double& mass : pi)
      mass /= sum;
    return pi;
  }
};

// max |x − y| / y
long double entrywise_error(const Vector& x, const Vector& y) {
  long double most = 0;
  for (std::size_t i = 0; i < y.size(); ++i)
    most = std::max(most, std::abs(x[i] - y[i]) / y[i]);
  return most;
}

long double largest_error(const Vector& x, const Vector& y) {
  long double most = 0;
  for (std::size_t i = 0; i < y.size(); ++i)
    most = std::max(most, std::abs(x[i] - y[i]));
  return most / *std::max_element(y.begin(), y.end());
}

long double total_error(const Vector& x, const Vector& y) {
  long double error = 0, sum = 0;
  for (std::size_t i = 0; i < y.size(); ++i) {
    error += std::abs(x[i] - y[i]);
    sum += y[i];
  }
  return error / sum;
}

// The reference's own rounding.
constexpr long double reference_error = 1e-15L;

template<class Solve>
bool trusted(Solve solve) {
  try {
    solve();
    return true;
  } catch (const NotTrusted& failure) {
    BOOST_TEST_MESSAGE(failure.what());
    BOOST_TEST(std::string(failure.what()).find("the solver gth") != std::string::npos);
    return false;
  }
}

} // namespace

BOOST_TEST_GLOBAL_FIXTURE(Session);

BOOST_AUTO_TEST_SUITE(krylov)

BOOST_AUTO_TEST_CASE(exit_time_of_a_birth_death_chain_is_within_its_certificate) {
  const int n = 64;
  const Generator chain = with_exit(double_well(n, 1, 3), n - 1, 400);
  // Time from i to i + 1: T_i = (1 + d_i T_{i−1}) / b_i.
  Vector exact(n);
  long double step = 0;
  for (int i = 0; i < n; ++i) {
    const std::int64_t e = chain.row_start[i];
    const long double death = i > 0 ? chain.rate[e] : 0;
    const long double birth = i == n - 1 ? 400 : chain.rate[chain.row_start[i + 1] - 1];
    exact[i] = step = (1 + death * step) / birth;
  }
  for (int i = n - 2; i >= 0; --i)
    exact[i] += exact[i + 1];
  KrylovSolver solver(MPI_COMM_WORLD, share(chain), 1e-9);
  const Generator mine = share(chain);
  const Vector tau = exponentials(joined(solver.backward(LogVector(mine.rows(), 0.0L))));
  BOOST_TEST(entrywise_error(tau, exact) <= solver.report().certificate + reference_error);
  BOOST_TEST(solver.report().certificate > 0);
  BOOST_TEST(solver.report().certificate <= 1e-9 * 1.001);
  BOOST_TEST(solver.report().iterations > 0);
  BOOST_TEST(solver.report().memory_bytes > 0);
}

BOOST_AUTO_TEST_CASE(stationary_masses_of_a_birth_death_chain_are_products_of_ratios) {
  const int n = 50;
  const Generator chain = double_well(n, 1, 4);
  Vector exact{1};
  for (int i = 1; i < n; ++i)
    exact.push_back(exact.back() * chain.rate[chain.row_start[i] - 1] /
                    chain.rate[chain.row_start[i]]);
  const long double sum = std::accumulate(exact.begin(), exact.end(), 0.0L);
  for (long double& mass : exact)
    mass /= sum;
  KrylovSolver solver(MPI_COMM_WORLD, share(chain), 1e-10);
  const Vector pi = exponentials(joined(solver.stationary()));
  BOOST_TEST(total_error(pi, exact) <= solver.report().certificate + reference_error);
  BOOST_TEST(std::abs(std::accumulate(pi.begin(), pi.end(), 0.0L) - 1) < 1e-15L);
  // In detailed balance the potential makes every mass right, the rarest included.
  BOOST_TEST(entrywise_error(pi, exact) < 1e-8L);
}

BOOST_AUTO_TEST_CASE(plane_chains_with_currents_are_within_their_certificates) {
  for (const double swirl : {0.0, 3.0}) {
    const Generator closed = double_well(12, 10, 3, swirl);
    const Generator chain = with_exit(with_exit(closed, 15, 30, 0), 100, 20, 1);
    const Dense exact(chain);
    const Generator mine = share(chain);
    const std::int64_t n = mine.rows();

    KrylovSolver times(MPI_COMM_WORLD, mine, 1e-8);
    const Vector one = exponentials(joined(times.backward(LogVector(n, 0.0L))));
    BOOST_TEST(entrywise_error(one, exact.solve(Vector(chain.size, 1), false)) <=
               times.report().certificate + reference_error);

    KrylovSolver parts(MPI_COMM_WORLD, mine, 1e-8);
    Vector f(chain.size, 0), sum(chain.size, 0);
    for (const PartKilling& part : chain.part_killing) {
      std::fill(f.begin(), f.end(), 0.0L);
      f[part.row] = part.rate;
      const Vector h = exponentials(joined(parts.backward(logarithms(share(f)))));
      BOOST_TEST(largest_error(h, exact.solve(f, false)) <=
                 parts.report().certificate + reference_error);
      std::transform(h.begin(), h.end(), sum.begin(), sum.begin(), std::plus<>());
    }
    BOOST_TEST(largest_error(sum, Vector(chain.size, 1)) < 1e-7L);

    KrylovSolver visits(MPI_COMM_WORLD, mine, 1e-8);
    std::fill(f.begin(), f.end(), 0.0L);
    f[65] = 2.5;
    const Vector mu = exponentials(joined(visits.forward(logarithms(share(f)))));
    BOOST_TEST(total_error(mu, exact.solve(f, true)) <=
               visits.report().certificate + reference_error);

    KrylovSolver masses(MPI_COMM_WORLD, share(closed), 1e-8);
    const Vector pi = exponentials(joined(masses.stationary()));
    BOOST_TEST(total_error(pi, Dense(closed).stationary()) <=
               masses.report().certificate + reference_error);
    BOOST_TEST(masses.report().certificate <= 1e-8 * 1.001);
  }
}

BOOST_AUTO_TEST_CASE(metastable_chains_are_right_or_refused) {
  for (const double barrier : {10., 20., 50., 100.})
    for (const int ny : {1, 12}) {
      const Generator closed = double_well(ny > 1 ? 24 : 80, ny, barrier, ny > 1 ? 2.0 : 0.0);
      const Generator chain = with_exit(closed, closed.size - 1, 500);
      const Dense exact(chain);
      const Generator mine = share(chain);

      Vector tau, mu, pi, f(chain.size, 0);
      f[chain.size / 3] = 1;
      KrylovSolver times(MPI_COMM_WORLD, mine, 1e-6);
      KrylovSolver visits(MPI_COMM_WORLD, mine, 1e-6);
      KrylovSolver masses(MPI_COMM_WORLD, share(closed), 1e-6);
      const bool timed = trusted([&] { tau = times.backward(LogVector(mine.rows(), 0.0L)); });
      const bool visited = trusted([&] { mu = visits.forward(logarithms(share(f))); });
      const bool weighed = trusted([&] { pi = masses.stationary(); });
      BOOST_TEST_MESSAGE("barrier " << barrier << ", " << ny << " rows: time " << timed
                                    << ", visits " << visited << ", masses " << weighed);
      if (timed)
        BOOST_TEST(
            entrywise_error(exponentials(joined(tau)), exact.solve(Vector(chain.size, 1), false)) <=
            times.report().certificate + reference_error);
      if (visited)
        BOOST_TEST(total_error(exponentials(joined(mu)), exact.solve(f, true)) <=
                   visits.report().certificate + reference_error);
      if (weighed)
        BOOST_TEST(total_error(exponentials(joined(pi)), Dense(closed).stationary()) <=
                   masses.report().certificate + reference_error);
      if (barrier == 10 && ny == 1)
        BOOST_TEST((weighed && timed && visited));
    }
}

BOOST_AUTO_TEST_CASE(input_that_has_no_answer_is_refused) {
  const Generator mine = share(double_well(6, 5, 1));
  BOOST_CHECK_THROW(KrylovSolver(MPI_COMM_WORLD, mine, 0.0), BadInput);
  BOOST_CHECK_THROW(KrylovSolver(MPI_COMM_WORLD, mine, std::nan("")), BadInput);
  KrylovSolver closed(MPI_COMM_WORLD, mine, 1e-6);
  BOOST_CHECK_THROW(closed.backward(LogVector(mine.rows(), 0.0L)), BadInput);
  BOOST_CHECK_THROW(closed.forward(LogVector(mine.rows(), 0.0L)), BadInput);
  KrylovSolver open(MPI_COMM_WORLD, share(with_exit(double_well(6, 5, 1), 0, 1)), 1e-6);
  BOOST_CHECK_THROW(open.stationary(), BadInput);
}

BOOST_AUTO_TEST_CASE(nothing_put_in_gives_nothing_out) {
  const Generator mine = share(with_exit(double_well(6, 5, 1), 0, 1));
  KrylovSolver solver(MPI_COMM_WORLD, mine, 1e-6);
  for (const long double value : solver.backward(LogVector(mine.rows(), -infinity)))
    BOOST_TEST(value == -infinity);
  BOOST_TEST(solver.report().certificate == 0);
}

BOOST_AUTO_TEST_CASE(ranks_without_rows_take_part) {
  const Generator whole = with_exit(double_well(2, 1, 1), 1, 3);
  const Generator mine = share(whole);
  KrylovSolver solver(MPI_COMM_WORLD, mine, 1e-12);
  const Vector tau = exponentials(joined(solver.backward(LogVector(mine.rows(), 0.0L))));
  BOOST_TEST(entrywise_error(tau, Dense(whole).solve({1, 1}, false)) < 1e-12L);
  KrylovSolver closed(MPI_COMM_WORLD, share(double_well(2, 1, 1)), 1e-12);
  BOOST_TEST(total_error(exponentials(joined(closed.stationary())), {0.5L, 0.5L}) < 1e-12L);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(solver)

BOOST_AUTO_TEST_CASE(every_method_gives_the_same_answers) {
  const Generator closed = double_well(10, 9, 3, 2.0);
  const Generator chain = with_exit(closed, 40, 30);
  const Dense exact(chain), resting(closed);
  const Generator mine = share(chain);
  Vector f(chain.size, 0);
  f[7] = 1;
  for (const SolverKind kind : {SolverKind::automatic, SolverKind::gth, SolverKind::krylov}) {
    const SolveOptions options{.kind = kind, .tolerance = 1e-9};
    Solver solver(MPI_COMM_WORLD, mine, options);
    const Vector tau = exponentials(joined(solver.backward(LogVector(mine.rows(), 0.0L))));
    const Vector mu = exponentials(joined(solver.forward(logarithms(share(f)))));
    BOOST_TEST(entrywise_error(tau, exact.solve(Vector(chain.size, 1), false)) < 1e-9L);
    BOOST_TEST(total_error(mu, exact.solve(f, true)) < 1e-9L);
    Solver rest(MPI_COMM_WORLD, share(closed), options);
    BOOST_TEST(total_error(exponentials(joined(rest.stationary())), resting.stationary()) < 1e-9L);

    const SolverReport report = solver.report();
    const bool direct = kind == SolverKind::gth || (kind == SolverKind::automatic && ranks() == 1);
    BOOST_TEST(report.kind == (direct ? "gth" : "krylov"));
    BOOST_TEST((report.iterations > 0) != direct);
    BOOST_TEST((report.certificate > 0) != direct);
    BOOST_TEST(report.memory_bytes > 0);
    BOOST_TEST(report.notices.empty());
  }
}

BOOST_AUTO_TEST_CASE(a_chain_too_metastable_for_krylov_is_solved_by_elimination_and_said_so) {
  const Generator chain = with_exit(double_well(80, 1, 100), 79, 500);
  const Generator mine = share(chain);
  const LogVector ones(mine.rows(), 0.0L);
  Solver automatic(MPI_COMM_WORLD, mine, {});
  const Vector exact = Dense(chain).solve(Vector(chain.size, 1), false);
  BOOST_TEST(entrywise_error(exponentials(joined(automatic.backward(ones))), exact) < 1e-12L);
  BOOST_TEST(automatic.report().kind == "gth");
  BOOST_TEST(automatic.report().notices.size() == (ranks() > 1 ? 1u : 0u));
  Solver strict(MPI_COMM_WORLD, mine, {.kind = SolverKind::krylov});
  BOOST_CHECK_THROW(strict.backward(ones), NotTrusted);
}

BOOST_AUTO_TEST_CASE(a_lattice_of_all_cells_or_of_each_rank_serves_elimination) {
  const Generator chain = with_exit(double_well(10, 9, 3), 40, 30);
  const Generator mine = share(chain);
  const Vector exact = Dense(chain).solve(Vector(chain.size, 1), false);
  Lattice whole{10, 9, std::vector<std::int64_t>(90), 1};
  std::iota(whole.position.begin(), whole.position.end(), std::int64_t{0});
  Lattice own = whole;
  own.position.assign(whole.position.begin() + mine.first,
                      whole.position.begin() + mine.first + mine.rows());
  for (const Lattice* lattice : {&whole, &own}) {
    Solver solver(MPI_COMM_WORLD, mine, {.kind = SolverKind::gth, .lattice = lattice});
    const Vector tau = exponentials(joined(solver.backward(LogVector(mine.rows(), 0.0L))));
    BOOST_TEST(entrywise_error(tau, exact) < 1e-13L);
  }
}

BOOST_AUTO_TEST_CASE(refusals_reach_every_rank) {
  const Generator mine = share(double_well(6, 5, 1));
  BOOST_CHECK_THROW(Solver(MPI_COMM_WORLD, mine, {.kind = SolverKind::multilevel}), BadInput);
  const LogVector ones(mine.rows(), 0.0L);
  for (const SolverKind kind : {SolverKind::gth, SolverKind::krylov}) {
    Solver solver(MPI_COMM_WORLD, mine, {.kind = kind});
    BOOST_CHECK_THROW(solver.backward(ones), BadInput); // no exit
  }
}

BOOST_AUTO_TEST_SUITE_END()
