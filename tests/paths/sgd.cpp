#define BOOST_TEST_MODULE sgd
#include "paths/sgd/sgd.hpp"
#include "escapade/error.hpp"
#include "paths/exits/exits.hpp"
#include "paths/stationary/stationary.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <set>

using namespace escapade;

namespace {

const std::vector<double> targets{-3, -1, 0.5, 1.5, 2, 3}; // mean 0.5

/// ℓ_μ = ½ (x − c_μ)² + ½ y².
SgdSampler quadratic(std::int64_t batch, double rate, Batches batches) {
  SgdSampler s;
  s.gradient = [](std::size_t n, const double* x, const double* y, const std::int32_t* row,
                  double* out) {
    for (std::size_t i = 0; i < n; ++i) {
      out[i] = x[i] - targets[static_cast<std::size_t>(row[i])];
      out[n + i] = y[i];
    }
  };
  s.rows = 6;
  s.batch_size = batch;
  s.learning_rate = rate;
  s.batches = batches;
  return s;
}

double z_of(const Estimate& e, double exact) {
  return (e.mean - exact) / e.standard_error;
}

} // namespace

BOOST_AUTO_TEST_SUITE(sgd)

BOOST_AUTO_TEST_CASE(batches_draw_rows_as_their_name_says) {
  for (Batches kind : {Batches::independent, Batches::epoch, Batches::replacement}) {
    const SgdSampler s = quadratic(2, 0.1, kind);
    BatchDrawer drawer(s, 3);
    drawer.begin(8);
    std::vector<int> count(6, 0);
    int repeats = 0, whole_epochs = 0;
    const int epochs = 4000;
    for (int e = 0; e < epochs; ++e) {
      std::set<std::int32_t> seen;
      for (int b = 0; b < 3; ++b) {
        const auto first = drawer.next(), second = drawer.next();
        repeats += first == second;
        ++count[static_cast<std::size_t>(first)];
        ++count[static_cast<std::size_t>(second)];
        seen.insert({first, second});
      }
      whole_epochs += seen.size() == 6;
    }
    for (int c : count)
      BOOST_TEST(std::fabs(c - epochs) < 4 * std::sqrt(epochs * 5 / 6.0));
    BOOST_TEST((kind == Batches::replacement) == (repeats > 0));
    BOOST_TEST((kind == Batches::epoch) == (whole_epochs == epochs));
  }
}

BOOST_AUTO_TEST_CASE(stationary_variance_is_that_of_the_linear_recursion) {
  // x ← (1 − η) x + η c̄: Var x = η Var c̄/(2 − η); Var c̄ = S²/B (N − B)/(N − 1) without, S²/B with
  // replacement, S² the variance of the targets over N
  double s2 = 0;
  for (double c : targets)
    s2 += (c - 0.5) * (c - 0.5) / 6;
  for (Batches kind : {Batches::independent, Batches::replacement}) {
    const SgdSampler sampler = quadratic(2, 0.1, kind);
    StationarySetup setup;
    setup.domain = {-4, 4, -1, 1, {}};
    setup.start = {0.5, 0};
    setup.paths = 64;
    setup.dt = 0.1;
    setup.burn_in = 10;
    setup.duration = 150;
    setup.seed = 4;
    setup.scheme = Scheme::sgd;
    setup.sampler = &sampler;
    const auto s = stationary_statistics(simulate_stationary(setup), setup.domain);
    const double batch = s2 / 2 * (kind == Batches::independent ? 4 / 5.0 : 1);
    BOOST_TEST(std::fabs(z_of(s.mean[0], 0.5)) < 4);
    BOOST_TEST(std::fabs(z_of(s.covariance[0], 0.1 * batch / 1.9)) < 4);
    BOOST_TEST(std::fabs(s.covariance[2].mean) < 1e-20);
  }
}

BOOST_AUTO_TEST_CASE(exits_are_iterates_and_do_not_depend_on_slices) {
  const SgdSampler sampler = quadratic(2, 0.1, Batches::independent);
  Part part;
  part.name = "x > 0.9";
  part.half_plane = HalfPlane{0, 0.9, true};
  part.phi = pointwise(1, [](double x, double, double* out) { out[0] = x - 0.9; });
  const Region exit{part};
  ExitSetup setup;
  setup.domain = {-4, 4, -1, 1, {}};
  setup.exit = &exit;
  setup.start = {0.4, 0};
  setup.paths = 400;
  setup.max_time = 1000;
  setup.dt = 0.1;
  setup.scheme = Scheme::sgd;
  setup.sampler = &sampler;
  const auto whole = simulate_exits(setup);
  for (const ExitRecord& r : whole) {
    BOOST_REQUIRE(r.part == 0);
    const double steps = r.time / 0.1;
    BOOST_REQUIRE(std::fabs(steps - std::round(steps)) < 1e-9 * steps);
  }
  setup.first_path = 130;
  setup.paths = 100;
  const auto slice = simulate_exits(setup);
  BOOST_TEST(std::equal(slice.begin(), slice.end(), whole.begin() + 130));
  setup.dt = 0.2;
  BOOST_CHECK_THROW(simulate_exits(setup), BadInput);
}

BOOST_AUTO_TEST_CASE(full_batches_descend_to_the_minimum) {
  const SgdSampler s = quadratic(6, 0.1, Batches::epoch);
  const Descent d = descend(s, {-2, 1}, {10000, 20, 1e-9}, 1, 0);
  BOOST_TEST(d.converged);
  BOOST_TEST(std::fabs(d.final_point.x - 0.5) < 1e-7);
  BOOST_TEST(std::fabs(d.final_point.y) < 1e-7);
  const Descent lost = descend(quadratic(6, 2.5, Batches::epoch), {-2, 1}, {10000, 20, 1e-9}, 1, 0);
  BOOST_TEST((lost.diverged && !lost.converged));
}

BOOST_AUTO_TEST_CASE(unusable_samplers_are_refused) {
  auto s = quadratic(7, 0.1, Batches::independent);
  BOOST_CHECK_THROW(check_sampler(s), BadInput);
  s.batches = Batches::replacement;
  BOOST_CHECK_NO_THROW(check_sampler(s));
  s.learning_rate = 0;
  BOOST_CHECK_THROW(check_sampler(s), BadInput);
  BOOST_CHECK_THROW(batches_named("shuffled"), BadInput);
}

BOOST_AUTO_TEST_SUITE_END()
