#define BOOST_TEST_MODULE mc_sgd
#include "escapade/error.hpp"
#include "programs/mc/questions.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>

using namespace escapade;

namespace {

/// Model a x + b, four rows.
Setup line_fit() {
  Setup setup;
  setup.symbols.inputs = {"a", "b"};
  setup.compile = Compile::never;
  Table table;
  table.names = {"x", "y"};
  table.columns = {{0, 1, 2, 3}, {1, 3, 5, 7}};
  setup.data = table;
  setup.target = 1;
  setup.model = parse_expression("-model", "a*x + b", {{"a", "b", "x", "y"}, {}});
  return setup;
}

Options options_of(const std::string& batch) {
  Options o("mc-sgd");
  o.record("learning_rate", "0.1");
  o.record("batch_size", batch);
  return o;
}

} // namespace

BOOST_AUTO_TEST_SUITE(mc_sgd)

BOOST_AUTO_TEST_CASE(the_gradient_of_a_row_is_residual_times_slope) {
  const SgdSampler s = sampler_of(options_of("2"), line_fit());
  BOOST_TEST(s.rows == 4);
  BOOST_TEST(s.batch_size == 2);
  BOOST_TEST(s.learning_rate == 0.1);
  std::vector<double> x(64, 0.5), y(64, -1), g(128);
  std::vector<std::int32_t> row(64);
  for (std::size_t i = 0; i < 64; ++i)
    row[i] = static_cast<std::int32_t>(i % 4);
  s.gradient(64, x.data(), y.data(), row.data(), g.data());
  const double xs[4] = {0, 1, 2, 3}, ys[4] = {1, 3, 5, 7};
  for (std::size_t i = 0; i < 64; ++i) {
    const double residual = 0.5 * xs[i % 4] - 1 - ys[i % 4];
    BOOST_TEST(std::fabs(g[i] - residual * xs[i % 4]) < 1e-14);
    BOOST_TEST(std::fabs(g[64 + i] - residual) < 1e-14);
  }
}

BOOST_AUTO_TEST_CASE(regularization_pulls_in_every_batch) {
  Options o = options_of("1");
  o.record("regularization", "a^2 + 3*b");
  const SgdSampler s = sampler_of(o, line_fit());
  std::vector<double> x(64, 2), y(64, 1), g(128); // the exact fit: no residual
  std::vector<std::int32_t> row(64, 3);
  s.gradient(64, x.data(), y.data(), row.data(), g.data());
  BOOST_TEST(std::fabs(g[0] - 4) < 1e-14);
  BOOST_TEST(std::fabs(g[64] - 3) < 1e-14);
}

BOOST_AUTO_TEST_CASE(descent_finds_the_exact_fit_and_its_trace_ends_there) {
  const SgdSampler s = sampler_of(options_of("2"), line_fit());
  DescentStop stop;
  stop.max_iterations = 3000;
  stop.window = 100;
  stop.tolerance = 1e-9;
  const Descent d = descend(s, {0, 0}, stop, 5, 2);
  BOOST_TEST(d.converged);
  BOOST_TEST(std::fabs(d.final_point.x - 2) < 1e-6);
  BOOST_TEST(std::fabs(d.final_point.y - 1) < 1e-6);
  const SavedPath line = trace_descent(s, {0, 0}, d.iterations, 5, 2, 50);
  BOOST_TEST(line.point.size() < 103u);
  BOOST_TEST(line.point.back().x == d.final_point.x);
  BOOST_TEST(line.point.back().y == d.final_point.y);
  BOOST_TEST(std::fabs(line.time.back() - 0.1 * static_cast<double>(d.iterations)) < 1e-9);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_sampled_is_refused) {
  BOOST_CHECK_THROW(sampler_of(options_of("1.5"), line_fit()), BadInput);
  BOOST_CHECK_THROW(sampler_of(options_of("5"), line_fit()), BadInput);
  Setup bare = line_fit();
  bare.model.reset();
  BOOST_CHECK_THROW(sampler_of(options_of("1"), bare), BadInput);
}

BOOST_AUTO_TEST_SUITE_END()
