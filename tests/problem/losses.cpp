// Losses of data against sums over all rows.
#define BOOST_TEST_MODULE losses
#include "shared/small_regression.hpp"

#include "escapade/error.hpp"

#include <boost/test/unit_test.hpp>

using namespace escapade;

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
