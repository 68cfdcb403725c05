// Leaving without noise.
#define BOOST_TEST_MODULE drift_alone
#include "landscape/drift_alone.hpp"

#include "problem/parse_region.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>

using namespace escapade;

namespace {

const Domain box{-2, 2, -2, 2, {}};

Field drift(double noise) {
  return pointwise(5, [noise](double x, double y, double* out) {
    out[0] = 1 + x, out[1] = -y, out[2] = noise, out[3] = 0, out[4] = 0;
  });
}

Region region(const std::string& text) {
  return parse_region("-exit", text, {{"x", "y"}, {}}, Compile::never);
}

} // namespace

BOOST_AUTO_TEST_SUITE(drift_alone)

BOOST_AUTO_TEST_CASE(leaves_when_its_solution_does) {
  const auto left = departure(drift(0), box, region("y > 1.5 or x + y > 1"), {0, 0.5});
  BOOST_REQUIRE(left.has_value());
  // e^t − 1 + e^−t/2 = 1
  const double exact = std::log(1 + std::sqrt(0.5));
  BOOST_TEST(std::abs(left->time - exact) <= left->error);
  BOOST_TEST(left->error < 1e-6);
  BOOST_TEST(left->part == 1u);
}

BOOST_AUTO_TEST_CASE(leaves_through_sides_that_absorb_and_no_others) {
  Domain open = box;
  open.boundary[1] = Boundary::absorbing;
  const auto left = departure(drift(0), open, {}, {0, 0});
  BOOST_REQUIRE(left.has_value());
  BOOST_TEST(left->time == std::log(3), boost::test_tools::tolerance(1e-8));
  BOOST_TEST(!departure(drift(0), box, region("y > 1"), {0, 0}).has_value());
  BOOST_TEST(!departure(drift(0), box, region("y > 1"), {-1, 0}).has_value()); // at rest
}

BOOST_AUTO_TEST_CASE(is_told_from_noise) {
  BOOST_TEST(without_noise(drift(0), box));
  BOOST_TEST(!without_noise(drift(1e-12), box));
}

BOOST_AUTO_TEST_SUITE_END()
