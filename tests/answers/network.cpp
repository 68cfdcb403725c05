#define BOOST_TEST_MODULE network
#include "escapade/escapade.hpp"

#include <boost/test/unit_test.hpp>

#include <slepcsys.h>

#include <cmath>
#include <functional>
#include <string>
#include <vector>

using namespace escapade;

namespace {

struct Slepc {
  Slepc() { SlepcInitializeNoArguments(); }
  ~Slepc() { SlepcFinalize(); }
};

const MPI_Comm comm = MPI_COMM_SELF;
const Domain box{-2, 2, -2, 2, {}};
const GridShape coarse{.cells = {64, 32}};
constexpr double T = 0.1;

/// Three wells in a row, at about −1.15, 0 and 1.2.
double V(double x) {
  return 0.35 * x * x * (x * x - 1.4) * (x * x - 1.4) + 0.05 * x;
}
Problem row_of_wells() {
  return potential_problem("0.35*x^2*(x^2-1.4)^2 + 0.05*x + y^2/2", "0.1");
}
NamedRegions three_states() {
  return {{"left", region("x < -0.9")},
          {"middle", region("-0.2 < x < 0.2")},
          {"right", region("x > 0.9")}};
}

/// Along x alone, by sums of midpoints: times to b from below and from above, averaged over
/// e^{−V/T} within [from, to]; `chance` is that of b before a.
struct Line {
  static constexpr int n = 200000;
  static constexpr double h = 4.0 / n;
  static double at(int k) { return -2 + (k + 0.5) * h; }

  static double mean(double from, double to, const std::function<double(int)>& f) {
    double sum = 0, mass = 0;
    for (int k = 0; k < n; ++k)
      if (at(k) > from && at(k) < to) {
        sum += std::exp(-V(at(k)) / T) * f(k);
        mass += std::exp(-V(at(k)) / T);
      }
    return sum / mass;
  }
  static double up(double from, double to, double b) {
    std::vector<double> below(n), time(n + 1);
    for (int k = 0; k < n; ++k)
      below[k] = (k > 0 ? below[k - 1] : 0) + h * std::exp(-V(at(k)) / T);
    for (int k = n; k-- > 0;)
      time[k] = time[k + 1] + (at(k) < b ? h * std::exp(V(at(k)) / T) * below[k] / T : 0);
    return mean(from, to, [&](int k) { return time[k]; });
  }
  static double down(double from, double to, double b) {
    std::vector<double> above(n), time(n);
    for (int k = n; k-- > 0;)
      above[k] = (k + 1 < n ? above[k + 1] : 0) + h * std::exp(-V(at(k)) / T);
    for (int k = 0; k < n; ++k)
      time[k] =
          (k > 0 ? time[k - 1] : 0) + (at(k) > b ? h * std::exp(V(at(k)) / T) * above[k] / T : 0);
    return mean(from, to, [&](int k) { return time[k]; });
  }
  static double chance_up(double from, double to, double a, double b) {
    std::vector<double> scale(n);
    for (int k = 0; k < n; ++k)
      scale[k] =
          (k > 0 ? scale[k - 1] : 0) + (at(k) > a && at(k) < b ? h * std::exp(V(at(k)) / T) : 0);
    return mean(from, to, [&](int k) { return scale[k] / scale[n - 1]; });
  }
};

/// Within its error, which is less than `share` of it.
void check(const Number& n, double exact, double share, const std::string& what) {
  BOOST_REQUIRE(n.value.has_value());
  BOOST_REQUIRE(n.error.has_value());
  BOOST_TEST_CONTEXT(what << " " << *n.value << " +- " << *n.error << " for " << exact) {
    BOOST_TEST(std::abs(*n.value - exact) <= *n.error);
    BOOST_TEST(*n.error <= share * exact);
  }
}

} // namespace

BOOST_GLOBAL_FIXTURE(Slepc);

BOOST_AUTO_TEST_SUITE(network)

BOOST_AUTO_TEST_CASE(three_wells_in_a_row_hold_their_quadratures) {
  const NetworkAnswer a = escapade::network(comm, row_of_wells(), box, coarse, three_states());
  check(a.first_passage[0][1], Line::up(-2, -0.9, -0.2), 0.03, "left to middle");
  check(a.first_passage[0][2], Line::up(-2, -0.9, 0.9), 0.03, "left to right");
  check(a.first_passage[2][0], Line::down(0.9, 2, -0.9), 0.03, "right to left");
  check(a.first_passage[1][2], Line::up(-0.2, 0.2, 0.9), 0.03, "middle to right");
  check(a.mean_exit_time[0], Line::up(-2, -0.9, -0.2), 0.03, "out of left");
  check(a.next_state[1][2], Line::chance_up(-0.2, 0.2, -0.9, 0.9), 0.03, "middle to right next");
  check(a.next_state[0][1], 1, 1e-9, "left to middle next");
  const double mass = Line::mean(-2, 2, [](int k) { return Line::at(k) < -0.9 ? 1 : 0; });
  check(a.in_state[0], mass, 0.03, "in left");
}

BOOST_AUTO_TEST_CASE(rates_balance_and_relax_as_the_jump_process_does) {
  const NetworkAnswer a =
      escapade::network(comm, row_of_wells(), box, {.cells = {48, 24}}, three_states());
  double sum = 0, trace = 0, relaxations = 0;
  for (std::size_t j = 0; j < 3; ++j) {
    double in = 0, out = 0;
    for (std::size_t i = 0; i < 3; ++i)
      if (i != j) {
        in += *a.stationary[i].value * *a.rates[i][j].value;
        out += *a.stationary[j].value * *a.rates[j][i].value;
      }
    BOOST_TEST(in == out, boost::test_tools::tolerance(1e-12));
    sum += *a.stationary[j].value;
    trace += 1 / *a.mean_exit_time[j].value;
  }
  for (const auto& value : a.jump)
    relaxations += *value[0].value;
  BOOST_TEST(sum == 1, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(relaxations == trace, boost::test_tools::tolerance(1e-12));
  BOOST_REQUIRE(a.chain.size() == 2u);
  BOOST_TEST(*a.jump[0][0].value == *a.chain[0].real.value, boost::test_tools::tolerance(0.1));
}

BOOST_AUTO_TEST_CASE(passages_of_e_to_the_hundreds_keep_their_logarithm) {
  const Problem cold = potential_problem("(x^2-1)^2/4 + y^2/2", "0.0003");
  const NamedRegions two{{"A", region("x < -0.9")}, {"B", region("x > 0.9")}};
  const NetworkAnswer a = escapade::network(comm, cold, box, {.cells = {512, 16}}, two);
  const Number& n = a.first_passage[0][1];
  BOOST_TEST(!n.value.has_value());
  // 2 π T-independent prefactor 2π/√(V''(−1)|V''(0)|) = 2π/√2 and a barrier of 0.25/T, to O(T)
  const double kramers = 0.25 / 0.0003 + std::log(2 * std::acos(-1.0) / std::sqrt(2.0));
  BOOST_TEST(std::abs(*n.log - kramers) <= *n.log_error + 0.01);
}

BOOST_AUTO_TEST_CASE(cores_lie_about_the_wells) {
  const NamedRegions cores = well_cores(row_of_wells(), box);
  BOOST_REQUIRE(cores.size() == 3u);
  for (std::size_t k = 0; k < 3; ++k) {
    const double x[] = {k == 0 ? -1.17 : k == 1 ? 0.0 : 1.17, 0.6}, y[] = {0, 0};
    int part[2];
    part_at(cores[k].second, 2, x, y, part);
    BOOST_TEST(part[0] == 0);
    BOOST_TEST(part[1] == -1);
  }
}

BOOST_AUTO_TEST_CASE(states_that_cannot_be_told_apart_are_refused) {
  const auto refused = [](const NamedRegions& states) {
    try {
      escapade::network(comm, row_of_wells(), box, {.cells = {24, 24}}, states);
    } catch (const BadInput& e) {
      return std::string(e.what());
    }
    return std::string("not refused");
  };
  const auto holds = [](const std::string& text, const char* part) {
    BOOST_TEST_CONTEXT(text) {
      BOOST_TEST((text.find(part) != std::string::npos));
    }
  };
  holds(refused({{"A", region("x < -1")}}), "two states");
  holds(refused({{"A", region("x < 0.5")}, {"B", region("x > 0.2")}}), "A and B overlap");
  holds(refused({{"A", region("x < 0.1")}, {"B", region("x > 0.1001")}}), "A and B touch");
  holds(refused({{"A", region("x < -1")}, {"B", region("x > 3")}}), "B holds no cell");
}

BOOST_AUTO_TEST_SUITE_END()
