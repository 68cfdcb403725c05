#define BOOST_TEST_MODULE gth
#include "solve/gth/gth.hpp"

#include "escapade/error.hpp"
#include "support/memory.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>
#include <numeric>
#include <random>
#include <string>

using namespace escapade;

namespace {

struct Jump {
  std::int32_t from, to;
  double rate;
};

Generator generator_of(std::int32_t cells, std::vector<Jump> jumps, std::vector<double> killing) {
  std::sort(jumps.begin(), jumps.end(), [](const Jump& a, const Jump& b) {
    return std::pair(a.from, a.to) < std::pair(b.from, b.to);
  });
  Generator generator;
  generator.size = cells;
  generator.killing = std::move(killing);
  generator.row_start.assign(cells + 1, 0);
  for (const Jump& jump : jumps) {
    ++generator.row_start[jump.from + 1];
    generator.column.push_back(jump.to);
    generator.rate.push_back(jump.rate);
  }
  std::partial_sum(generator.row_start.begin(), generator.row_start.end(),
                   generator.row_start.begin());
  return generator;
}

/// A generator on an n × n box with rates exp((U(x) − U(y))/2) between neighbours: detailed balance
/// with exp(−U). `exit` marks the cells that are killed at rate 1.
struct Box {
  std::int32_t n;
  std::function<double(double, double)> potential; // at the centres' coordinates in [−1, 1]²
  bool exit;

  double at(std::int32_t c) const {
    return potential((2.0 * (c % n) + 1) / n - 1, (2.0 * (c / n) + 1) / n - 1);
  }
  Generator generator() const {
    std::vector<Jump> jumps;
    std::vector<double> killing(n * n, 0.0);
    const auto both = [&](std::int32_t x, std::int32_t y) {
      jumps.push_back({x, y, std::exp((at(x) - at(y)) / 2)});
      jumps.push_back({y, x, std::exp((at(y) - at(x)) / 2)});
    };
    for (std::int32_t c = 0; c < n * n; ++c) {
      if (c % n + 1 < n)
        both(c, c + 1);
      else if (exit)
        killing[c] = 1;
      if (c + n < n * n)
        both(c, c + n);
    }
    return generator_of(n * n, std::move(jumps), std::move(killing));
  }
  Lattice lattice() const {
    Lattice lattice{n, n, std::vector<std::int64_t>(n * n), 1, false};
    std::iota(lattice.position.begin(), lattice.position.end(), 0);
    return lattice;
  }
};

/// Two wells with barrier `height` between them, at x = ±1/2.
Box double_well(std::int32_t n, double height, bool exit) {
  return {n,
          [height](double x, double y) {
            const double c = std::cos(std::numbers::pi * x);
            return height * c * c + 3 * y * y + 0.7 * std::sin(3 * x + 2 * y);
          },
          exit};
}

/// A random sparse chain on n cells in which every cell reaches every other.
Generator random_chain(std::int32_t n, unsigned seed, bool exit) {
  std::mt19937 engine(seed);
  std::uniform_real_distribution<double> uniform(0.1, 1);
  std::vector<Jump> jumps;
  std::vector<double> killing(n, 0.0);
  for (std::int32_t x = 0; x < n; ++x) {
    jumps.push_back({x, (x + 1) % n, uniform(engine)});
    for (const std::int32_t step : {7, 31})
      if (engine() % 2)
        jumps.push_back({x, (x + step) % n, uniform(engine)});
    if (exit && engine() % 5 == 0)
      killing[x] = uniform(engine);
  }
  return generator_of(n, std::move(jumps), std::move(killing));
}

using Vector = std::vector<long double>;
using Matrix = std::vector<Vector>;

/// M, or Mᵀ, with its diagonal.
Matrix dense(const Generator& generator, bool transposed) {
  const auto n = generator.rows();
  Matrix m(n, Vector(n, 0));
  for (std::int64_t x = 0; x < n; ++x) {
    m[x][x] += generator.killing[x];
    for (std::int64_t e = generator.row_start[x]; e < generator.row_start[x + 1]; ++e) {
      const std::int32_t y = generator.column[e];
      m[x][x] += generator.rate[e];
      (transposed ? m[y][x] : m[x][y]) -= generator.rate[e];
    }
  }
  return m;
}

/// Gauss elimination with row pivoting, the textbook's.
Vector gauss(Matrix m, Vector f) {
  const std::size_t n = f.size();
  for (std::size_t k = 0; k < n; ++k) {
    std::size_t pivot = k;
    for (std::size_t i = k + 1; i < n; ++i)
      if (std::abs(m[i][k]) > std::abs(m[pivot][k]))
        pivot = i;
    std::swap(m[k], m[pivot]);
    std::swap(f[k], f[pivot]);
    for (std::size_t i = k + 1; i < n; ++i) {
      const long double factor = m[i][k] / m[k][k];
      for (std::size_t j = k; j < n; ++j)
        m[i][j] -= factor * m[k][j];
      f[i] -= factor * f[k];
    }
  }
  for (std::size_t k = n; k-- > 0;) {
    for (std::size_t j = k + 1; j < n; ++j)
      f[k] -= m[k][j] * f[j];
    f[k] /= m[k][k];
  }
  return f;
}

/// Largest relative difference between two vectors given by their logarithms.
long double difference(const LogVector& a, const LogVector& b) {
  BOOST_REQUIRE(a.size() == b.size());
  long double worst = 0;
  for (std::size_t k = 0; k < a.size(); ++k) {
    const long double d = std::abs(std::expm1(a[k] - b[k]));
    worst = d <= worst ? worst : d; // a NaN is a difference
  }
  return worst;
}

GthOptions with_precision(Precision precision) {
  GthOptions options;
  options.precision = precision;
  return options;
}

LogVector zeros(std::int64_t n) {
  return LogVector(n, 0.0L);
}

std::string message_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const BadInput& refused) {
    return refused.what();
  }
  return "not refused";
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

} // namespace

BOOST_AUTO_TEST_SUITE(gth)

BOOST_AUTO_TEST_CASE(exit_time_of_one_cell_is_the_inverse_rate) {
  GthSolver solver(generator_of(1, {}, {4.0}), {});
  BOOST_TEST(std::abs(solver.backward(zeros(1))[0] + std::log(4.0L)) < 1e-18L);
}

BOOST_AUTO_TEST_CASE(exit_times_of_two_and_three_cells_are_right) {
  // 0 ⇄ 1 → exit: (a) τ0 = 1/a + τ1, τ1 = (1 + b τ0)/(b + k).
  GthSolver two(generator_of(2, {{0, 1, 2.0}, {1, 0, 3.0}}, {0, 5.0}), {});
  const long double t1 = (1 + 3.0L / 2) / 5, t0 = 0.5L + t1;
  BOOST_TEST(difference(two.backward(zeros(2)), {std::log(t0), std::log(t1)}) < 1e-15L);
  // The ring 0 → 1 → 2 → 0 with an exit from 2: each round ends with probability 1/3.
  GthSolver three(generator_of(3, {{0, 1, 1.0}, {1, 2, 4.0}, {2, 0, 2.0}}, {0, 0, 1.0}), {});
  const long double round = 1 + 0.25L + 1 / 3.0L;
  BOOST_TEST(difference(three.backward(zeros(3)), {std::log(3 * round), std::log(3 * round - 1),
                                                   std::log(3 * round - 1.25L)}) < 1e-15L);
}

BOOST_AUTO_TEST_CASE(stationary_masses_of_a_one_way_ring_are_inverse_rates) {
  GthSolver solver(generator_of(3, {{0, 1, 1.0}, {1, 2, 4.0}, {2, 0, 2.0}}, {0, 0, 0}), {});
  BOOST_TEST(difference(solver.stationary(),
                        {std::log(4 / 7.0L), std::log(1 / 7.0L), std::log(2 / 7.0L)}) < 1e-15L);
}

BOOST_AUTO_TEST_CASE(exit_time_of_birth_death_chain_is_exact) {
  // Births b_i, deaths a_i, exit beyond the last cell:
  // τ_i = Σ_{j ≥ i} Σ_{l ≤ j} (1/b_l) Π_{q=l+1..j} a_q/b_q.
  const std::int32_t n = 200;
  std::vector<double> birth(n), death(n);
  std::vector<Jump> jumps;
  for (std::int32_t i = 0; i < n; ++i) {
    birth[i] = 1 + 0.5 * std::sin(i);
    death[i] = i ? 4 + std::cos(i) : 0; // uphill: τ about 1e110
    if (i + 1 < n)
      jumps.push_back({i, i + 1, birth[i]});
    if (i)
      jumps.push_back({i, i - 1, death[i]});
  }
  std::vector<double> killing(n, 0.0);
  killing[n - 1] = birth[n - 1];
  LogVector exact(n);
  std::vector<long double> step(n); // expected time from j to j + 1
  for (std::int32_t j = 0; j < n; ++j)
    step[j] = (1 + (j ? death[j] * step[j - 1] : 0)) / birth[j];
  long double sum = 0;
  for (std::int32_t j = n - 1; j >= 0; --j)
    exact[j] = std::log(sum += step[j]);
  BOOST_TEST(exact[0] > 250);
  GthSolver solver(generator_of(n, jumps, killing), {});
  BOOST_TEST((solver.precision() == Precision::double_precision));
  BOOST_TEST(difference(solver.backward(zeros(n)), exact) < 2e-14L);
}

BOOST_AUTO_TEST_CASE(exit_time_of_1e257_is_right_in_double) {
  const Box box = double_well(48, 592, true);
  const Lattice lattice = box.lattice();
  GthOptions options;
  options.lattice = &lattice;
  GthSolver in_double(box.generator(), options);
  const LogVector times = in_double.backward(zeros(48 * 48));
  BOOST_TEST((in_double.precision() == Precision::double_precision));
  BOOST_TEST(in_double.notice() == "");
  GthSolver in_long_double(box.generator(), with_precision(Precision::long_double));
  BOOST_TEST((in_long_double.precision() == Precision::long_double));
  BOOST_TEST(difference(times, in_long_double.backward(zeros(48 * 48))) < 1e-13L);
  const long double most = *std::max_element(times.begin(), times.end());
  BOOST_TEST_MESSAGE("log10 max tau = " << most / std::log(10.0L));
  BOOST_TEST(most > 250 * std::log(10.0L));
  BOOST_TEST(most < 285 * std::log(10.0L));
}

BOOST_AUTO_TEST_CASE(the_extended_exponent_agrees_with_long_double) {
  const Box box = double_well(24, 400, true);
  GthSolver wide(box.generator(), with_precision(Precision::extended));
  GthSolver long_double(box.generator(), with_precision(Precision::long_double));
  const LogVector f = zeros(24 * 24);
  BOOST_TEST(difference(wide.backward(f), long_double.backward(f)) < 1e-13L);
  BOOST_TEST(difference(wide.forward(f), long_double.forward(f)) < 1e-13L);
}

BOOST_AUTO_TEST_CASE(stationary_density_in_detailed_balance_is_boltzmann) {
  const std::int32_t n = 64;
  for (const auto& [height, precision] : {std::pair{200.0, Precision::double_precision},
                                          {2000.0, Precision::long_double},
                                          {12000.0, Precision::extended}}) {
    const Box box = double_well(n, height, false);
    GthSolver solver(box.generator(), {});
    const LogVector log_pi = solver.stationary();
    BOOST_TEST_CONTEXT("height " << height << ", notice: " << solver.notice()) {
      BOOST_TEST((solver.precision() == precision));
      BOOST_TEST((solver.notice() == "") == (precision == Precision::double_precision));
    }
    LogVector exact(n * n);
    long double sum = 0, lowest = 1e30L, highest = -1e30L;
    for (std::int32_t c = 0; c < n * n; ++c) {
      exact[c] = -static_cast<long double>(box.at(c));
      lowest = std::min(lowest, exact[c]);
      highest = std::max(highest, exact[c]);
    }
    for (const long double l : exact)
      sum += std::exp(l - highest);
    for (long double& l : exact)
      l -= highest + std::log(sum);
    BOOST_TEST_MESSAGE("range " << highest - lowest);
    // The rates themselves, exp of U's differences, carry roundings of U.
    BOOST_TEST(difference(log_pi, exact) < 1e-13L + 4e-16L * height);
  }
}

BOOST_AUTO_TEST_CASE(a_slope_of_40000_nats_is_right) {
  // One-dimensional, rates 1 up and 2^288 down: π_i = 2^{−288 i}. Powers of two keep it exact.
  // Masses are relative to the cell eliminated last, which METIS picks; long double spans 11356
  // nats either way, so not even from the middle does it hold them all.
  const std::int32_t n = 201;
  std::vector<Jump> jumps;
  for (std::int32_t i = 0; i + 1 < n; ++i) {
    jumps.push_back({i, i + 1, 1.0});
    jumps.push_back({i + 1, i, std::ldexp(1.0, 288)});
  }
  GthSolver solver(generator_of(n, jumps, std::vector<double>(n, 0.0)), {});
  const LogVector log_pi = solver.stationary();
  LogVector exact(n);
  for (std::int32_t i = 0; i < n; ++i)
    exact[i] = -288 * i * std::log(2.0L); // the sum is 1 to 2^-288
  BOOST_TEST(exact.back() < -39900);
  BOOST_TEST((solver.precision() == Precision::extended));
  BOOST_TEST(difference(log_pi, exact) < 1e-13L);
}

BOOST_AUTO_TEST_CASE(exit_times_widen_by_themselves) {
  for (const auto& [height, precision] :
       {std::pair{800.0, Precision::long_double}, {12000.0, Precision::extended}}) {
    const Box box = double_well(64, height, true);
    GthSolver solver(box.generator(), {});
    const LogVector times = solver.backward(zeros(box.n * box.n));
    BOOST_TEST_CONTEXT("height " << height << ", notice: " << solver.notice())
    BOOST_TEST((solver.precision() == precision));
    GthSolver wide(box.generator(), with_precision(Precision::extended));
    BOOST_TEST(difference(times, wide.backward(zeros(box.n * box.n))) < 1e-13L);
  }
}

BOOST_AUTO_TEST_CASE(double_alone_refuses_what_it_cannot_hold) {
  const Box box = double_well(20, 1000, true);
  BOOST_CHECK_THROW(
      {
        GthSolver solver(box.generator(), with_precision(Precision::double_precision));
        solver.backward(zeros(box.n * box.n));
      },
      NotTrusted);
}

BOOST_AUTO_TEST_CASE(random_chains_agree_with_a_dense_solve) {
  const std::int32_t n = 150;
  for (unsigned seed = 1; seed <= 4; ++seed) {
    const Generator generator = random_chain(n, seed, true);
    Vector f(n);
    LogVector log_f(n);
    for (std::int32_t x = 0; x < n; ++x) {
      f[x] = x % 3 ? 1 + 0.5L * std::sin(x) : 0;
      log_f[x] = std::log(f[x]);
    }
    GthSolver solver(generator, {});
    const Vector back = gauss(dense(generator, false), f), forth = gauss(dense(generator, true), f);
    const LogVector x = solver.backward(log_f), y = solver.forward(log_f);
    for (std::int32_t c = 0; c < n; ++c) {
      BOOST_TEST(std::abs(std::exp(x[c]) / back[c] - 1) < 1e-13L);
      BOOST_TEST(std::abs(std::exp(y[c]) / forth[c] - 1) < 1e-13L);
    }
  }
}

BOOST_AUTO_TEST_CASE(random_stationary_masses_balance) {
  const std::int32_t n = 150;
  const Generator generator = random_chain(n, 9, false);
  GthSolver solver(generator, {});
  const LogVector log_pi = solver.stationary();
  const Matrix m = dense(generator, true);
  long double sum = 0, imbalance = 0;
  for (std::int32_t y = 0; y < n; ++y) {
    sum += std::exp(log_pi[y]);
    long double net = 0;
    for (std::int32_t x = 0; x < n; ++x)
      net += m[y][x] * std::exp(log_pi[x]);
    imbalance = std::max(imbalance, std::abs(net));
  }
  BOOST_TEST(std::abs(sum - 1) < 1e-17L);
  BOOST_TEST(imbalance < 1e-16L);
}

BOOST_AUTO_TEST_CASE(forward_is_the_transpose_of_backward) {
  const Box box = double_well(32, 150, true);
  GthSolver solver(box.generator(), {});
  const std::int32_t n = 32 * 32;
  LogVector log_f(n), log_g(n);
  for (std::int32_t c = 0; c < n; ++c) {
    log_f[c] = std::sin(c);
    log_g[c] = std::cos(3.0L * c);
  }
  const LogVector x = solver.backward(log_g), y = solver.forward(log_f);
  const long double scale = *std::max_element(x.begin(), x.end());
  long double left = 0, right = 0;
  for (std::int32_t c = 0; c < n; ++c) {
    left += std::exp(log_f[c] + x[c] - scale);
    right += std::exp(y[c] + log_g[c] - scale);
  }
  BOOST_TEST(std::abs(left / right - 1) < 1e-13L);
}

BOOST_AUTO_TEST_CASE(transient_cells_have_no_stationary_mass) {
  // 0 → 1 ⇄ 2, and 3 → 2: whatever the order of elimination, only 1 and 2 are occupied.
  GthSolver solver(
      generator_of(4, {{0, 1, 1.0}, {1, 2, 1.0}, {2, 1, 3.0}, {3, 2, 5.0}}, {0, 0, 0, 0}), {});
  const LogVector log_pi = solver.stationary();
  BOOST_TEST(std::isinf(log_pi[0]));
  BOOST_TEST(std::isinf(log_pi[3]));
  BOOST_TEST(std::abs(std::exp(log_pi[1]) - 0.75L) < 1e-15L);
  // A closed cell that two others lead to, in every numbering.
  for (std::int32_t closed = 0; closed < 3; ++closed) {
    const std::int32_t a = (closed + 1) % 3, b = (closed + 2) % 3;
    GthSolver trap(generator_of(3, {{a, b, 1.0}, {b, a, 2.0}, {b, closed, 1.0}}, {0, 0, 0}), {});
    const LogVector mass = trap.stationary();
    BOOST_TEST(std::abs(mass[closed]) < 1e-18L);
    BOOST_TEST(std::isinf(mass[a]));
    BOOST_TEST(std::isinf(mass[b]));
  }
}

BOOST_AUTO_TEST_CASE(units_of_time_only_scale_the_answer) {
  Generator generator = double_well(24, 100, true).generator();
  const LogVector times = GthSolver(generator, {}).backward(zeros(576));
  for (double& rate : generator.rate)
    rate = std::ldexp(rate, -600);
  for (double& rate : generator.killing)
    rate = std::ldexp(rate, -600);
  GthSolver slow(generator, {});
  LogVector slower = slow.backward(zeros(576));
  BOOST_TEST((slow.precision() == Precision::double_precision));
  for (long double& l : slower)
    l -= 600 * std::log(2.0L);
  BOOST_TEST(difference(times, slower) < 1e-15L);
}

BOOST_AUTO_TEST_CASE(answers_do_not_depend_on_threads) {
  const Box box = double_well(160, 60, true);
  const Lattice lattice = box.lattice();
  std::vector<LogVector> answers;
  for (const int threads : {1, 2, 3}) {
    GthOptions options;
    options.lattice = &lattice;
    options.threads = threads;
    GthSolver solver(box.generator(), options);
    answers.push_back(solver.backward(zeros(box.n * box.n)));
  }
  BOOST_TEST((answers[0] == answers[1]));
  BOOST_TEST((answers[0] == answers[2]));
}

BOOST_AUTO_TEST_CASE(lattice_and_metis_orders_agree) {
  const Box box = double_well(64, 100, true);
  const Lattice lattice = box.lattice();
  GthOptions options;
  options.lattice = &lattice;
  GthSolver dissected(box.generator(), options), metis(box.generator(), {});
  BOOST_TEST(difference(dissected.backward(zeros(4096)), metis.backward(zeros(4096))) < 1e-13L);
}

BOOST_AUTO_TEST_CASE(an_exit_out_of_reach_is_refused) {
  const auto solve = [] {
    GthSolver(generator_of(4, {{0, 1, 1.0}, {1, 0, 1.0}, {3, 2, 1.0}, {2, 3, 1.0}}, {1.0, 0, 0, 0}),
              {});
  };
  BOOST_TEST(contains(message_of(solve), "the exit cannot be reached from 2 cells"));
  const auto no_exit = [] {
    GthSolver(generator_of(2, {{0, 1, 1.0}, {1, 0, 1.0}}, {0, 0}), {}).backward(zeros(2));
  };
  BOOST_TEST(contains(message_of(no_exit), "no exit"));
  const auto killed = [] { GthSolver(generator_of(1, {}, {1.0}), {}).stationary(); };
  BOOST_TEST(contains(message_of(killed), "no stationary density"));
}

BOOST_AUTO_TEST_CASE(several_closed_classes_are_refused) {
  const auto solve = [] {
    GthSolver(generator_of(
                  5, {{0, 1, 1.0}, {1, 0, 1.0}, {2, 1, 1.0}, {2, 3, 1.0}, {3, 4, 1.0}, {4, 3, 1.0}},
                  std::vector<double>(5, 0.0)),
              {});
  };
  BOOST_TEST(contains(message_of(solve), "several closed classes"));
}

BOOST_AUTO_TEST_CASE(factors_beyond_the_memory_limit_are_refused) {
  const Box box = double_well(64, 10, true);
  GthOptions options;
  options.memory_limit = 1000000;
  const std::string message = message_of([&] { GthSolver(box.generator(), options); });
  BOOST_TEST(contains(message, "available are 1000000 bytes"));
  options.memory_limit = GthSolver(box.generator(), {}).memory_bytes();
  GthSolver fits(box.generator(), options);
  --options.memory_limit;
  BOOST_CHECK_THROW(GthSolver(box.generator(), options), BadInput);
}

BOOST_AUTO_TEST_CASE(memory_is_estimated_before_assembly) {
  const Box box = double_well(128, 10, true);
  const Lattice lattice = box.lattice();
  GthOptions options;
  options.lattice = &lattice;
  options.threads = 1;
  const auto counted = static_cast<double>(GthSolver(box.generator(), options).memory_bytes());
  const auto estimated = static_cast<double>(gth_memory(128 * 128, 1, Precision::double_precision));
  BOOST_TEST(estimated > counted);
  BOOST_TEST(estimated < 1.6 * counted);
  BOOST_TEST(available_memory() > 0);
}

BOOST_AUTO_TEST_CASE(unusable_rates_are_refused) {
  BOOST_CHECK_THROW(GthSolver(generator_of(1, {}, {-1.0}), {}), BadInput);
  BOOST_CHECK_THROW(GthSolver(generator_of(2, {{0, 1, std::nan("")}}, {0, 1.0}), {}), BadInput);
  BOOST_CHECK_THROW(GthSolver(generator_of(2, {{0, 1, INFINITY}}, {0, 1.0}), {}), BadInput);
}

BOOST_AUTO_TEST_SUITE_END()
