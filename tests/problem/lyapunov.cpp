#define BOOST_TEST_MODULE lyapunov
#include "problem/lyapunov.hpp"

#include <boost/test/unit_test.hpp>

using namespace escapade;

BOOST_AUTO_TEST_CASE(covariances_solve_their_equation_exactly_in_small_integers) {
  // A = [[-2, 1], [-3, -1]], C = [[4, 1], [1, 6]]: A C + C Aᵀ = [[-14, -9], [-9, -18]] = -2 D
  const Sym2 c = lyapunov_covariance({-2, 1, -3, -1}, {7, 4.5, 9});
  BOOST_TEST(c.xx == 4);
  BOOST_TEST(c.xy == 1);
  BOOST_TEST(c.yy == 6);
}

BOOST_AUTO_TEST_CASE(a_gradient_with_even_noise_has_the_inverse_hessian_times_the_temperature) {
  const Sym2 c = lyapunov_covariance({-2, 0.5, 0.5, -4}, {0.25, 0, 0.25}); // T H⁻¹, det H = 7.75
  BOOST_TEST(c.xx == 0.25 * 4 / 7.75, boost::test_tools::tolerance(1e-15));
  BOOST_TEST(c.xy == 0.25 * 0.5 / 7.75, boost::test_tools::tolerance(1e-15));
  BOOST_TEST(c.yy == 0.25 * 2 / 7.75, boost::test_tools::tolerance(1e-15));
}

BOOST_AUTO_TEST_CASE(directions_of_very_different_speed_lose_no_digits) {
  const Sym2 c = lyapunov_covariance({-1e-9, 0, 0, -1e9}, {3e-9, 1, 5e9});
  BOOST_TEST(c.xx == 3, boost::test_tools::tolerance(1e-15));
  BOOST_TEST(c.xy == 2e-9, boost::test_tools::tolerance(1e-15)); // 2 D₁₂ / (1e9 + 1e-9)
  BOOST_TEST(c.yy == 5, boost::test_tools::tolerance(1e-15));
}
