// Losses of many rows: moments, or values at a few points, against sums over the rows.
#define BOOST_TEST_MODULE many_rows
#include "shared/small_regression.hpp"

#include "escapade/error.hpp"

#include <boost/test/unit_test.hpp>

#include <omp.h>

using namespace escapade;

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

BOOST_AUTO_TEST_CASE(a_parameter_that_a_loss_is_smooth_in_gets_fewer_points) {
  const Loss loss = loss_of_data(parse_expression("-model", "b*tanh(a*x)", with_columns), many(), 1,
                                 constant(0), Compile::never);
  const auto table = sampled(loss, {-1, 1, -3, 3, {}});
  BOOST_REQUIRE(table);
  BOOST_TEST(table->error <= 1e-8);
  BOOST_TEST(table->points[0] > table->points[1]);
  BOOST_TEST(table->points[1] == 6u); // a square of b
  for (const Vec2 p : {Vec2{0.37, -0.81}, {-0.9, 2.9}, {0.01, 1.4}}) {
    const auto exact = values_at(loss.landscape, 6, p);
    const auto near = values_at(table->loss.landscape, 6, p);
    for (std::size_t k = 0; k < 6; ++k)
      BOOST_TEST(std::abs(near[k] - exact[k]) < 1e-7 * (1 + std::abs(exact[k])));
  }
}

BOOST_AUTO_TEST_CASE(a_wide_box_gets_more_points_along_the_parameter_that_needs_them) {
  const Loss loss = loss_of_data(parse_expression("-model", "b*tanh(a*x)", with_columns), many(), 1,
                                 constant(0), Compile::never);
  const auto table = sampled(loss, {-6, 6, -3, 3, {}});
  BOOST_REQUIRE(table);
  BOOST_TEST(table->error <= 1e-8);
  BOOST_TEST(table->points[0] > 64u); // tanh has a pole at distance π/2 from the box
  BOOST_TEST(table->points[0] * table->points[1] <= 4096u);
  for (const Vec2 p : {Vec2{0.37, -0.81}, {-5.9, 2.9}, {2.6, 1.4}}) {
    const auto exact = values_at(loss.landscape, 6, p);
    const auto near = values_at(table->loss.landscape, 6, p);
    for (std::size_t k = 0; k < 6; ++k)
      BOOST_TEST(std::abs(near[k] - exact[k]) < 1e-7 * (1 + std::abs(exact[k])));
  }
}

BOOST_AUTO_TEST_CASE(points_are_the_same_for_any_number_of_threads) {
  const Loss loss = loss_of_data(parse_expression("-model", "b*tanh(a*x)", with_columns), many(), 1,
                                 constant(0), Compile::never);
  const auto value = [&](int threads) {
    const int before = omp_get_max_threads();
    omp_set_num_threads(threads);
    const auto table = sampled(loss, {-1, 1, -3, 3, {}});
    omp_set_num_threads(before);
    return values_at(table->loss.landscape, 6, {0.37, -0.81});
  };
  const auto one = value(1);
  for (const int threads : {2, 3})
    BOOST_TEST(value(threads) == one, boost::test_tools::per_element());
}
