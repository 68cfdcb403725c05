#define BOOST_TEST_MODULE splitting
#include "paths/splitting/splitting.hpp"
#include "escapade/error.hpp"
#include "paths/exits/exits.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <limits>

using namespace escapade;

namespace {

Region beyond(double position) {
  Part part;
  part.name = "x > p";
  part.phi = pointwise(1, [=](double x, double, double* out) { out[0] = x - position; });
  part.phi_and_gradient = pointwise(
      3, [=](double x, double, double* out) { out[0] = x - position, out[1] = 1, out[2] = 0; });
  part.half_plane = HalfPlane{0, position, true};
  return {part};
}

Problem double_well(double temperature) {
  Problem p;
  p.coefficients = pointwise(5, [=](double x, double y, double* out) {
    out[0] = x - x * x * x, out[1] = -y, out[2] = out[4] = temperature, out[3] = 0;
  });
  p.constant_direction = Sym2{0.5, 0, 0.5};
  return p;
}

/// E τ from −1 to 0 for b = x − x³ on [−2.5, 0]: (1/D) ∫ e^{U/D} ∫ e^{−U/D}.
double double_well_time(double D) {
  const auto U = [](double x) { return x * x * x * x / 4 - x * x / 2; };
  const double h = 1e-5;
  double inner = 0, sum = 0;
  for (double x = -2.5 + h / 2; x < 0; x += h) {
    inner += h * std::exp(-U(x) / D);
    if (x > -1)
      sum += h * std::exp(U(x) / D) * inner / D;
  }
  return sum;
}

SplittingSetup setup_of(const Problem& problem, const Region& exit, Field score) {
  SplittingSetup s;
  s.problem = &problem;
  s.domain = {-2.5, 2.5, -2, 2, {}};
  s.exit = &exit;
  s.start = {-1, 0};
  s.dt = 0.004;
  s.seed = 7;
  s.score = std::move(score);
  s.inner = -1;
  s.outer = -0.75;
  return s;
}

SplittingResult many(const SplittingSetup& s, int runs) {
  std::vector<SplittingRun> all;
  for (int r = 0; r < runs; ++r)
    all.push_back(split_exits(s, r));
  return combine_splitting(all, s.dt);
}

} // namespace

BOOST_AUTO_TEST_SUITE(splitting)

BOOST_AUTO_TEST_CASE(few_replicas_and_a_poor_score_leave_the_mean_right) {
  // a score that goes up and down along the way: 16 replicas, one killed at a time
  const Problem problem = double_well(0.1);
  const Region exit = beyond(0);
  SplittingSetup s = setup_of(problem, exit, pointwise(1, [](double x, double y, double* out) {
                                out[0] = x + 0.2 * std::sin(6 * x + 3 * y);
                              }));
  s.replicas = 16;
  s.killed = 1;
  const SplittingResult r = many(s, 150);
  BOOST_TEST(r.log_time_error < 0.08);
  BOOST_TEST(std::fabs(r.log_time - std::log(double_well_time(0.1))) <
             4 * std::hypot(r.log_time_error, 0.004));
}

BOOST_AUTO_TEST_CASE(levels_at_which_many_replicas_are_tied_leave_the_mean_right) {
  const Problem problem = double_well(0.1);
  const Region exit = beyond(0);
  SplittingSetup s = setup_of(problem, exit, pointwise(1, [](double x, double, double* out) {
                                out[0] = std::floor(4 * x) / 4; // a staircase
                              }));
  s.replicas = 64;
  s.outer = -0.75;
  const SplittingResult r = many(s, 60);
  BOOST_TEST(r.log_time_error < 0.08);
  BOOST_TEST(std::fabs(r.log_time - std::log(double_well_time(0.1))) <
             4 * std::hypot(r.log_time_error, 0.004));
}

BOOST_AUTO_TEST_CASE(exit_against_a_constant_drift_is_exact) {
  // b = −1, D = 1, reflecting at 0, out at L: τ(0) = e^L − 1 − L
  Problem problem;
  problem.coefficients = pointwise(5, [](double, double, double* out) {
    out[0] = -1, out[1] = 0, out[2] = out[4] = 1, out[3] = 0;
  });
  problem.constant_direction = Sym2{0.5, 0, 0.5};
  const double L = 10;
  const Region exit = beyond(L);
  SplittingSetup s =
      setup_of(problem, exit, pointwise(1, [](double x, double, double* out) { out[0] = x; }));
  s.domain = {0, 20, 0, 100, {}};
  s.start = {0.1, 50};
  s.inner = 0.5;
  s.outer = 1.5;
  s.dt = 0.02;
  s.replicas = 100;
  const SplittingResult r = many(s, 10);
  BOOST_TEST(r.log_time_error < 0.2);
  BOOST_TEST(std::fabs(r.log_time - std::log(std::exp(L) - 1 - L)) <
             4 * std::hypot(r.log_time_error, 0.03));
  BOOST_TEST(r.speedup > 2);
}

BOOST_AUTO_TEST_CASE(exit_parts_share_the_exits) {
  // out at x = ±1.5 of b = −x: equally likely; the score sees both ways
  Problem problem;
  problem.coefficients = pointwise(5, [](double x, double y, double* out) {
    out[0] = -x, out[1] = -y, out[2] = out[4] = 0.2, out[3] = 0;
  });
  Region exit = beyond(1.5);
  Part left = exit[0];
  left.half_plane = HalfPlane{0, -1.5, false};
  exit.push_back(left);
  SplittingSetup s = setup_of(
      problem, exit, pointwise(1, [](double x, double, double* out) { out[0] = std::fabs(x); }));
  s.start = {0, 0};
  s.inner = 0.2;
  s.outer = 0.5;
  s.replicas = 100;
  const SplittingResult r = many(s, 12);
  BOOST_TEST(r.part.size() == 2u);
  BOOST_TEST(std::fabs(r.part[0] + r.part[1] - 1) < 1e-12);
  BOOST_TEST(std::fabs(r.part[0] - 0.5) < 4 * r.part_error[0]);
  BOOST_TEST(r.part_error[0] < 0.2);
}

BOOST_AUTO_TEST_CASE(a_run_depends_on_its_number_alone) {
  const Problem problem = double_well(0.1);
  const Region exit = beyond(0);
  SplittingSetup s =
      setup_of(problem, exit, pointwise(1, [](double x, double, double* out) { out[0] = x; }));
  s.replicas = 300; // more than there are lanes
  const SplittingRun a = split_exits(s, 3), b = split_exits(s, 3), c = split_exits(s, 4);
  BOOST_TEST(a.log_probability == b.log_probability);
  BOOST_TEST(a.reactive_time == b.reactive_time);
  BOOST_TEST(a.steps == b.steps);
  BOOST_TEST(a.loop_time != c.loop_time);
}

BOOST_AUTO_TEST_CASE(runs_are_put_together_by_the_mean_of_their_probabilities) {
  SplittingRun a;
  a.log_probability = std::log(0.02);
  a.loop_time = 2;
  a.reactive_time = 5;
  a.part = {1};
  a.steps = 1000;
  SplittingRun dead = a;
  dead.log_probability = -std::numeric_limits<double>::infinity();
  dead.part.clear();
  const SplittingResult r = combine_splitting({a, a, dead, a}, 0.1);
  BOOST_TEST(r.extinct == 1);
  BOOST_TEST(std::fabs(r.log_probability - std::log(0.015)) < 1e-12);
  BOOST_TEST(std::fabs(r.log_time - std::log((1 / 0.015 - 1) * 2 + 5)) < 1e-12);
  // jackknife: 0.02 without the dead run, 0.04/3 without one of the others
  const double m[2] = {0.02, 0.04 / 3}, mean = (std::log(m[0]) + 3 * std::log(m[1])) / 4;
  const double squares =
      std::pow(std::log(m[0]) - mean, 2) + 3 * std::pow(std::log(m[1]) - mean, 2);
  BOOST_TEST(std::fabs(r.log_probability_error - std::sqrt(squares * 3 / 4)) < 1e-12);
  const SplittingResult same = combine_splitting({a, a}, 0.1);
  BOOST_TEST(same.log_time_error == 0);
  BOOST_CHECK_THROW(combine_splitting({a}, 0.1), NotTrusted);
  BOOST_CHECK_THROW(combine_splitting({dead, dead, a}, 0.1), NotTrusted);
}

BOOST_AUTO_TEST_CASE(probabilities_below_the_range_of_numbers_are_kept_as_logarithms) {
  SplittingRun a;
  a.log_probability = -2000;
  a.loop_time = 2;
  a.reactive_time = 5;
  a.steps = 10;
  SplittingRun b = a;
  b.log_probability = -2000.5;
  const SplittingResult r = combine_splitting({a, b}, 0.1);
  BOOST_TEST(std::fabs(r.log_time - (2000 - std::log((1 + std::exp(-0.5)) / 2) + std::log(2.0))) <
             1e-9);
}

BOOST_AUTO_TEST_CASE(levels_are_quantiles_of_the_well) {
  const Problem problem = double_well(0.05);
  const Region exit = beyond(0);
  const Field x = pointwise(1, [](double px, double, double* out) { out[0] = px; });
  SplittingSetup s = setup_of(problem, exit, x);
  s.replicas = 256;
  const WellSample well = sample_well(s, 4000, 40);
  BOOST_TEST(well.points.size() > 18000u);
  const ScoreLevels levels = score_levels(x, well.points);
  // the well at −1: curvature 2, deviation √(T/2) ≈ 0.16
  BOOST_TEST(std::fabs(levels.inner + 0.97) < 0.05);
  BOOST_TEST(std::fabs(levels.outer - levels.inner - 0.84 * 0.16) < 0.05);
  BOOST_CHECK_THROW(
      score_levels(pointwise(1, [](double, double, double* o) { o[0] = 1; }), well.points),
      BadInput);
  BOOST_CHECK_THROW(
      score_levels(pointwise(1, [](double, double, double* o) { o[0] = NAN; }), well.points),
      BadInput);
}

BOOST_AUTO_TEST_CASE(setups_that_cannot_be_split_are_refused) {
  const Problem problem = double_well(0.1);
  const Region exit = beyond(0);
  const SplittingSetup good =
      setup_of(problem, exit, pointwise(1, [](double x, double, double* out) { out[0] = x; }));
  const auto refused = [&](auto&& change) {
    SplittingSetup s = good;
    change(s);
    BOOST_CHECK_THROW(split_exits(s, 0), BadInput);
  };
  refused([](SplittingSetup& s) { s.scheme = Scheme::time_changed; });
  refused([](SplittingSetup& s) { s.start = {0.5, 0}; });
  refused([](SplittingSetup& s) { s.start = {-3, 0}; });
  refused([](SplittingSetup& s) { s.dt = 0; });
  refused([](SplittingSetup& s) { s.replicas = 1; });
  refused([](SplittingSetup& s) { s.outer = s.inner; });
  refused([](SplittingSetup& s) { s.exit = nullptr; });
  BOOST_CHECK_THROW(split_exits(good, -1), BadInput);
}

BOOST_AUTO_TEST_SUITE_END()
