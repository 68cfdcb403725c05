// SGD's drift and noise against sums over all rows, and their slopes against differences.
#define BOOST_TEST_MODULE sgd
#include "escapade/problem/sgd.hpp"

#include "escapade/error.hpp"
#include "escapade/landscape/critical_points.hpp"
#include "escapade/problem/sde.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <cmath>
#include <string>

using namespace escapade;

namespace {

const Symbols parameters{{"a", "b"}, {}};
const Symbols with_columns{{"a", "b", "x", "y"}, {}};
constexpr double eta = 0.03, B = 2;

/// Twelve examples over four x, most of them several times.
Table table() {
  Table t;
  t.names = {"x", "y"};
  t.columns = {{0, 0.5, 1, 1, 2, 0.5, 0, 2, 2, 1, 0.5, 2},
               {1.1, 1.4, 2.2, 1.7, 4.1, 1.9, 0.7, 3.2, 4.4, 2.0, 1.5, 3.9}};
  return t;
}

const std::string model = "exp(a*x/2) + b*x^2/4 + sin(a*b)/8";

/// f, f_a, f_b by hand.
std::array<double, 3> f_and_slope(double a, double b, double x) {
  return {std::exp(a * x / 2) + b * x * x / 4 + std::sin(a * b) / 8,
          x / 2 * std::exp(a * x / 2) + b * std::cos(a * b) / 8,
          x * x / 4 + a * std::cos(a * b) / 8};
}

Loss data_loss(const std::string& regularization = "0") {
  return loss_of_data(parse_expression("-model", model, with_columns), table(), 1,
                      parse_expression("-regularization", regularization, parameters),
                      Compile::never);
}

/// Sums over all rows: L, ∇L, M = ⟨∇ℓ∇ℓᵀ⟩, G = ⟨∇f∇fᵀ⟩.
struct Sums {
  double L = 0;
  Vec2 g;
  Sym2 M, G;
};
Sums brute_force(Vec2 p) {
  const Table t = table();
  const auto n = static_cast<double>(t.rows());
  Sums s;
  for (std::size_t r = 0; r < t.rows(); ++r) {
    const auto [f, fa, fb] = f_and_slope(p.x, p.y, t.columns[0][r]);
    const double e = f - t.columns[1][r];
    s.L += 0.5 * e * e / n;
    s.g = s.g + (1 / n) * Vec2{e * fa, e * fb};
    s.M.xx += e * e * fa * fa / n, s.M.xy += e * e * fa * fb / n, s.M.yy += e * e * fb * fb / n;
    s.G.xx += fa * fa / n, s.G.xy += fa * fb / n, s.G.yy += fb * fb / n;
  }
  return s;
}

/// The minimum of the loss on the data above.
Vec2 well() {
  static const Vec2 found =
      descend(data_loss().landscape, {-3, 3, -3, 3, {}}, {1, 0.5}, "-minimum").position;
  return found;
}

Problem problem(const Loss& loss, SgdNoise noise, Calculus calculus = Calculus::ito,
                std::optional<Vec2> minimum = well()) {
  SgdSetting setting;
  setting.noise = noise;
  setting.calculus = calculus;
  setting.learning_rate = eta;
  setting.batch_size = B;
  setting.temperature = 0.4;
  return sgd_problem(loss, setting, minimum);
}

struct Coefficients {
  Vec2 b;
  Sym2 D;
};
Coefficients at(const Problem& p, Vec2 q) {
  const auto v = values_at(p.coefficients, 5, q);
  return {{v[0], v[1]}, {v[2], v[3], v[4]}};
}

bool near(Vec2 a, Vec2 b, double tolerance = 1e-14) {
  return norm(a - b) <= tolerance * (1 + norm(b));
}
bool near(Sym2 a, Sym2 b, double tolerance = 1e-14) {
  return std::hypot(a.xx - b.xx, a.xy - b.xy, a.yy - b.yy) <=
         tolerance * (1e-300 + std::abs(b.xx) + std::abs(b.yy));
}

Vec2 divergence_by_differences(const Problem& p, Vec2 q) {
  const double e = 1e-5;
  const Sym2 r = at(p, q + Vec2{e, 0}).D, l = at(p, q - Vec2{e, 0}).D, u = at(p, q + Vec2{0, e}).D,
             d = at(p, q - Vec2{0, e}).D;
  return (0.5 / e) * Vec2{r.xx - l.xx + u.xy - d.xy, r.xy - l.xy + u.yy - d.yy};
}

const Vec2 points[] = {{0.3, 0.8}, {-0.7, 1.2}, {1.1, -0.4}};
const SgdNoise models[] = {SgdNoise::hessian, SgdNoise::covariance, SgdNoise::gauss_newton,
                           SgdNoise::hessian_squared, SgdNoise::isotropic};

/// A point where the Hessian of the loss is positive definite; by differences of the brute force.
Sym2 hessian_by_differences(Vec2 q) {
  const double e = 1e-5;
  const Vec2 r = brute_force(q + Vec2{e, 0}).g, l = brute_force(q - Vec2{e, 0}).g,
             u = brute_force(q + Vec2{0, e}).g, d = brute_force(q - Vec2{0, e}).g;
  return {(r.x - l.x) / (2 * e), (r.y - l.y) / (2 * e), (u.y - d.y) / (2 * e)};
}

} // namespace

BOOST_AUTO_TEST_SUITE(losses_of_data)

BOOST_AUTO_TEST_CASE(are_the_mean_over_all_rows_with_exact_slopes) {
  const Loss loss = data_loss();
  BOOST_TEST(loss.samples == 12u);
  for (Vec2 q : points) {
    const Sums s = brute_force(q);
    const auto v = values_at(loss.landscape, 6, q);
    BOOST_TEST(std::abs(v[0] / s.L - 1) < 1e-14);
    BOOST_TEST(near({v[1], v[2]}, s.g));
    BOOST_TEST(near({v[3], v[4], v[5]}, hessian_by_differences(q), 1e-8));
    const auto w = values_at(loss.gradient, 3, q);
    BOOST_TEST(w[0] == v[0]);
  }
}

BOOST_AUTO_TEST_CASE(with_a_regulariser_move_the_drift_and_leave_the_covariance) {
  const Loss plain = data_loss(), bent = data_loss("0.3*a^2 + a*b");
  for (Vec2 q : points) {
    const Coefficients a = at(problem(plain, SgdNoise::covariance), q),
                       b = at(problem(bent, SgdNoise::covariance), q);
    BOOST_TEST(near(a.b - b.b, {0.6 * q.x + q.y, q.x}));
    BOOST_TEST(near(a.D, b.D));
    const Coefficients c = at(problem(plain, SgdNoise::gauss_newton), q),
                       d = at(problem(bent, SgdNoise::gauss_newton), q);
    BOOST_TEST(near(c.D, d.D)); // the data's part of L alone
    const double L = values_at(bent.gradient, 3, q)[0];
    BOOST_TEST(std::abs(L - brute_force(q).L - (0.3 * q.x * q.x + q.x * q.y)) < 1e-14);
  }
}

BOOST_AUTO_TEST_CASE(refuse_a_model_of_the_target) {
  BOOST_CHECK_THROW(loss_of_data(parse_expression("-model", "a*x + b*y", with_columns), table(), 1,
                                 constant(0), Compile::never),
                    BadInput);
}

BOOST_AUTO_TEST_SUITE_END()

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

BOOST_AUTO_TEST_CASE(a_sample_loss_of_squares_is_least_squares) {
  const Table t = table();
  const Expression R = parse_expression("-regularization", "a^2*b/9", parameters);
  const Loss model_loss = data_loss("a^2*b/9");
  const Loss any =
      loss_of_samples(parse_expression("-sample_loss", "(" + model + " - y)^2/2", with_columns), t,
                      R, Compile::never);
  BOOST_TEST(any.samples == 12);
  for (const Vec2 p : {Vec2{0.4, -0.7}, {1.3, 0.9}}) {
    const auto same = [&](const Field& one, const Field& other, std::size_t n) {
      const auto v = values_at(one, n, p), w = values_at(other, n, p);
      for (std::size_t k = 0; k < n; ++k)
        BOOST_TEST(std::abs(v[k] - w[k]) < 1e-12 * (1 + std::abs(v[k])));
    };
    same(model_loss.gradient, any.gradient, 3);
    same(model_loss.landscape, any.landscape, 6);
    same(model_loss.spread, any.spread, 5);
    same(model_loss.spread_slope, any.spread_slope, 7);
  }
  const SgdSetting setting{SgdNoise::gauss_newton, Calculus::ito, eta, B};
  BOOST_CHECK_EXCEPTION(sgd_problem(any, setting, {}), BadInput, [](const BadInput& e) {
    return std::string(e.what()).find("for least squares") != std::string::npos;
  });
}

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

namespace {

/// 3000 different rows of x and y.
Table many() {
  Table t;
  t.names = {"x", "y"};
  t.columns.resize(2);
  for (int k = 0; k < 3000; ++k) {
    t.columns[0].push_back(std::sin(0.1 + 1.7 * k));
    t.columns[1].push_back(0.3 + 2 * t.columns[0].back() + 0.4 * std::cos(2.3 * k * k));
  }
  return t;
}

/// A value of every field against the sum over the rows.
void sums_are(const Loss& loss, const std::string& l, double tolerance) {
  const Table t = many();
  const Vec2 p{0.37, -0.81};
  const Expression e = parse_expression("-sample_loss", l, with_columns);
  const Expression l0 = derivative(e, 0), l1 = derivative(e, 1);
  Function f({e, l0, l1, derivative(l0, 1), l0 * l0, l0 * l1}, 4, Compile::never);
  double sum[6] = {};
  for (std::size_t r = 0; r < t.rows(); ++r) {
    const double* in[4] = {&p.x, &p.y, &t.columns[0][r], &t.columns[1][r]};
    double v[6];
    double* const out[6] = {v, v + 1, v + 2, v + 3, v + 4, v + 5};
    f(1, in, out);
    for (int k = 0; k < 6; ++k)
      sum[k] += v[k] / static_cast<double>(t.rows());
  }
  const auto v = values_at(loss.landscape, 6, p), m = values_at(loss.spread, 5, p);
  const double got[6] = {v[0], v[1], v[2], v[4], m[2], m[3]};
  for (int k = 0; k < 6; ++k)
    BOOST_TEST(std::abs(got[k] - sum[k]) < tolerance * (1 + std::abs(sum[k])));
}

} // namespace

BOOST_AUTO_TEST_CASE(linear_models_on_many_rows_are_moments) {
  const std::string l = "(a*x + b - y)^2/2";
  const Loss loss = loss_of_samples(parse_expression("-sample_loss", l, with_columns), many(),
                                    constant(0), Compile::never);
  BOOST_TEST(loss.rows == 0); // no sum is left
  sums_are(loss, l, 1e-13);
  const Loss model_loss = loss_of_data(parse_expression("-model", "a*x + b", with_columns), many(),
                                       1, constant(0), Compile::never);
  sums_are(model_loss, l, 1e-13);
}

BOOST_AUTO_TEST_CASE(smooth_losses_on_many_rows_are_taken_from_few_points) {
  const std::string l = "log(1 + exp(-(2*sigmoid(9*y)-1)*(a*x + b)))";
  const Loss loss = loss_of_samples(parse_expression("-sample_loss", l, with_columns), many(),
                                    constant(0), Compile::never);
  BOOST_TEST(loss.rows == 3000);
  const auto table = sampled(loss, {-3, 3, -3, 3, {}});
  BOOST_REQUIRE(table);
  BOOST_TEST(table->error <= 1e-8);
  sums_are(table->loss, l, 1e-7);
  const double whole = values_at(table->loss.landscape, 6, {0.3, 0.4})[0];
  table->coarser(true);
  BOOST_TEST(whole != values_at(table->loss.landscape, 6, {0.3, 0.4})[0]);
  table->coarser(false);
  BOOST_TEST(whole == values_at(table->loss.landscape, 6, {0.3, 0.4})[0]);
  const Loss rough = loss_of_samples(parse_expression("-sample_loss", "abs(a*x - 5)", with_columns),
                                     many(), constant(0), Compile::never);
  BOOST_TEST(!sampled(rough, {-9, 9, -9, 9, {}}));
}
