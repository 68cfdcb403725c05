// Problems of one variable as problems in the plane.
#include "escapade/problem/line.hpp"

#include "escapade/error.hpp"
#include "escapade/problem/make.hpp"
#include "grid/cells.hpp"

#define BOOST_TEST_MODULE line
#include <boost/test/unit_test.hpp>

namespace escapade {

namespace {

std::vector<double> coefficients_at(const Problem& problem, double x, double y) {
  std::vector<double> v(5);
  problem.coefficients(1, &x, &y, v.data());
  return v;
}

const Domain line = interval(-2, 2);

} // namespace

BOOST_AUTO_TEST_CASE(noise_across_is_that_along) {
  const Problem problem = on_a_line(drift_problem("1 - x, -y", "0.1 + x^2, 0, 7", line));
  const std::vector<double> v = coefficients_at(problem, 0.5, 0);
  BOOST_TEST(v == (std::vector<double>{0.5, 0, 0.35, 0, 0.35}), boost::test_tools::per_element());
  BOOST_TEST(problem.constant_direction->xx == problem.constant_direction->yy);
}

BOOST_AUTO_TEST_CASE(trajectories_do_not_move_across) {
  const Problem problem =
      still_across(on_a_line(drift_problem("1 - x, -y", "0.1 + x^2, 0, 7", line)));
  const std::vector<double> v = coefficients_at(problem, 0.5, 0.3);
  BOOST_TEST(v == (std::vector<double>{0.5, 0, 0.35, 0, 0}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(cells_are_as_wide_as_the_strip) {
  const Cells cells = make_grid(line, {{64, 1}}, {});
  BOOST_TEST(cells.unknowns() == 64);
  BOOST_TEST(cells.spacing() == 4.0 / 64);
  BOOST_TEST(cells.area(3) == 4.0 / 64);
  BOOST_TEST(cells.centre(0).x == -2 + 2.0 / 64);
  BOOST_TEST(cells.centre(0).y == 0.0);
  BOOST_CHECK_THROW(make_grid(line, {{64, 64}}, {}), BadInput);
  BOOST_CHECK_THROW(make_grid(line, {{2, 1}}, {}), BadInput);
}

} // namespace escapade
