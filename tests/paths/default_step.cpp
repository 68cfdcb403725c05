#define BOOST_TEST_MODULE default_step
#include "escapade/error.hpp"
#include "escapade/paths/scheme.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>

using namespace escapade;

namespace {

Problem linear(double a, double b, double c, double d, double noise) {
  Problem p;
  p.coefficients = pointwise(5, [=](double x, double y, double* out) {
    out[0] = a * x + b * y, out[1] = c * x + d * y, out[2] = out[4] = noise, out[3] = 0;
  });
  return p;
}

const Domain box{-1, 1, -1, 1, {}};

} // namespace

BOOST_AUTO_TEST_SUITE(default_step_of_schemes)

BOOST_AUTO_TEST_CASE(the_drift_is_resolved) {
  // singular values of [[−3, 4], [0, −5]]: the roots of 25 ± √(25² − 15²), 45 and 5
  const Problem p = linear(-3, 4, 0, -5, 1e-3);
  BOOST_TEST(std::fabs(default_step(p, box, nullptr) / (0.02 / std::sqrt(45.0)) - 1) < 1e-8);
}

BOOST_AUTO_TEST_CASE(the_learning_rate_is_an_upper_bound) {
  Problem p = linear(-3, 4, 0, -5, 1e-3);
  p.sgd = SgdModel{};
  p.sgd->learning_rate = 1e-4;
  BOOST_TEST(default_step(p, box, nullptr) == 1e-4);
}

BOOST_AUTO_TEST_CASE(only_the_domain_outside_the_exit_counts) {
  Problem p;
  p.coefficients = pointwise(5, [](double x, double, double* out) {
    out[0] = x > 0.5 ? -1000 * x : -x, out[1] = out[3] = 0, out[2] = out[4] = 1e-3;
  });
  Part part;
  part.phi = pointwise(1, [](double x, double, double* out) { out[0] = x - 0.45; });
  const Region exit{part};
  BOOST_TEST(std::fabs(default_step(p, box, &exit) / 0.02 - 1) < 1e-8);
  BOOST_TEST(default_step(p, box, nullptr) < 3e-5);
}

BOOST_AUTO_TEST_CASE(without_drift_the_noise_bounds_the_step) {
  const double width = 0.1; // 1/20 of the domain
  BOOST_TEST(std::fabs(default_step(linear(0, 0, 0, 0, 0.5), box, nullptr) / (width * width) - 1) <
             1e-12);
  BOOST_CHECK_THROW(default_step(linear(0, 0, 0, 0, 0), box, nullptr), BadInput);
}

BOOST_AUTO_TEST_SUITE_END()
