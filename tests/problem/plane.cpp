#define BOOST_TEST_MODULE plane
#include "escapade/problem/plane.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <numbers>
#include <random>

using namespace escapade;

namespace {

constexpr double pi = std::numbers::pi;

double distance(Sym2 a, Sym2 b) {
  return std::abs(a.xx - b.xx) + std::abs(a.xy - b.xy) + std::abs(a.yy - b.yy);
}

} // namespace

BOOST_AUTO_TEST_SUITE(eigenvalues)

BOOST_AUTO_TEST_CASE(give_back_random_matrices_with_their_first_eigenvector) {
  std::mt19937_64 random(1);
  std::uniform_real_distribution<double> entry(-3, 3);
  for (int k = 0; k < 5000; ++k) {
    const Sym2 a{entry(random), entry(random), entry(random)};
    const Eigen2 e = eigen(a);
    BOOST_REQUIRE(e.value[0] <= e.value[1]);
    BOOST_REQUIRE((e.angle > -pi / 2 - 1e-15 && e.angle <= pi / 2));
    const Vec2 v{std::cos(e.angle), std::sin(e.angle)};
    BOOST_REQUIRE(norm(a * v - e.value[0] * v) < 1e-14);
    BOOST_REQUIRE(std::abs(e.value[0] + e.value[1] - trace(a)) < 1e-14);
    BOOST_REQUIRE(std::abs(e.value[0] * e.value[1] - determinant(a)) < 1e-13);
  }
}

BOOST_AUTO_TEST_CASE(keep_the_digits_of_a_small_one) {
  // eigenvalues 1 and 1e-12 exactly: [[1, 1e-6], [1e-6, 2e-12]] has determinant 1e-12
  const Eigen2 e = eigen({1, 1e-6, 2e-12});
  BOOST_TEST(std::abs(e.value[0] / 1e-12 - 1) < 1e-11);
  const Eigen2 f = eigen({-1, 1e-6, -2e-12});
  BOOST_TEST(std::abs(f.value[1] / -1e-12 - 1) < 1e-11);
}

BOOST_AUTO_TEST_CASE(of_diagonal_matrices_lie_along_the_axes) {
  BOOST_TEST(eigen({1, 0, 2}).angle == 0.0);
  BOOST_TEST(std::abs(std::abs(eigen({2, 0, 1}).angle) - pi / 2) < 1e-15);
  BOOST_TEST(eigen({3, 0, 3}).angle == 0.0);
  BOOST_TEST(eigen({3, 0, 3}).value[1] == 3.0);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(frames)

BOOST_AUTO_TEST_CASE(turned_by_the_eigenvectors_angle_make_the_matrix_diagonal) {
  const Sym2 a{2, -0.7, 1.1};
  const Eigen2 e = eigen(a);
  const Sym2 d = in_frame(a, e.angle);
  BOOST_TEST(distance(d, {e.value[0], 0, e.value[1]}) < 1e-14);
}

BOOST_AUTO_TEST_CASE(keep_products_and_turn_vectors_with_their_axes) {
  const Sym2 a{2, -0.7, 1.1};
  const Vec2 u{0.3, -2}, v{1, 0.4};
  for (double angle : {0.0, 0.4, -1.3, 3.0}) {
    BOOST_TEST(std::abs(dot(in_frame(u, angle), in_frame(a, angle) * in_frame(v, angle)) -
                        dot(u, a * v)) < 1e-14);
    BOOST_TEST(norm(in_frame(Vec2{std::cos(angle), std::sin(angle)}, angle) - Vec2{1, 0}) < 1e-15);
    BOOST_TEST(distance(in_frame(in_frame(a, angle), -angle), a) < 1e-14);
  }
}

BOOST_AUTO_TEST_CASE(solve_undoes_a_product) {
  const Sym2 a{2, -0.7, 1.1};
  BOOST_TEST(norm(solve(a, a * Vec2{0.3, -2}) - Vec2{0.3, -2}) < 1e-15);
}

BOOST_AUTO_TEST_SUITE_END()
