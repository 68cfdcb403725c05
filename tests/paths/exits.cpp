#define BOOST_TEST_MODULE exits
#include "paths/exits/exits.hpp"
#include "escapade/error.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <vector>

using namespace escapade;

namespace {

using enum Boundary;

Problem constant(Vec2 b, Sym2 d) {
  Problem p;
  p.coefficients = pointwise(5, [=](double, double, double* out) {
    out[0] = b.x, out[1] = b.y, out[2] = d.xx, out[3] = d.xy, out[4] = d.yy;
  });
  p.constant_direction = d;
  return p;
}

/// x² + y² > 1.
Region unit_circle() {
  Part part;
  part.name = "x^2 + y^2 > 1";
  part.phi = pointwise(1, [](double x, double y, double* out) { out[0] = x * x + y * y - 1; });
  part.phi_and_gradient = pointwise(3, [](double x, double y, double* out) {
    out[0] = x * x + y * y - 1, out[1] = 2 * x, out[2] = 2 * y;
  });
  return {part};
}

/// The same half-plane x > c, as a line or as a curve.
Region right_of(double c, bool line) {
  Part part;
  part.name = "x > c";
  part.phi = pointwise(1, [=](double x, double, double* out) { out[0] = x - c; });
  part.phi_and_gradient =
      pointwise(3, [=](double x, double, double* out) { out[0] = x - c, out[1] = 1, out[2] = 0; });
  if (line)
    part.half_plane = HalfPlane{0, c, true};
  return {part};
}

ExitSetup setup_of(const Problem& problem, const Domain& domain, const Region* exit, Vec2 start,
                   std::int64_t paths, double dt) {
  ExitSetup s;
  s.problem = &problem;
  s.domain = domain;
  s.exit = exit;
  s.start = start;
  s.paths = paths;
  s.dt = dt;
  s.seed = 2024;
  return s;
}

double z_of(const Estimate& e, double exact) {
  return (e.mean - exact) / e.standard_error;
}

ExitStatistics statistics(const ExitSetup& s) {
  return exit_statistics(simulate_exits(s), exit_parts(s.domain, s.exit));
}

const Domain square{-2, 2, -2, 2, {reflecting, reflecting, reflecting, reflecting}};

} // namespace

BOOST_AUTO_TEST_SUITE(exits)

BOOST_AUTO_TEST_CASE(brownian_motion_leaves_the_disc_in_a_quarter) {
  const Problem p = constant({0, 0}, {1, 0, 1}); // τ = (1 − r²)/(4D)
  const Region circle = unit_circle();
  const auto s = statistics(setup_of(p, square, &circle, {0, 0}, 20000, 0.002));
  BOOST_TEST(std::fabs(z_of(s.mean_exit_time, 0.25)) < 4);
  // E τ² = 3/32 from the centre, so the standard deviation is √(1/32)
  BOOST_TEST(std::fabs(z_of(s.exit_time_std, std::sqrt(1 / 32.0))) < 4);
}

BOOST_AUTO_TEST_CASE(plain_detection_is_late_where_the_bridge_is_not) {
  const Problem p = constant({0, 0}, {1, 0, 1});
  const Region circle = unit_circle();
  auto setup = setup_of(p, square, &circle, {0, 0}, 10000, 0.004);
  const auto bridge = statistics(setup);
  setup.bridge = false;
  const auto plain = statistics(setup);
  // the discrete path sees the circle 0.5826 √(2Δt) farther out (Broadie, Glasserman, Kou)
  const double r = 1 + 0.5826 * std::sqrt(2 * 0.004);
  BOOST_TEST(plain.mean_exit_time.mean > 1.06 * 0.25);
  BOOST_TEST(std::fabs(z_of(plain.mean_exit_time, r * r / 4)) < 4);
  BOOST_TEST(std::fabs(bridge.mean_exit_time.mean / 0.25 - 1) < 0.03);
}

BOOST_AUTO_TEST_CASE(lines_and_constant_coefficients_are_exact_at_any_step) {
  // between absorbing 0 and 1 with drift: P(1) = (1 − e^{−bx/D})/(1 − e^{−b/D})
  const double b = 0.7, d = 0.5, x = 0.4;
  const Problem p = constant({b, 0}, {d, 0, d});
  const Domain strip{0, 1, 0, 1, {absorbing, absorbing, periodic, periodic}};
  const auto s = statistics(setup_of(p, strip, nullptr, {x, 0.5}, 20000, 0.01));
  const double right = std::expm1(-b * x / d) / std::expm1(-b / d);
  BOOST_REQUIRE(s.exit_probability.size() == 2);
  BOOST_TEST(std::fabs(z_of(s.exit_probability[1], right)) < 4);
  BOOST_TEST(std::fabs(z_of(s.mean_exit_time, (right - x) / b)) < 4); // E x(τ) = x + b E τ
}

BOOST_AUTO_TEST_CASE(reflecting_wall_doubles_the_strip) {
  const double d = 0.3, length = 1.5; // τ = L²/(2D) from the wall
  const Problem p = constant({0, 0}, {d, 0, 2 * d});
  const Domain strip{0, length, 0, 1, {reflecting, absorbing, reflecting, reflecting}};
  const auto s = statistics(setup_of(p, strip, nullptr, {0, 0.5}, 10000, 0.01));
  BOOST_TEST(std::fabs(z_of(s.mean_exit_time, length * length / (2 * d))) < 4);
}

BOOST_AUTO_TEST_CASE(side_probabilities_of_brownian_motion_are_linear) {
  const Problem p = constant({0, 0}, {1, 0.6, 1});
  const Domain strip{0, 2, 0, 1, {absorbing, absorbing, periodic, periodic}};
  const auto s = statistics(setup_of(p, strip, nullptr, {0.5, 0.1}, 20000, 0.01));
  BOOST_TEST(std::fabs(z_of(s.exit_probability[0], 0.75)) < 4);
  BOOST_TEST(std::fabs(z_of(s.exit_probability[1], 0.25)) < 4);
  BOOST_TEST(std::fabs(z_of(s.mean_exit_time, 0.5 * 1.5 / 2)) < 4);
}

BOOST_AUTO_TEST_CASE(oblique_reflection_keeps_the_uniform_density) {
  // D constant and oblique, no drift: the uniform density is stationary only if paths are reflected
  // along D n. A start in the middle relaxes to it in far less than max_time.
  const Problem p = constant({0, 0}, {1, 0.8, 1});
  const Domain box{0, 1, 0, 1, {reflecting, reflecting, reflecting, reflecting}};
  const Region never = right_of(2, false);
  auto setup = setup_of(p, box, &never, {0.5, 0.5}, 6000, 0.002);
  setup.max_time = 3;
  setup.bridge = false;
  const auto records = simulate_exits(setup);
  std::vector<double> x, y, xx, xy;
  for (const ExitRecord& r : records) {
    BOOST_REQUIRE(r.part == ExitRecord::timed_out);
    BOOST_REQUIRE(r.time == 3);
    BOOST_REQUIRE(box.contains(r.where));
    x.push_back(r.where.x);
    y.push_back(r.where.y);
    xx.push_back(r.where.x * r.where.x);
    xy.push_back(r.where.x * r.where.y);
  }
  BOOST_TEST(std::fabs(z_of(mean_of(x), 0.5)) < 4);
  BOOST_TEST(std::fabs(z_of(mean_of(y), 0.5)) < 4);
  BOOST_TEST(std::fabs(z_of(mean_of(xx), 1 / 3.0)) < 4);
  BOOST_TEST(std::fabs(z_of(mean_of(xy), 0.25)) < 4);
}

BOOST_AUTO_TEST_CASE(ornstein_uhlenbeck_reaches_its_covariance) {
  Problem p; // b = −A θ with rotation; A C + C Aᵀ = 2D gives C = D for A = 1 + rotation, D = d·1
  p.coefficients = pointwise(5, [](double x, double y, double* out) {
    out[0] = -x + 2 * y, out[1] = -2 * x - y, out[2] = 0.3, out[3] = 0, out[4] = 0.3;
  });
  const Domain box{-8, 8, -8, 8, {reflecting, reflecting, reflecting, reflecting}};
  const Region never = right_of(20, true);
  auto setup = setup_of(p, box, &never, {0.5, 0.5}, 4096, 0.01);
  setup.max_time = 6;
  for (Scheme scheme : {Scheme::euler, Scheme::heun, Scheme::tamed}) {
    setup.scheme = scheme;
    std::vector<double> xx, xy;
    for (const ExitRecord& r : simulate_exits(setup)) {
      xx.push_back(r.where.x * r.where.x);
      xy.push_back(r.where.x * r.where.y);
    }
    // Euler's own stationary variance at this step: 0.3/(1 − ½Δt|λ|²) = 0.3/(1 − 0.025)
    const double exact = scheme == Scheme::euler ? 0.3 / 0.975 : 0.3;
    if (scheme != Scheme::tamed)
      BOOST_TEST(std::fabs(z_of(mean_of(xx), exact)) < 4);
    BOOST_TEST(std::fabs(z_of(mean_of(xy), 0)) < 4);
  }
}

BOOST_AUTO_TEST_CASE(lines_and_curves_give_the_same_records) {
  const Problem p = constant({0.3, 0}, {0.4, 0.1, 0.5});
  const Region line = right_of(1, true), curve = right_of(1, false);
  const auto a = simulate_exits(setup_of(p, square, &line, {0, 0}, 500, 0.01));
  const auto b = simulate_exits(setup_of(p, square, &curve, {0, 0}, 500, 0.01));
  for (std::size_t i = 0; i < a.size(); ++i) {
    BOOST_REQUIRE(a[i].part == b[i].part);
    BOOST_REQUIRE(std::fabs(a[i].time - b[i].time) < 1e-12 * a[i].time);
    BOOST_REQUIRE(std::fabs(a[i].where.x - 1) < 1e-12);
  }
}

BOOST_AUTO_TEST_CASE(slices_and_threads_do_not_change_a_bit) {
  Problem p; // D varies and is oblique
  p.coefficients = pointwise(5, [](double x, double y, double* out) {
    const double s = 0.2 + 0.1 * x * x;
    out[0] = x - x * x * x, out[1] = -y, out[2] = s, out[3] = 0.5 * s * std::sin(y), out[4] = s;
  });
  Region parts = unit_circle();
  parts.push_back(right_of(0.9, true)[0]);
  const Domain box{-2, 2, -0.9, 2, {reflecting, reflecting, reflecting, reflecting}};
  for (Scheme scheme : {Scheme::euler, Scheme::heun, Scheme::tamed}) {
    auto setup = setup_of(p, box, &parts, {0.2, 0.1}, 1000, 0.01);
    setup.scheme = scheme;
    setup.max_time = 3;
    setup.threads = 1;
    const auto whole = simulate_exits(setup);
    setup.threads = 3;
    BOOST_TEST((simulate_exits(setup) == whole));
    std::vector<ExitRecord> joined;
    for (std::int64_t size : {std::int64_t{1}, std::int64_t{300}, std::int64_t{699}}) {
      setup.first_path = static_cast<std::int64_t>(joined.size());
      setup.paths = size;
      const auto slice = simulate_exits(setup);
      joined.insert(joined.end(), slice.begin(), slice.end());
    }
    BOOST_TEST((joined == whole));
  }
}

BOOST_AUTO_TEST_CASE(another_seed_gives_other_paths) {
  const Problem p = constant({0, 0}, {1, 0, 1});
  const Region circle = unit_circle();
  auto setup = setup_of(p, square, &circle, {0, 0}, 64, 0.01);
  const auto a = simulate_exits(setup);
  setup.seed = 2025;
  const auto b = simulate_exits(setup);
  for (std::size_t i = 0; i < a.size(); ++i)
    BOOST_TEST(a[i].time != b[i].time);
}

BOOST_AUTO_TEST_CASE(time_changed_agrees_with_euler_and_with_the_exact_time) {
  // D = s(x) with s = 1 + x²/2, b = 0 between absorbing ±1: s τ'' = −1,
  // τ(0) = ∫₀¹ (1 − x)/s dx = √2 atan(1/√2) − ln(3/2)
  Problem p;
  p.coefficients = pointwise(5, [](double x, double, double* out) {
    const double s = 1 + x * x / 2;
    out[0] = out[1] = out[3] = 0, out[2] = out[4] = s;
  });
  p.constant_direction = Sym2{1, 0, 1};
  const Domain strip{-1, 1, 0, 1, {absorbing, absorbing, reflecting, reflecting}};
  const double exact = std::sqrt(2.0) * std::atan(1 / std::sqrt(2.0)) - std::log(1.5);
  for (Scheme scheme : {Scheme::euler, Scheme::time_changed, Scheme::heun}) {
    auto setup = setup_of(p, strip, nullptr, {0, 0.5}, 10000, 0.002);
    setup.scheme = scheme;
    BOOST_TEST(std::fabs(z_of(statistics(setup).mean_exit_time, exact)) < 4);
  }
}

BOOST_AUTO_TEST_CASE(saved_paths_end_where_the_records_say) {
  const Problem p = constant({0, 0}, {1, 0, 1});
  const Region circle = unit_circle();
  auto setup = setup_of(p, square, &circle, {0, 0}, 100, 0.001);
  setup.saved_paths = 3;
  setup.first_path = 17;
  const auto records = simulate_exits(setup);
  const auto saved = trace_paths(setup, 50);
  BOOST_REQUIRE(saved.size() == 3);
  for (std::size_t k = 0; k < 3; ++k) {
    BOOST_TEST(saved[k].path == 17 + static_cast<std::int64_t>(k));
    BOOST_TEST((saved[k].time.size() > 20 && saved[k].time.size() <= 51));
    BOOST_TEST(saved[k].time.front() == 0);
    BOOST_TEST(saved[k].time.back() == records[k].time);
    BOOST_TEST(saved[k].point.back().x == records[k].where.x);
    BOOST_TEST(std::fabs(norm(records[k].where) - 1) < 0.02);
  }
}

BOOST_AUTO_TEST_CASE(stopped_runs_keep_whole_batches) {
  const Problem p = constant({0, 0}, {1, 0, 1});
  const Region circle = unit_circle();
  auto setup = setup_of(p, square, &circle, {0, 0}, 100 * exit_batch, 0.0001);
  setup.threads = 2;
  std::int64_t reported = 0;
  setup.progress = [&](std::int64_t, std::span<const ExitRecord> whole) {
    reported = static_cast<std::int64_t>(whole.size());
  };
  setup.stop = [&] { return reported > 0; };
  const auto records = simulate_exits(setup);
  BOOST_TEST(records.size() % static_cast<std::size_t>(exit_batch) == 0);
  BOOST_TEST((!records.empty() && records.size() < static_cast<std::size_t>(setup.paths)));
  setup.paths = exit_batch;
  setup.stop = {};
  const auto first = simulate_exits(setup);
  BOOST_TEST(std::equal(first.begin(), first.end(), records.begin()));
}

BOOST_AUTO_TEST_CASE(divergence_is_counted_and_left_out) {
  Problem p; // explodes under Euler at this step once |x| > 1.5
  p.coefficients = pointwise(5, [](double x, double, double* out) {
    out[0] = -50 * x * x * x, out[1] = out[3] = 0, out[2] = out[4] = 1;
  });
  const Domain box{-2, 2, -2, 2, {absorbing, reflecting, reflecting, reflecting}};
  auto setup = setup_of(p, box, nullptr, {1.8, 0}, 200, 0.1);
  setup.max_time = 1;
  const auto records = simulate_exits(setup);
  for (const ExitRecord& r : records)
    BOOST_REQUIRE((r.part == 0 || r.part == ExitRecord::diverged));
  setup.domain.boundary[0] = reflecting;
  setup.domain.boundary[1] = absorbing;
  for (const ExitRecord& r : simulate_exits(setup))
    BOOST_REQUIRE(r.part == ExitRecord::diverged);
  BOOST_CHECK_THROW(statistics(setup), NotTrusted);
  setup.scheme = Scheme::tamed;
  std::int64_t lost = 0;
  for (const ExitRecord& r : simulate_exits(setup))
    lost += r.part == ExitRecord::diverged;
  BOOST_TEST(lost == 0);
}

BOOST_AUTO_TEST_CASE(undefined_drift_is_divergence) {
  Problem p;
  p.coefficients = pointwise(5, [](double x, double, double* out) {
    out[0] = std::sqrt(0.5 - x), out[1] = out[3] = 0, out[2] = out[4] = 0.2;
  });
  const Region far = right_of(1.9, true);
  auto setup = setup_of(p, square, &far, {0.4, 0}, 100, 0.05);
  setup.max_time = 1;
  std::int64_t lost = 0;
  for (const ExitRecord& r : simulate_exits(setup))
    lost += r.part == ExitRecord::diverged;
  BOOST_TEST(lost > 50);
}

BOOST_AUTO_TEST_CASE(indefinite_noise_on_the_way_is_refused) {
  Problem p;
  p.coefficients = pointwise(5, [](double x, double, double* out) {
    out[0] = 1, out[1] = 0, out[2] = 0.1, out[3] = x > 0.5 ? 0.2 : 0, out[4] = 0.1;
  });
  const Region far = right_of(1.5, true);
  auto setup = setup_of(p, square, &far, {0, 0}, 100, 0.01);
  setup.threads = 2;
  BOOST_CHECK_THROW(simulate_exits(setup), BadInput);
}

BOOST_AUTO_TEST_CASE(degenerate_noise_is_allowed) {
  // noise in y only; x moves with unit speed from 0 to the absorbing side at 1
  const Problem p = constant({1, 0}, {0, 0, 1});
  const Domain box{0, 1, 0, 1, {reflecting, absorbing, reflecting, reflecting}};
  const auto s = statistics(setup_of(p, box, nullptr, {0, 0.5}, 100, 0.03));
  BOOST_TEST(std::fabs(s.mean_exit_time.mean - 1) < 1e-12);
}

BOOST_AUTO_TEST_CASE(unusable_setups_are_refused) {
  const Problem p = constant({0, 0}, {1, 0, 1});
  const Region circle = unit_circle();
  const auto good = setup_of(p, square, &circle, {0, 0}, 10, 0.01);
  const auto refused = [&](auto change) {
    ExitSetup bad = good;
    change(bad);
    BOOST_CHECK_THROW(simulate_exits(bad), BadInput);
  };
  refused([](ExitSetup& s) { s.paths = 0; });
  refused([](ExitSetup& s) { s.first_path = -1; });
  refused([](ExitSetup& s) { s.dt = 0; });
  refused([](ExitSetup& s) { s.dt = std::nan(""); });
  refused([](ExitSetup& s) { s.max_time = 0; });
  refused([](ExitSetup& s) { s.start = {0.8, 0.7}; });
  refused([](ExitSetup& s) { s.start = {3, 0}; });
  refused([](ExitSetup& s) { s.exit = nullptr; });
  refused([](ExitSetup& s) { s.scheme = Scheme::sgd; });
  refused([](ExitSetup& s) { s.problem = nullptr; });
}

BOOST_AUTO_TEST_SUITE_END()
