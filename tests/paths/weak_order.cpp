#define BOOST_TEST_MODULE weak_order
#include "paths/exits/exits.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <vector>

using namespace escapade;

namespace {

using enum Boundary;

const Domain box{-8, 8, -8, 8, {reflecting, reflecting, reflecting, reflecting}};

Region left_of(double c) {
  Part part;
  part.name = "x < c";
  part.phi = pointwise(1, [=](double x, double, double* out) { out[0] = c - x; });
  part.phi_and_gradient =
      pointwise(3, [=](double x, double, double* out) { out[0] = c - x, out[1] = -1, out[2] = 0; });
  part.half_plane = HalfPlane{0, c, false};
  return {part};
}

ExitSetup setup_of(const Problem& problem, const Region& exit, Vec2 start, Scheme scheme,
                   std::int64_t paths, double dt) {
  ExitSetup s;
  s.problem = &problem;
  s.domain = box;
  s.exit = &exit;
  s.start = start;
  s.scheme = scheme;
  s.paths = paths;
  s.dt = dt;
  s.seed = 11;
  return s;
}

/// Time from x = 1 to x = ½ with b = −x³ and next to no noise; exactly 3/2.
double fall_time(Scheme scheme, double dt) {
  Problem p;
  p.coefficients = pointwise(5, [](double x, double, double* out) {
    const double s = 1e-24 * (1 + x * x);
    out[0] = -x * x * x, out[1] = out[3] = 0, out[2] = out[4] = s;
  });
  p.constant_direction = Sym2{1, 0, 1};
  const Region exit = left_of(0.5);
  return simulate_exits(setup_of(p, exit, {1, 0}, scheme, 1, dt)).front().time;
}

double observed_order(Scheme scheme) {
  const double coarse = fall_time(scheme, 0.04) - 1.5, fine = fall_time(scheme, 0.01) - 1.5;
  BOOST_TEST(std::fabs(fine) > 1e-9); // else there is no error whose order could be seen
  return std::log2(std::fabs(coarse / fine)) / 2;
}

/// Mean of x², or of y² (axis 1), after a time in which the start is forgotten.
Estimate second_moment(const Problem& p, Scheme scheme, double dt, int axis = 0) {
  const Region never = left_of(-20);
  auto setup = setup_of(p, never, {0.2, 0}, scheme, 40000, dt);
  setup.max_time = 8;
  std::vector<double> xx;
  for (const ExitRecord& r : simulate_exits(setup)) {
    const double x = axis == 0 ? r.where.x : r.where.y;
    xx.push_back(x * x);
  }
  return mean_of(xx);
}

double z_of(const Estimate& e, double exact) {
  return (e.mean - exact) / e.standard_error;
}

} // namespace

BOOST_AUTO_TEST_SUITE(weak_order)

BOOST_AUTO_TEST_CASE(drifts_are_integrated_with_the_order_of_each_scheme) {
  BOOST_TEST(std::fabs(observed_order(Scheme::euler) - 1) < 0.1);
  BOOST_TEST(std::fabs(observed_order(Scheme::time_changed) - 1) < 0.1);
  BOOST_TEST(std::fabs(observed_order(Scheme::tamed) - 1) < 0.1);
  BOOST_TEST(observed_order(Scheme::heun) > 1.8);
}

BOOST_AUTO_TEST_CASE(changed_time_is_counted_by_the_trapezoidal_rule) {
  // b = −s with D = s D₀, s ∝ 1 + x²: x falls evenly in τ, and t = ∫ dx/(1 + x²) is a quadrature
  Problem p;
  p.coefficients = pointwise(5, [](double x, double, double* out) {
    out[0] = -1 - x * x, out[1] = out[3] = 0, out[2] = out[4] = 1e-24 * (1 + x * x);
  });
  p.constant_direction = Sym2{1, 0, 1};
  const Region exit = left_of(0.5);
  const double exact = std::atan(1.0) - std::atan(0.5);
  for (double dt :
       {0.01, 0.0025}) { // half of the last interval's square; rectangles are off by 0.3 dt
    const ExitSetup setup = setup_of(p, exit, {1, 0}, Scheme::time_changed, 1, dt);
    BOOST_TEST(std::fabs(simulate_exits(setup).front().time - exact) < 1.5 * dt * dt);
  }
}

BOOST_AUTO_TEST_CASE(additive_noise_has_the_discrete_law_of_each_scheme) {
  // b = −x: x' = q x + r √(2DΔt) z has the variance 2DΔt r²/(1 − q²), D(1 + O(Δt)) for Euler and
  // D(1 + O(Δt²)) for Heun
  const double d = 0.3, h = 0.2;
  Problem p;
  p.coefficients = pointwise(5, [=](double x, double y, double* out) {
    out[0] = -x, out[1] = -y, out[2] = out[4] = d, out[3] = 0;
  });
  p.constant_direction = Sym2{1, 0, 1};
  const auto law = [&](double q, double r) { return 2 * d * h * r * r / (1 - q * q); };
  BOOST_TEST(std::fabs(z_of(second_moment(p, Scheme::euler, h), law(1 - h, 1))) < 4);
  BOOST_TEST(std::fabs(z_of(second_moment(p, Scheme::heun, h), law(1 - h + h * h / 2, 1 - h / 2))) <
             4);
}

BOOST_AUTO_TEST_CASE(curved_drifts_keep_heuns_second_order) {
  // b = −x − x³ with additive noise D: density exp(−(x²/2 + x⁴/4)/D). Both predictors with and
  // without Roberts' shift are of order 2 for linear drifts; only one is for this.
  const double d = 1;
  Problem p;
  p.coefficients = pointwise(5, [=](double x, double y, double* out) {
    out[0] = -x - x * x * x, out[1] = -y, out[2] = out[4] = d, out[3] = 0;
  });
  p.constant_direction = Sym2{1, 0, 1};
  double weight = 0, sum = 0;
  for (int k = -4000; k <= 4000; ++k) {
    const double x = 1e-3 * k, w = std::exp(-(x * x / 2 + x * x * x * x / 4) / d);
    weight += w, sum += w * x * x;
  }
  const double exact = sum / weight;
  const Estimate heun = second_moment(p, Scheme::heun, 0.05);
  const Estimate euler = second_moment(p, Scheme::euler, 0.05);
  BOOST_TEST(std::fabs(heun.mean / exact - 1) < 4 * heun.standard_error / exact + 0.01);
  BOOST_TEST(euler.mean / exact - 1 > 0.015);
}

BOOST_AUTO_TEST_CASE(multiplicative_noise_is_read_in_itos_sense) {
  // b = −x, D = 0.05 + 0.1 x²: the mean of x² is 0.05/0.9; Euler's own m solves
  // m = (1 − Δt)² m + 2Δt (0.05 + 0.1 m)
  const double h = 0.1;
  Problem p;
  p.coefficients = pointwise(5, [](double x, double y, double* out) {
    out[0] = -x, out[1] = -y, out[2] = 0.05 + 0.1 * x * x, out[3] = 0, out[4] = 0.05;
  });
  const double euler = 0.1 * h / (1 - (1 - h) * (1 - h) - 0.2 * h);
  BOOST_TEST(std::fabs(z_of(second_moment(p, Scheme::euler, h), euler)) < 4);
  const Estimate heun = second_moment(p, Scheme::heun, h);
  BOOST_TEST(std::fabs(heun.mean / (0.05 / 0.9) - 1) <
             0.015 + 4 * heun.standard_error / (0.05 / 0.9));
  p.coefficients = pointwise(5, [](double x, double y, double* out) { // oblique, with y
    const double s = 0.05 + 0.1 * y * y;
    out[0] = -x, out[1] = -y, out[2] = out[4] = s, out[3] = 0.5 * s;
  });
  const Estimate other = second_moment(p, Scheme::heun, h, 1);
  BOOST_TEST(std::fabs(other.mean / (0.05 / 0.9) - 1) <
             0.015 + 4 * other.standard_error / (0.05 / 0.9));
}

BOOST_AUTO_TEST_CASE(heun_sees_oblique_noise_change_within_a_step) {
  // b = −θ, D = (0.05 + 0.4 y²) [[1, ½], [½, 1]]: m = ⟨y²⟩ obeys m' = −1.2 m + 0.1, and ⟨xy⟩ from
  // x = 0 c' = −2 c + 0.05 + 0.4 m
  Problem p;
  p.coefficients = pointwise(5, [](double x, double y, double* out) {
    const double s = 0.05 + 0.4 * y * y;
    out[0] = -x, out[1] = -y, out[2] = out[4] = s, out[3] = 0.5 * s;
  });
  const Region never = left_of(-20);
  const double h = 0.15; // one step
  auto setup = setup_of(p, never, {0, 1}, Scheme::heun, 600000, h);
  setup.max_time = h;
  std::vector<double> yy, xy;
  for (const ExitRecord& r : simulate_exits(setup)) {
    yy.push_back(r.where.y * r.where.y);
    xy.push_back(r.where.x * r.where.y);
  }
  const double rest = 0.1 / 1.2, fast = std::exp(-2 * h), slow = std::exp(-1.2 * h);
  const double m = rest + (1 - rest) * slow;
  const double c = 0.5 * (0.05 + 0.4 * rest) * (1 - fast) + 0.4 * (1 - rest) / 0.8 * (slow - fast);
  // standard errors 0.0009 and 0.0005; with the noise of the start alone m is 0.0075 off
  BOOST_TEST(std::fabs(mean_of(yy).mean - m) < 0.0055);
  BOOST_TEST(std::fabs(mean_of(xy).mean - c) < 0.0045); // 0.15 h²: of order 1
}

BOOST_AUTO_TEST_CASE(heun_and_the_bridge_leave_exits_with_hardly_a_bias) {
  // double well x⁴/4 − x²/2 at T = ¼ from −1 to x > 0: τ = ∫_{−1}^0 e^{V/T} ∫_{−∞}^x e^{−V/T} /T
  const double t = 0.25, w = 1e-3;
  const auto boltzmann = [&](double x, double sign) {
    return std::exp(sign * (x * x * x * x / 4 - x * x / 2) / t);
  };
  double inner = 0, exact = 0;
  for (int k = -4000; k < 0; ++k) { // both by the middle of strips
    const double x = (k + 0.5) * w;
    if (k >= -1000)
      exact += w * boltzmann(x, 1) * (inner + 0.5 * w * boltzmann(x, -1)) / t;
    inner += w * boltzmann(x, -1);
  }
  Problem p;
  p.coefficients = pointwise(5, [=](double x, double y, double* out) {
    out[0] = x - x * x * x, out[1] = -y, out[2] = out[4] = t, out[3] = 0;
  });
  p.constant_direction = Sym2{1, 0, 1};
  Region exit = left_of(0); // the mirror image: from 1 to x < 0
  auto setup = setup_of(p, exit, {1, 0}, Scheme::heun, 40000, 0.1);
  const auto bias = [&] {
    return exit_statistics(simulate_exits(setup), 1).mean_exit_time.mean / exact - 1;
  };
  BOOST_TEST(std::fabs(bias()) < 0.02); // standard error 0.005
  setup.scheme = Scheme::euler;
  BOOST_TEST(bias() < -0.04);
  setup.bridge = false;
  BOOST_TEST(bias() > 0.15);
}

BOOST_AUTO_TEST_CASE(exits_are_seen_from_both_ends_of_a_step_where_phi_is_steep_at_one) {
  // φ = e^{5d} − 1 by the distance d beyond a line: flat inside, so that a step which begins close
  // to the line and ends further in is steep at its start alone
  Problem p;
  p.coefficients = pointwise(5, [](double x, double y, double* out) {
    out[0] = -x, out[1] = -y, out[2] = out[4] = 0.3, out[3] = 0;
  });
  p.constant_direction = Sym2{1, 0, 1};
  Part part;
  part.name = "outside";
  part.phi_and_gradient = pointwise(3, [](double x, double, double* out) {
    const double e = std::exp(5 * (-0.5 - x));
    out[0] = e - 1, out[1] = -5 * e, out[2] = 0;
  });
  const Region steep{part}, line = left_of(-0.5);
  for (const double x : {0.0, -0.4}) { // the first step counts from the second
    const auto mean = [&](const Region& exit) {
      const auto records = simulate_exits(setup_of(p, exit, {x, 0}, Scheme::euler, 40000, 0.05));
      return exit_statistics(records, 1).mean_exit_time.mean;
    };
    BOOST_TEST(std::fabs(mean(steep) / mean(line) - 1) < 0.012); // the same draws
  }
}

BOOST_AUTO_TEST_CASE(curved_exits_are_seen_at_their_distance_however_phi_is_written) {
  Problem p; // τ = 1/(4D) from the centre of the unit disc
  p.coefficients = pointwise(
      5, [](double, double, double* out) { out[0] = out[1] = out[3] = 0, out[2] = out[4] = 1; });
  p.constant_direction = Sym2{1, 0, 1};
  for (const double power : {1.0, 2.0}) { // φ = r^{2 power} − 1
    Part part;
    part.name = "outside";
    part.phi_and_gradient = pointwise(3, [=](double x, double y, double* out) {
      const double r2 = x * x + y * y, slope = 2 * power * std::pow(r2, power - 1);
      out[0] = std::pow(r2, power) - 1, out[1] = slope * x, out[2] = slope * y;
    });
    const Region circle{part};
    const auto records =
        simulate_exits(setup_of(p, circle, {0.01, 0}, Scheme::euler, 60000, 0.006));
    const double mean = exit_statistics(records, 1).mean_exit_time.mean;
    BOOST_TEST(std::fabs(mean / 0.25 - 1) < 0.014); // φ/|∇φ| for the distance is 0.02 and more off
  }
}

BOOST_AUTO_TEST_SUITE_END()
