#define BOOST_TEST_MODULE selling
#include "generator/rates/selling.hpp"

#include "escapade/error.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <numbers>
#include <random>
#include <string>

using namespace escapade;

namespace {

Sym2 sum_of(const Stencil& stencil) {
  Sym2 sum;
  for (const Spoke& s : stencil) {
    sum.xx += s.rho * s.i * s.i;
    sum.xy += s.rho * s.i * s.j;
    sum.yy += s.rho * s.j * s.j;
  }
  return sum;
}

double distance(Sym2 a, Sym2 b) {
  return std::abs(a.xx - b.xx) + std::abs(a.xy - b.xy) + std::abs(a.yy - b.yy);
}

Sym2 tensor(double big, double small, double angle) {
  return in_frame(Sym2{big, 0, small}, -angle);
}

} // namespace

BOOST_AUTO_TEST_SUITE(selling_formula)

BOOST_AUTO_TEST_CASE(gives_back_random_tensors_of_ratios_up_to_1e6) {
  std::mt19937_64 random(11);
  std::uniform_real_distribution<double> angle(0, std::numbers::pi), power(0, 6), scale(-8, 8);
  int refused = 0;
  for (int k = 0; k < 20000; ++k) {
    const double ratio = std::pow(10, power(random)), size = std::pow(10, scale(random));
    const Sym2 D = tensor(size, size / ratio, angle(random));
    Stencil stencil;
    try {
      stencil = selling(D);
    } catch (const BadInput&) {
      BOOST_REQUIRE(ratio > 2e5); // offsets grow like √ratio
      ++refused;
      continue;
    }
    for (const Spoke& s : stencil)
      BOOST_REQUIRE(s.rho >= 0);
    const double off = distance(sum_of(stencil), D);
    // Weights are differences of products as large as `ratio` times their sum.
    BOOST_REQUIRE_MESSAGE(off <= 4e-15 * trace(D) * (1 + ratio),
                          "ratio " << ratio << ": " << off / trace(D));
  }
  BOOST_TEST(refused < 200);
}

BOOST_AUTO_TEST_CASE(offsets_are_canonical_and_two_by_two_a_basis_of_the_lattice) {
  std::mt19937_64 random(12);
  std::uniform_real_distribution<double> angle(0, std::numbers::pi), power(0, 4);
  for (int k = 0; k < 5000; ++k) {
    const Stencil s = selling(tensor(1, std::pow(10, -power(random)), angle(random)));
    for (std::size_t a = 0; a < 3; ++a) {
      const Spoke &e = s[a], &f = s[(a + 1) % 3];
      BOOST_REQUIRE((e.i > 0 || (e.i == 0 && e.j > 0)));
      BOOST_REQUIRE(std::abs(e.i * f.j - e.j * f.i) == 1);
    }
  }
}

BOOST_AUTO_TEST_CASE(of_a_diagonal_tensor_are_the_two_axes) {
  const Stencil s = selling({3, 0, 0.5});
  BOOST_TEST(weight_of(s, 1, 0) == 3.0);
  BOOST_TEST(weight_of(s, 0, 1) == 0.5);
  BOOST_TEST(distance(sum_of(s), {3, 0, 0.5}) == 0.0);
}

BOOST_AUTO_TEST_CASE(of_a_known_oblique_tensor_are_the_known_weights) {
  // [[3, 1], [1, 2]] = 2 (1,0)(1,0)ᵀ + 1 (0,1)(0,1)ᵀ + 1 (1,1)(1,1)ᵀ
  const Stencil s = selling({3, 1, 2});
  BOOST_TEST(weight_of(s, 1, 0) == 2.0);
  BOOST_TEST(weight_of(s, 0, 1) == 1.0);
  BOOST_TEST(weight_of(s, 1, 1) == 1.0);
  BOOST_TEST(weight_of(s, -1, -1) == 1.0);
  BOOST_TEST(weight_of(s, 1, -1) == 0.0);
  // the mirrored tensor leans the other way
  BOOST_TEST(weight_of(selling({3, -1, 2}), -1, 1) == 1.0);
}

BOOST_AUTO_TEST_CASE(of_a_singular_lattice_direction_is_that_direction_alone) {
  const Stencil s = selling({4, 6, 9}); // (2, 3)(2, 3)ᵀ
  BOOST_TEST(weight_of(s, 2, 3) == 1.0);
  double others = 0;
  for (const Spoke& e : s)
    others += e.i == 2 && e.j == 3 ? 0 : e.rho;
  BOOST_TEST(others == 0.0);
}

BOOST_AUTO_TEST_CASE(vanishes_with_the_tensor) {
  for (const Spoke& s : selling({0, 0, 0}))
    BOOST_TEST(s.rho == 0.0);
}

BOOST_AUTO_TEST_CASE(refuses_tensors_that_would_need_edges_of_thousands_of_cells) {
  BOOST_CHECK_EXCEPTION(selling(tensor(1, 1e-14, 1.0)), BadInput, [](const BadInput& e) {
    return std::string(e.what()).find("anisotropic") != std::string::npos;
  });
}

BOOST_AUTO_TEST_SUITE_END()
