#define BOOST_TEST_MODULE sde
#include "escapade/problem/sde.hpp"

#include "escapade/error.hpp"
#include "shared/chains.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <cmath>

using namespace escapade;
using namespace escapade::test;

namespace {

using Five = std::array<double, 5>;

Five at(const Problem& p, double x, double y) {
  Five v{};
  p.coefficients(1, &x, &y, v.data());
  return v;
}

Problem noise(const std::string& b, const std::string& s, Calculus calculus, const Domain& d) {
  const auto drift = parse_expressions("-drift", b, symbols());
  const auto sigma = parse_expressions("-noise", s, symbols());
  return noise_problem({drift.at(0), drift.at(1)},
                       {sigma.at(0), sigma.at(1), sigma.at(2), sigma.at(3)}, calculus, d,
                       Compile::never);
}

double distance(const Five& a, const Five& b) {
  double off = 0;
  for (std::size_t k = 0; k < 5; ++k)
    off = std::fmax(off, std::abs(a[k] - b[k]));
  return off;
}

/// (∇·D)ᵢ by central differences of the coefficients.
Vec2 divergence_by_differences(const Problem& p, double x, double y) {
  const double e = 1e-5;
  const Five r = at(p, x + e, y), l = at(p, x - e, y), u = at(p, x, y + e), d = at(p, x, y - e);
  return {(r[2] - l[2] + u[3] - d[3]) / (2 * e), (r[3] - l[3] + u[4] - d[4]) / (2 * e)};
}

const Domain unit{-1, 1, -1, 1, {}};

} // namespace

BOOST_AUTO_TEST_SUITE(potentials)

BOOST_AUTO_TEST_CASE(give_minus_their_slope_and_isotropic_noise) {
  const Problem p = potential("x^4/4 + x*y^2", "0.3");
  BOOST_TEST(distance(at(p, 0.5, -2), {-0.125 - 4, 2, 0.3, 0, 0.3}) < 1e-15);
  BOOST_REQUIRE(p.gradient.has_value());
  BOOST_TEST(std::abs(p.gradient->k.xx - 1 / 0.3) < 1e-15);
  double phi, x = 0.5, y = -2;
  p.gradient->phi(1, &x, &y, &phi);
  BOOST_TEST(std::abs(phi - (0.015625 + 2)) < 1e-15);
}

BOOST_AUTO_TEST_CASE(know_their_hessian) {
  const Problem p = potential("x^4/4 + x*y^2", "0.3");
  double v[6], x = 0.5, y = -2;
  p.landscape(1, &x, &y, v);
  const double want[] = {2.015625, 4.125, -2, 0.75, -4, 1};
  for (int k = 0; k < 6; ++k)
    BOOST_TEST(std::abs(v[k] - want[k]) < 1e-15);
}

BOOST_AUTO_TEST_CASE(with_a_temperature_that_varies_are_read_by_the_calculus) {
  for (auto [calculus, share] : {std::pair{Calculus::ito, 0.0},
                                 {Calculus::stratonovich, 0.5},
                                 {Calculus::isothermal, 1.0}}) {
    const Problem p =
        potential_problem(expression("x*y"), expression("1 + x^2 + y"), calculus, Compile::never);
    BOOST_TEST(distance(at(p, 0.5, 2), {-2 + share * 1, -0.5 + share, 3.25, 0, 3.25}) < 1e-15);
    BOOST_TEST(!p.gradient.has_value());
  }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(noise_matrices)

BOOST_AUTO_TEST_CASE(give_their_product_with_their_transpose) {
  const Problem p = noise("x, y", "1, x, y, 2", Calculus::ito, unit);
  // D = σσᵀ, σ = [[1, x], [y, 2]] at (3, 5)
  BOOST_TEST(distance(at(p, 3, 5), {3, 5, 10, 11, 29}) < 1e-14);
}

BOOST_AUTO_TEST_CASE(read_as_stratonovich_move_the_drift_as_in_one_dimension) {
  // dx = σ∘√2 dW: b = σσ'; σ = √(a + bx²): σσ' = b x
  const Problem p =
      noise("-x, -y", "sqrt(0.05+0.1*x^2), 0, 0, sqrt(0.05)", Calculus::stratonovich, unit);
  BOOST_TEST(std::abs(at(p, 0.7, 0.2)[0] - (-0.7 + 0.1 * 0.7)) < 1e-15);
  BOOST_TEST(std::abs(at(p, 0.7, 0.2)[1] + 0.2) < 1e-15);
}

BOOST_AUTO_TEST_CASE(read_as_stratonovich_match_a_sum_over_differences) {
  const std::string s = "1+x*y, sin(y), x^2, exp(x-y)";
  const Problem ito = noise("0, 0", s, Calculus::ito, unit),
                p = noise("0, 0", s, Calculus::stratonovich, unit);
  const auto sigma = [](double x, double y, int i, int j) {
    return i == 0 ? (j == 0 ? 1 + x * y : std::sin(y)) : (j == 0 ? x * x : std::exp(x - y));
  };
  const double x = 0.3, y = -0.6, e = 1e-5;
  for (int i = 0; i < 2; ++i) {
    double sum = 0;
    for (int j = 0; j < 2; ++j)
      for (int k = 0; k < 2; ++k) {
        const double dx = k == 0 ? e : 0, dy = k == 1 ? e : 0;
        sum += sigma(x, y, k, j) * (sigma(x + dx, y + dy, i, j) - sigma(x - dx, y - dy, i, j)) /
               (2 * e);
      }
    BOOST_TEST(std::abs(at(p, x, y)[i] - at(ito, x, y)[i] - sum) < 1e-9);
  }
}

BOOST_AUTO_TEST_CASE(in_proportion_to_one_matrix_agree_with_their_diffusion_in_every_calculus) {
  // σ = s(θ) M and D = s² M Mᵀ are one noise
  for (Calculus c : {Calculus::ito, Calculus::stratonovich, Calculus::isothermal}) {
    const Problem a = noise("y, -x", "2*exp(x*y), exp(x*y), 0, 3*exp(x*y)", c, unit);
    const Problem b = drift("y, -x", "5*exp(2*x*y), 3*exp(2*x*y), 9*exp(2*x*y)", unit, c);
    for (double x : {-0.8, 0.1, 0.9})
      BOOST_TEST(distance(at(a, x, 0.4), at(b, x, 0.4)) < 1e-13);
    BOOST_TEST(a.constant_direction.has_value());
    BOOST_TEST(b.constant_direction.has_value());
  }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(divergence_of_the_diffusion)

BOOST_AUTO_TEST_CASE(matches_differences_and_is_the_isothermal_drift) {
  const std::string d = "1+x^2*y^2, 0.3*sin(x+2*y), 2+cos(x)*y";
  const Problem ito = drift("0, 0", d, unit), iso = drift("0, 0", d, unit, Calculus::isothermal);
  for (double x : {-0.7, 0.2})
    for (double y : {-0.4, 0.9}) {
      double v[2];
      ito.divergence(1, &x, &y, v);
      BOOST_TEST(norm(Vec2{v[0], v[1]} - divergence_by_differences(ito, x, y)) < 1e-9);
      BOOST_TEST(std::abs(at(iso, x, y)[0] - v[0]) < 1e-14);
      BOOST_TEST(std::abs(at(iso, x, y)[1] - v[1]) < 1e-14);
    }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(constant_direction)

BOOST_AUTO_TEST_CASE(is_seen_where_there_is_one_and_not_where_there_is_none) {
  BOOST_TEST(drift("0, 0", "2, 1, 3", unit).constant_direction.has_value());
  const auto d0 = drift("0, 0", "2*(1+x^2), 1+x^2, 3*(1+x^2)", unit).constant_direction;
  BOOST_REQUIRE(d0.has_value());
  BOOST_TEST(std::abs(d0->xy / d0->xx - 0.5) < 1e-14);
  BOOST_TEST(!drift("0, 0", "2, x, 3", unit).constant_direction.has_value());
  BOOST_TEST(!drift("0, 0", "1, 0, 1+0.001*y", unit).constant_direction.has_value());
  BOOST_TEST(!drift("0, 0", "x^2-0.3, 0, x^2-0.3", unit).constant_direction.has_value());
}

BOOST_AUTO_TEST_CASE(is_needed_to_read_a_diffusion_as_stratonovich) {
  BOOST_CHECK_THROW(drift("0, 0", "1, x, 3", unit, Calculus::stratonovich), BadInput);
}

BOOST_AUTO_TEST_SUITE_END()
