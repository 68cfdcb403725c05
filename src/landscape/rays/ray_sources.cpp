#include "landscape/rays/ray_sources.hpp"

#include "problem/lyapunov.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

namespace escapade {

namespace {

struct Local {
  Vec2 b;
  Sym2 d;
};

Local local_at(const Field& coefficients, const Domain& domain, Vec2 p) {
  p = between_sides(domain, p);
  double v[5];
  coefficients(1, &p.x, &p.y, v);
  return {{v[0], v[1]}, {v[2], v[3], v[4]}};
}

/// Its length such that H = b·p + p·D p = 0, which the quadratic U meets to lowest order.
RayStart on_shell(const Field& coefficients, const Domain& domain, RayStart start) {
  const Local here = local_at(coefficients, domain, start.at);
  const double climb = dot(start.momentum, here.d * start.momentum);
  const double factor = -dot(here.b, start.momentum) / climb;
  if (factor > 0.5 && factor < 2)
    start.momentum = factor * start.momentum;
  return start;
}

/// A cycle with what its neighbourhood needs, between points by cubics.
struct Tube {
  std::vector<Vec2> at, tangent; // of one period; the last point is the first
  std::vector<double> time, variance;

  Vec2 point(std::size_t k, double t) const {
    const double s = norm(at[k + 1] - at[k]);
    const double a = (1 + 2 * t) * (1 - t) * (1 - t), b = t * (1 - t) * (1 - t),
                 c = t * t * (3 - 2 * t), d = t * t * (t - 1);
    return a * at[k] + (b * s) * tangent[k] + c * at[k + 1] + (d * s) * tangent[k + 1];
  }
  Vec2 normal(std::size_t k, double t) const {
    const Vec2 along = (1 - t) * tangent[k] + t * tangent[k + 1];
    return (1 / norm(along)) * Vec2{-along.y, along.x};
  }
};

/// n·A n by central differences along the normal.
double contraction(const Field& coefficients, const Domain& domain, Vec2 p, Vec2 n) {
  const double step = 1e-4 / boxes(domain, n);
  const Local ahead = local_at(coefficients, domain, p + step * n),
              behind = local_at(coefficients, domain, p - step * n);
  return dot(n, ahead.b - behind.b) / (2 * step);
}

Tube tube_of(const Field& coefficients, const Domain& domain, const LimitCycle& cycle) {
  Tube tube;
  tube.at = cycle.points;
  const std::size_t n = tube.at.size();
  for (Vec2 p : tube.at) {
    const Vec2 b = local_at(coefficients, domain, p).b;
    tube.tangent.push_back((1 / norm(b)) * b);
  }
  std::vector<double> growth{0}; // C after a side = growth · C before + gain
  std::vector<double> gain{0};
  tube.time = {0};
  for (std::size_t k = 0; k + 1 < n; ++k) {
    const Vec2 middle = tube.point(k, 0.5), normal = tube.normal(k, 0.5);
    const Local here = local_at(coefficients, domain, middle);
    const double dt = norm(tube.at[k + 1] - tube.at[k]) / norm(here.b);
    const double a = contraction(coefficients, domain, middle, normal);
    growth.push_back(std::exp(2 * a * dt));
    const double integral = std::abs(a * dt) < 1e-12 ? 2 * dt : std::expm1(2 * a * dt) / a;
    gain.push_back(dot(normal, here.d * normal) * integral);
    tube.time.push_back(tube.time.back() + dt);
  }
  double all = 1, sum = 0;
  for (std::size_t k = 1; k < n; ++k)
    all *= growth[k], sum = growth[k] * sum + gain[k];
  tube.variance = {sum / (1 - all)};
  for (std::size_t k = 1; k < n; ++k)
    tube.variance.push_back(growth[k] * tube.variance.back() + gain[k]);
  return tube;
}

} // namespace

RaySource rays_from(const Field& coefficients, const Domain& domain, const RestPoint& rest,
                    double size) {
  const Sym2 c =
      lyapunov_covariance(rest.jacobian, local_at(coefficients, domain, rest.position).d);
  if (!(determinant(c) > 0 && c.xx > 0))
    return {};
  // The ellipse zᵀC⁻¹z = r² about the rest point, by Cholesky's factor of C.
  const Vec2 first{std::sqrt(c.xx), c.xy / std::sqrt(c.xx)};
  const Vec2 second{0, std::sqrt(determinant(c) / c.xx)};
  const double r =
      size / std::hypot(std::sqrt(c.xx) / domain.width(), std::sqrt(c.yy) / domain.height());
  const auto start = [=, &coefficients, &domain](int, double place) {
    const double angle = 2 * std::acos(-1.0) * place;
    const Vec2 z = (r * std::cos(angle)) * first + (r * std::sin(angle)) * second;
    return on_shell(coefficients, domain, {rest.position + z, solve(c, z), 0.5 * r * r});
  };
  return {1, start};
}

RaySource rays_from(const Field& coefficients, const Domain& domain, const LimitCycle& cycle,
                    double size) {
  const auto tube = std::make_shared<const Tube>(tube_of(coefficients, domain, cycle));
  const double least = *std::min_element(tube->variance.begin(), tube->variance.end());
  if (!(least > 0))
    return {};
  double widest = 0; // of √C along the normal, in boxes
  for (std::size_t k = 0; k < tube->at.size(); ++k)
    widest = std::max(widest, std::sqrt(tube->variance[k]) *
                                  boxes(domain, {-tube->tangent[k].y, tube->tangent[k].x}));
  const double r = size / widest;
  const auto start = [=, &coefficients, &domain](int curve, double place) {
    const double time = (place - std::floor(place)) * tube->time.back();
    const auto after = std::upper_bound(tube->time.begin() + 1, tube->time.end() - 1, time);
    const auto k = static_cast<std::size_t>(after - tube->time.begin() - 1);
    const double t = (time - tube->time[k]) / (tube->time[k + 1] - tube->time[k]);
    const double c = (1 - t) * tube->variance[k] + t * tube->variance[k + 1];
    const Vec2 n = (curve == 0 ? 1.0 : -1.0) * tube->normal(k, t);
    const Vec2 at = tube->point(k, t) + (r * std::sqrt(c)) * n;
    return on_shell(coefficients, domain, {at, (r / std::sqrt(c)) * n, 0.5 * r * r});
  };
  return {2, start};
}

} // namespace escapade
