#include "escapade/error.hpp"
#include "escapade/paths/scheme.hpp"
#include "paths/exits/boundary.hpp"
#include "paths/lanes/random.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace escapade {
namespace {

constexpr double resolved_drift = 0.02;
constexpr double resolved_turn = 0.04; // a variance is then 2 % too large
// What a jump of the drift does in a step, over what the noise does: exit times over a kink were
// 0.2 % off at 0.14 and 2.3 % at 0.26 (V = |x| + y^2, T = 0.3).
constexpr double resolved_jump = 0.1;
constexpr double largest_noise_step = 1.0 / 20; // of the domain's width or height
constexpr std::size_t pilots = lane_block;
constexpr std::uint64_t pilot_steps = 4000, between_looks = 4;
constexpr double pilot_drift = 0.1, pilot_noise = 2; // 5 times the step, twice the noise

/// Largest singular value of [[a, b], [c, d]].
double spectral_norm(double a, double b, double c, double d) {
  return 0.5 * (std::hypot(a + d, b - c) + std::hypot(a - d, b + c));
}

/// What has been met so far.
struct Steepest {
  double slope = 0, noise_x = 0, noise_y = 0;
  double jump = 0; // largest J²/(2D) where the drift jumps by J
  double turn = 0; // largest ω², of eigenvalues −a ± iω of ∂b/∂θ
  double contraction = 0, turning_places = 0; // sum of a where there are such, and how many

  void take_slopes(double xx, double xy, double yx, double yy) {
    const double norm = spectral_norm(xx, xy, yx, yy);
    if (!std::isfinite(norm))
      return;
    slope = std::max(slope, norm);
    const double a = -0.5 * (xx + yy), square = xx * yy - xy * yx - a * a;
    if (square > 0)
      turn = std::max(turn, square), contraction += a, ++turning_places;
  }

  StepBounds bounds(const Domain& domain) const {
    const double a = turn > 0 ? std::max(contraction / turning_places, 0.0) : 0;
    return {std::min(step(domain, resolved_drift), resolved_jump * resolved_jump / jump),
            a > 0 ? resolved_turn * a / (a * a + turn) : std::numeric_limits<double>::infinity(),
            a};
  }

  double step(const Domain& domain, double drift) const {
    const double wx = largest_noise_step * domain.width();
    const double wy = largest_noise_step * domain.height();
    return std::min({drift / slope, wx * wx / (2 * noise_x), wy * wy / (2 * noise_y)});
  }
};

using Points = std::vector<double>;

/// Whether b jumps between two points and one between them, as −V′ of |x| does: no step resolves
/// that, and its slope is the one beside the jump. Smooth drifts have nearly the same on both
/// sides.
bool jumps(double through, double left, double right) {
  return std::abs(through) > 100 * std::min(std::abs(left), std::abs(right));
}

/// Takes in ∂b/∂θ at the points, whose coefficients are c: central differences, one-sided at the
/// rim so that no point outside the domain is asked for; 0/0, which counts for nothing, between two
/// holes.
void look_at_slopes(const Problem& problem, const Domain& domain, const Points& x, const Points& y,
                    const std::vector<double>& c, Steepest& met) {
  const std::size_t n = x.size();
  std::vector<double> slope[2], at_low(5 * n), at_high(5 * n);
  for (int axis = 0; axis < 2; ++axis) {
    const double h = 1e-5 * (axis == 0 ? domain.width() : domain.height());
    Points low_x = x, low_y = y, high_x = x, high_y = y;
    Points& low = axis == 0 ? low_x : low_y;
    Points& high = axis == 0 ? high_x : high_y;
    for (std::size_t i = 0; i < n; ++i) {
      low[i] = std::max(low[i] - h, axis == 0 ? domain.x0 : domain.y0);
      high[i] = std::min(high[i] + h, axis == 0 ? domain.x1 : domain.y1);
      const double at = axis == 0 ? x[i] : y[i];
      if (domain.in_hole({low_x[i], low_y[i]}))
        low[i] = at;
      if (domain.in_hole({high_x[i], high_y[i]}))
        high[i] = at;
    }
    problem.coefficients(n, low_x.data(), low_y.data(), at_low.data());
    problem.coefficients(n, high_x.data(), high_y.data(), at_high.data());
    slope[axis].resize(2 * n);
    for (std::size_t k = 0; k < 2 * n; ++k) {
      const std::size_t i = k % n;
      const double at = axis == 0 ? x[i] : y[i];
      const double through = (at_high[k] - at_low[k]) / (high[i] - low[i]);
      slope[axis][k] = through;
      if (!(low[i] < at && at < high[i]))
        continue;
      const double left = (c[k] - at_low[k]) / (at - low[i]),
                   right = (at_high[k] - c[k]) / (high[i] - at);
      if (!jumps(through, left, right))
        continue;
      slope[axis][k] = std::abs(left) < std::abs(right) ? left : right;
      if (const double noise = c[(k < n ? 2 : 4) * n + i]; noise > 0)
        met.jump = std::max(met.jump, std::pow(at_high[k] - at_low[k], 2) / (2 * noise));
    }
  }
  for (std::size_t i = 0; i < n; ++i)
    met.take_slopes(slope[0][i], slope[1][i], slope[0][n + i], slope[1][n + i]);
}

/// Takes in D of n points from their coefficients.
void look_at_noise(std::size_t n, const std::vector<double>& c, Steepest& met) {
  for (std::size_t i = 0; i < n; ++i)
    if (std::isfinite(c[2 * n + i] + c[4 * n + i])) {
      met.noise_x = std::max(met.noise_x, c[2 * n + i]);
      met.noise_y = std::max(met.noise_y, c[4 * n + i]);
    }
}

Steepest along_pilots(const Problem& problem, const Domain& domain, const Region* exit,
                      std::span<const Vec2> starts) {
  constexpr std::size_t n = pilots;
  Points x(n), y(n);
  std::vector<float> z1(2 * n), z2(2 * n), reach(2 * n);
  std::vector<double> c(5 * n);
  std::vector<std::uint64_t> path(n), step(n);
  std::vector<int> part(n, -1);
  const auto start_of = [&](std::size_t i) { return starts[i % starts.size()]; };
  for (std::size_t i = 0; i < n; ++i) {
    x[i] = start_of(i).x, y[i] = start_of(i).y;
    path[i] = i;
  }
  Steepest met;
  for (std::uint64_t k = 0; k < pilot_steps; ++k) {
    problem.coefficients(n, x.data(), y.data(), c.data());
    look_at_noise(n, c, met);
    if (k % between_looks == 0)
      look_at_slopes(problem, domain, x, y, c, met);
    const double dt = met.step(domain, pilot_drift);
    if (!std::isfinite(dt))
      break; // neither drift nor noise
    const std::size_t half = k % 2 * n;
    if (half == 0) {
      std::fill(step.begin(), step.end(), k);
      draw_lanes(0, 0, n, path.data(), step.data(), {z1.data(), z2.data(), reach.data()},
                 {z1.data() + n, z2.data() + n, reach.data() + n});
    }
    for (std::size_t i = 0; i < n; ++i) {
      const Sym2 d{c[2 * n + i], c[3 * n + i], c[4 * n + i]};
      const double a11 = std::sqrt(std::max(d.xx, 0.0)), a21 = a11 > 0 ? d.xy / a11 : 0;
      const double a22 = std::sqrt(std::max(d.yy - a21 * a21, 0.0));
      const double s = pilot_noise * std::sqrt(2 * dt);
      Vec2 p{x[i] + dt * c[i] + s * a11 * z1[half + i],
             y[i] + dt * c[n + i] + s * (a21 * z1[half + i] + a22 * z2[half + i])};
      const bool finite = std::isfinite(p.x) && std::isfinite(p.y);
      if (!finite || !lanes::bring_inside(domain, d, p) || !domain.contains(p))
        p = start_of(i);
      x[i] = p.x, y[i] = p.y;
    }
    if (exit && !exit->empty())
      part_at(*exit, n, x.data(), y.data(), part.data());
    for (std::size_t i = 0; i < n; ++i)
      if (part[i] >= 0)
        x[i] = start_of(i).x, y[i] = start_of(i).y;
  }
  return met;
}

} // namespace

StepBounds step_bounds(const Problem& problem, const Domain& domain, const Region* exit,
                       std::span<const Vec2> starts) {
  const Vec2 middle{0.5 * (domain.x0 + domain.x1), 0.5 * (domain.y0 + domain.y1)};
  StepBounds out = along_pilots(problem, domain, exit,
                                starts.empty() ? std::span<const Vec2>(&middle, 1) : starts)
                       .bounds(domain);
  if (problem.sgd && problem.sgd->learning_rate > 0)
    out.resolved = std::min(out.resolved, problem.sgd->learning_rate);
  if (!std::isfinite(out.resolved) || !(out.resolved > 0))
    throw BadInput(
        "the step size: drift and noise give no bound for the time step; give the step size");
  return out;
}

double default_step(const Problem& problem, const Domain& domain, const Region* exit,
                    std::span<const Vec2> starts, Scheme scheme) {
  return step_bounds(problem, domain, exit, starts).of(scheme);
}

} // namespace escapade
