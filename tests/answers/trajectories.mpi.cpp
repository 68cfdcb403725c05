#define BOOST_TEST_MODULE trajectories
#include "escapade/answers/trajectories.hpp"
#include "escapade/error.hpp"

#include "shared/ranks.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>

using namespace escapade;
using namespace escapade::test;

BOOST_TEST_GLOBAL_FIXTURE(Mpi);

namespace {

/// dθ = −k θ dt with the noise D everywhere.
Problem spring(double k, double d) {
  Problem p;
  p.coefficients = pointwise(5, [=](double x, double y, double* out) {
    out[0] = -k * x, out[1] = -k * y, out[2] = d, out[3] = 0, out[4] = d;
  });
  p.constant_direction = Sym2{1, 0, 1};
  return p;
}

Region unit_circle() {
  Part part;
  part.name = "x^2 + y^2 > 1";
  part.phi_and_gradient = pointwise(3, [](double x, double y, double* out) {
    out[0] = x * x + y * y - 1, out[1] = 2 * x, out[2] = 2 * y;
  });
  part.phi = pointwise(1, [](double x, double y, double* out) { out[0] = x * x + y * y - 1; });
  return {part};
}

const Domain square{-2, 2, -2, 2, {}};

void near(const Estimate& e, double exact) {
  BOOST_TEST(e.standard_error > 0);
  BOOST_TEST(std::fabs(e.mean - exact) < 4.5 * e.standard_error);
}

} // namespace

BOOST_AUTO_TEST_SUITE(trajectories)

BOOST_AUTO_TEST_CASE(exits_of_brownian_motion_from_the_circle_take_the_time_a_quarter_over_d) {
  const ExitStatistics s = simulated_exits(MPI_COMM_WORLD, spring(0, 0.5), square, unit_circle(),
                                           {0, 0}, {.paths = 2000, .seed = 3, .step = 0.002});
  near(s.mean_exit_time, 0.5); // (1 − r²)/(4D); Var = (1 − r⁴)/(32 D²)
  near(s.exit_time_std, std::sqrt(1 / (32 * 0.25)));
  BOOST_TEST(s.mean_exit_time.samples == 2000);
  BOOST_TEST(s.parts == std::vector<std::string>{"x^2 + y^2 > 1"},
             boost::test_tools::per_element());
  BOOST_TEST(s.survival.value.front() == 1);
  BOOST_TEST(s.survival.value.back() < 0.011);
}

BOOST_AUTO_TEST_CASE(the_variance_in_a_spring_is_d_over_k) {
  const Region right{{.name = "x > 0",
                      .phi = pointwise(1, [](double x, double, double* out) { out[0] = x; }),
                      .phi_and_gradient = {},
                      .half_plane = {}}};
  const StationaryStatistics s =
      simulated_stationary(MPI_COMM_WORLD, spring(1, 0.1), square, right, {0, 0},
                           {.paths = 64, .step = 0.01, .time = 30, .cells = {8, 8}});
  near(s.mean[0], 0);
  near(s.region_probability[0], 0.5);
  BOOST_TEST(std::fabs(s.covariance[2].mean - 0.1) < 4.5 * s.covariance[2].standard_error + 0.001);
  BOOST_TEST(s.density.size() == 64u);
}

BOOST_AUTO_TEST_CASE(splitting_and_direct_paths_agree_on_an_exit_that_is_not_too_rare) {
  const Problem p = spring(1, 0.15);
  const Field radius =
      pointwise(1, [](double x, double y, double* out) { out[0] = std::sqrt(x * x + y * y); });
  const ExitStatistics direct = simulated_exits(MPI_COMM_WORLD, p, square, unit_circle(), {0, 0},
                                                {.paths = 600, .step = 0.01});
  const SplittingResult rare =
      simulated_rare_exits(MPI_COMM_WORLD, p, square, unit_circle(), {0, 0}, radius,
                           {.runs = 6, .replicas = 100, .step = 0.01});
  const double error = std::hypot(rare.log_time_error, direct.mean_exit_time.standard_error /
                                                           direct.mean_exit_time.mean);
  BOOST_TEST(std::fabs(rare.log_time - std::log(direct.mean_exit_time.mean)) < 4.5 * error);
  BOOST_TEST(rare.generations > 0);
}

BOOST_AUTO_TEST_CASE(what_has_no_answer_is_said) {
  const auto exits = [](Vec2 start, const ExitPaths& how) {
    return simulated_exits(MPI_COMM_WORLD, spring(0, 0.5), square, unit_circle(), start, how);
  };
  BOOST_CHECK_THROW(exits({0, 0}, {.paths = 1}), BadInput);
  BOOST_CHECK_THROW(exits({1.5, 0}, {.paths = 10}), BadInput);
  BOOST_CHECK_THROW(exits({0, 0}, {.paths = 10, .stop = [] { return true; }}), NotTrusted);
  BOOST_CHECK_THROW(exits({0, 0}, {.paths = 10, .scheme = Scheme::sgd}), BadInput);
  BOOST_CHECK_THROW(scheme_named("leapfrog"), BadInput);
  BOOST_TEST((scheme_named("tamed") == Scheme::tamed));
}

BOOST_AUTO_TEST_SUITE_END()
