// SGD's drift and noise against sums over all rows, and their slopes against differences.
#define BOOST_TEST_MODULE sgd
#include "shared/small_regression.hpp"

#include "escapade/error.hpp"

#include <boost/test/unit_test.hpp>

using namespace escapade;

namespace {

Vec2 divergence_by_differences(const Problem& p, Vec2 q) {
  const double e = 1e-5;
  const Sym2 r = at(p, q + Vec2{e, 0}).D, l = at(p, q - Vec2{e, 0}).D, u = at(p, q + Vec2{0, e}).D,
             d = at(p, q - Vec2{0, e}).D;
  return (0.5 / e) * Vec2{r.xx - l.xx + u.xy - d.xy, r.xy - l.xy + u.yy - d.yy};
}

const SgdNoise models[] = {SgdNoise::hessian, SgdNoise::covariance, SgdNoise::gauss_newton,
                           SgdNoise::hessian_squared, SgdNoise::isotropic};

} // namespace

BOOST_AUTO_TEST_SUITE(noise_models)

BOOST_AUTO_TEST_CASE(share_the_drift_down_the_loss) {
  for (SgdNoise noise : models)
    for (Vec2 q : points)
      BOOST_TEST(near(at(problem(data_loss(), noise), q).b, -1.0 * brute_force(q).g));
}

BOOST_AUTO_TEST_CASE(covariance_is_that_of_batches_without_replacement) {
  const Problem p = problem(data_loss(), SgdNoise::covariance);
  for (Vec2 q : points) {
    const Sums s = brute_force(q);
    const double factor = (12 - B) / (12 - 1) / B;
    const Sym2 sigma =
        factor * Sym2{s.M.xx - s.g.x * s.g.x, s.M.xy - s.g.x * s.g.y, s.M.yy - s.g.y * s.g.y};
    BOOST_TEST(near(gradient_covariance(data_loss(), B, q), sigma, 1e-13));
    BOOST_TEST(near(at(p, q).D, 0.5 * eta * sigma, 1e-13));
  }
}

BOOST_AUTO_TEST_CASE(covariance_equals_an_enumeration_of_all_batches_of_two) {
  const Table t = table();
  const Vec2 q = points[1];
  const Sums s = brute_force(q);
  Sym2 sum;
  int batches = 0;
  for (std::size_t i = 0; i < t.rows(); ++i)
    for (std::size_t j = 0; j < i; ++j, ++batches) {
      Vec2 g;
      for (std::size_t r : {i, j}) {
        const auto [f, fa, fb] = f_and_slope(q.x, q.y, t.columns[0][r]);
        g = g + 0.5 * (f - t.columns[1][r]) * Vec2{fa, fb};
      }
      const Vec2 d = g - s.g;
      sum.xx += d.x * d.x, sum.xy += d.x * d.y, sum.yy += d.y * d.y;
    }
  BOOST_TEST(near(gradient_covariance(data_loss(), 2, q), (1.0 / batches) * sum, 1e-13));
}

BOOST_AUTO_TEST_CASE(covariance_vanishes_when_the_batch_is_the_data) {
  BOOST_TEST(std::abs(trace(gradient_covariance(data_loss(), 12, points[0]))) < 1e-15);
  BOOST_CHECK_THROW(gradient_covariance(data_loss(), 13, points[0]), BadInput);
}

BOOST_AUTO_TEST_CASE(gauss_newton_is_the_loss_times_the_models_slopes) {
  const Problem p = problem(data_loss(), SgdNoise::gauss_newton);
  for (Vec2 q : points) {
    const Sums s = brute_force(q);
    BOOST_TEST(near(at(p, q).D, (eta / B) * s.L * s.G, 1e-13)); // (η/2)(2L/B)G
  }
}

BOOST_AUTO_TEST_CASE(hessian_is_the_loss_times_the_hessian_at_the_minimum) {
  const Vec2 minimum = well();
  const Sym2 H = hessian_by_differences(minimum);
  const Problem p = problem(data_loss(), SgdNoise::hessian, Calculus::ito, minimum),
                squared = problem(data_loss(), SgdNoise::hessian_squared, Calculus::ito, minimum);
  const Sym2 HH{H.xx * H.xx + H.xy * H.xy, H.xy * (H.xx + H.yy), H.yy * H.yy + H.xy * H.xy};
  for (Vec2 q : points) {
    const double L = brute_force(q).L;
    BOOST_TEST(near(at(p, q).D, (eta / B) * L * H, 1e-8));
    BOOST_TEST(near(at(squared, q).D, (eta / B) * L * HH, 1e-8));
  }
  BOOST_REQUIRE(p.sgd.has_value());
  BOOST_TEST(near(*p.sgd->hessian, H, 1e-8));
  BOOST_TEST(p.sgd->learning_rate == eta);
}

BOOST_AUTO_TEST_CASE(isotropic_is_temperature_times_loss) {
  for (Vec2 q : points) {
    const double d = 0.4 * brute_force(q).L;
    BOOST_TEST(near(at(problem(data_loss(), SgdNoise::isotropic), q).D, {d, 0, d}));
  }
}

BOOST_AUTO_TEST_CASE(know_the_divergence_of_their_diffusion) {
  for (SgdNoise noise : models) {
    const Problem p = problem(data_loss("0.1*a^2"), noise);
    for (Vec2 q : points) {
      const auto v = values_at(p.divergence, 2, q);
      BOOST_TEST(near({v[0], v[1]}, divergence_by_differences(p, q), 1e-8), p.sgd->noise);
    }
  }
}

BOOST_AUTO_TEST_CASE(read_as_isothermal_add_the_divergence_to_the_drift) {
  for (SgdNoise noise : models) {
    const Problem ito = problem(data_loss(), noise),
                  iso = problem(data_loss(), noise, Calculus::isothermal);
    for (Vec2 q : points) {
      const auto v = values_at(ito.divergence, 2, q);
      BOOST_TEST(near(at(iso, q).b, at(ito, q).b + Vec2{v[0], v[1]}), ito.sgd->noise);
      BOOST_TEST(near(at(iso, q).D, at(ito, q).D));
    }
  }
}

BOOST_AUTO_TEST_CASE(read_as_stratonovich_add_half_of_it_where_the_direction_is_constant) {
  for (SgdNoise noise : {SgdNoise::hessian, SgdNoise::hessian_squared, SgdNoise::isotropic}) {
    const Problem ito = problem(data_loss(), noise),
                  str = problem(data_loss(), noise, Calculus::stratonovich);
    for (Vec2 q : points) {
      const auto v = values_at(ito.divergence, 2, q);
      BOOST_TEST(near(at(str, q).b, at(ito, q).b + 0.5 * Vec2{v[0], v[1]}));
    }
  }
  for (SgdNoise noise : {SgdNoise::covariance, SgdNoise::gauss_newton})
    BOOST_CHECK_THROW(problem(data_loss(), noise, Calculus::stratonovich), BadInput);
}

BOOST_AUTO_TEST_CASE(of_a_loss_agree_with_the_noise_matrix_that_a_user_would_give) {
  // D = T L I is σ = √(T L) I
  const std::string L = "1 + a^2/2 + a*b/4 + b^2";
  const Loss loss = loss_of_expression(parse_expression("-loss", L, parameters), Compile::never);
  const auto e = [](const std::string& text) {
    return parse_expression("-noise", text, parameters);
  };
  const std::string s = "sqrt(0.4*(" + L + "))";
  for (Calculus c : {Calculus::ito, Calculus::stratonovich, Calculus::isothermal}) {
    const Problem sgd = problem(loss, SgdNoise::isotropic, c);
    const Problem sde = noise_problem({e("-a-b/4"), e("-a/4-2*b")}, {e(s), e("0"), e("0"), e(s)}, c,
                                      {-2, 2, -2, 2, {}}, Compile::never);
    for (Vec2 q : points) {
      BOOST_TEST(near(at(sgd, q).b, at(sde, q).b));
      BOOST_TEST(near(at(sgd, q).D, at(sde, q).D));
    }
  }
}

BOOST_AUTO_TEST_CASE(with_a_constant_direction_know_the_gradient_of_their_logarithm) {
  // D⁻¹b = −K∇Φ, Φ = log L
  for (SgdNoise noise : {SgdNoise::hessian, SgdNoise::hessian_squared, SgdNoise::isotropic})
    for (Calculus c : {Calculus::ito, Calculus::stratonovich, Calculus::isothermal}) {
      const Problem p = problem(data_loss(), noise, c);
      BOOST_REQUIRE(p.gradient.has_value());
      for (Vec2 q : points) {
        const Coefficients here = at(p, q);
        const Sums s = brute_force(q);
        BOOST_TEST(near(solve(here.D, here.b), -1.0 * (p.gradient->k * ((1 / s.L) * s.g)), 1e-11));
        BOOST_TEST(std::abs(values_at(p.gradient->phi, 1, q)[0] - std::log(s.L)) < 1e-14);
      }
    }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(refusals)

BOOST_AUTO_TEST_CASE(say_what_a_noise_model_lacks) {
  const Loss bare =
      loss_of_expression(parse_expression("-loss", "1 + a^2 + b^2", parameters), Compile::never);
  BOOST_CHECK_THROW(problem(bare, SgdNoise::covariance), BadInput);
  BOOST_CHECK_THROW(problem(bare, SgdNoise::gauss_newton), BadInput);
  BOOST_CHECK_THROW(problem(bare, SgdNoise::hessian, Calculus::ito, std::nullopt), BadInput);
  const Loss saddle =
      loss_of_expression(parse_expression("-loss", "5 + a*b", parameters), Compile::never);
  BOOST_CHECK_THROW(problem(saddle, SgdNoise::hessian), BadInput);
  BOOST_CHECK_THROW(sgd_noise_named("hesian"), BadInput);
}

BOOST_AUTO_TEST_CASE(of_a_loss_that_is_negative_at_its_minimum) {
  const Loss negative =
      loss_of_expression(parse_expression("-loss", "a^2 + b^2 - 1", parameters), Compile::never);
  BOOST_CHECK_THROW(problem(negative, SgdNoise::hessian, Calculus::ito, Vec2{0, 0}), BadInput);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_CASE(second_order_adds_the_slope_of_the_squared_slope) {
  const Loss loss = data_loss();
  SgdSetting setting{SgdNoise::covariance, Calculus::ito, eta, B};
  const Problem first = sgd_problem(loss, setting, {});
  setting.order = 2;
  const Problem second = sgd_problem(loss, setting, {});
  const Vec2 p{0.4, -0.7};
  const auto square = [&](double x, double y) { // |∇L|²
    const auto v = values_at(loss.gradient, 3, {x, y});
    return v[1] * v[1] + v[2] * v[2];
  };
  const double h = 1e-5;
  const auto b = values_at(first.coefficients, 5, p), c = values_at(second.coefficients, 5, p);
  BOOST_TEST(c[0] - b[0] == -eta / 4 * (square(p.x + h, p.y) - square(p.x - h, p.y)) / (2 * h),
             boost::test_tools::tolerance(1e-8));
  BOOST_TEST(c[1] - b[1] == -eta / 4 * (square(p.x, p.y + h) - square(p.x, p.y - h)) / (2 * h),
             boost::test_tools::tolerance(1e-8));
  BOOST_TEST(c[2] == b[2]);
}
