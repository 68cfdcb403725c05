#include "landscape/action/curve.hpp"

#include "landscape/action/minimum_action.hpp"

#include <algorithm>
#include <limits>

namespace escapade {

namespace {

struct Cost {
  double with_drift = 0; // ½(|b||v| − b·v) in the metric D⁻¹
  double speed = 0;      // ½|b||v|
};

/// With A the adjugate of D, D⁻¹ = A/det D. |b|²|v|² − (b·v)² = (b × v)²/det D, so that downhill,
/// where both terms cancel, nothing is lost.
Cost cost_at(Vec2 b, Sym2 D, Vec2 v) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const double size = trace(D);
  if (!(size > 0)) // no noise at all: only the drift's own way is free
    return {b.x * v.y == b.y * v.x && dot(b, v) >= 0 ? 0.0 : infinity, infinity};
  const Sym2 A{D.yy / size, -D.xy / size, D.xx / size};
  const double det = determinant(D) / size; // of D, once divided by the size as A is
  const double bv = dot(b, A * v), bb = std::max(dot(b, A * b), 0.0),
               vv = std::max(dot(v, A * v), 0.0);
  const double lengths = std::sqrt(bb * vv), cross = b.x * v.y - b.y * v.x;
  if (!(det > 1e-15 * size)) {
    // Singular noise: it acts along one direction alone. The cost is finite where b and v both have
    // that direction; then A b = A v = 0 and the scalar formula holds with 1/trace.
    const bool acts = bb <= 1e-12 * dot(b, b) && vv <= 1e-12 * dot(v, v);
    const double half = 0.5 / size;
    return acts ? Cost{half * (norm(b) * norm(v) - dot(b, v)), half * norm(b) * norm(v)}
                : Cost{infinity, infinity};
  }
  const double half = 0.5 / det;
  const double gap = bv > 0 ? cross * cross * (det / size) / (lengths + bv) : lengths - bv;
  return {half * gap, half * lengths};
}

std::vector<Cost> side_costs(const Field& coefficients, const std::vector<Vec2>& from,
                             const std::vector<Vec2>& to) {
  const double offset = 0.5 / std::sqrt(3.0);
  const std::size_t n = from.size();
  std::vector<double> x(2 * n), y(2 * n), c(10 * n);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t g = 0; g < 2; ++g) {
      const double s = 0.5 + (g == 0 ? -offset : offset);
      x[2 * i + g] = (1 - s) * from[i].x + s * to[i].x;
      y[2 * i + g] = (1 - s) * from[i].y + s * to[i].y;
    }
  coefficients(2 * n, x.data(), y.data(), c.data());
  std::vector<Cost> out(n);
  for (std::size_t k = 0; k < 2 * n; ++k) {
    const Vec2 v = to[k / 2] - from[k / 2];
    const Cost one = cost_at({c[k], c[2 * n + k]}, {c[4 * n + k], c[6 * n + k], c[8 * n + k]}, v);
    out[k / 2].with_drift += 0.5 * one.with_drift;
    out[k / 2].speed += 0.5 * one.speed;
  }
  return out;
}

/// Derivative at point i of the parabola through it and its neighbours, over the length.
Vec2 slope_at(const std::vector<Vec2>& p, const std::vector<double>& s, std::size_t i) {
  const std::size_t last = p.size() - 1;
  if (last == 1)
    return (1 / (s[1] - s[0])) * (p[1] - p[0]);
  const std::size_t m = std::clamp<std::size_t>(i, 1, last - 1);
  const double h0 = s[m] - s[m - 1], h1 = s[m + 1] - s[m];
  const Vec2 d0 = (1 / h0) * (p[m] - p[m - 1]), d1 = (1 / h1) * (p[m + 1] - p[m]);
  const Vec2 curvature = (1 / (h0 + h1)) * (d1 - d0); // half the second derivative
  return d0 + (2 * (s[i] - s[m]) + h0) * curvature;
}

} // namespace

std::vector<double> side_actions(const Field& coefficients, const std::vector<Vec2>& from,
                                 const std::vector<Vec2>& to) {
  std::vector<double> out;
  for (const Cost& c : side_costs(coefficients, from, to))
    out.push_back(c.with_drift);
  return out;
}

double cost_scale(const SlidingCurve& curve) {
  double sum = 0;
  for (const Cost& c :
       side_costs(curve.coefficients, {curve.points.begin(), curve.points.end() - 1},
                  {curve.points.begin() + 1, curve.points.end()}))
    sum += c.speed;
  return sum;
}

void set_normals(SlidingCurve& curve) {
  const auto& p = curve.points;
  const double w = curve.domain.width(), h = curve.domain.height();
  curve.normals.assign(p.size(), {});
  for (std::size_t i = 0; i < p.size(); ++i) {
    Vec2 t = p[std::min(i + 1, p.size() - 1)] - p[i == 0 ? 0 : i - 1];
    t = {t.x / w, t.y / h};
    curve.normals[i] = (1 / norm(t)) * Vec2{-t.y * w, t.x * h};
  }
  if (!curve.part)
    return;
  double g[3];
  curve.part->phi_and_gradient(1, &p.back().x, &p.back().y, g);
  const Vec2 along{-g[2], g[1]};
  const double size = boxes(curve.domain, along);
  if (size > 0)
    curve.normals.back() = (1 / size) * along;
}

Vec2 onto_boundary(const Part& part, Vec2 p) {
  for (int step = 0; step < 30; ++step) {
    double g[3];
    part.phi_and_gradient(1, &p.x, &p.y, g);
    const double size = g[1] * g[1] + g[2] * g[2];
    if (g[0] == 0 || !(size > 0))
      break;
    const Vec2 d = (-g[0] / size) * Vec2{g[1], g[2]};
    p = p + d;
    if (norm(d) <= 1e-15 * norm(p))
      break;
  }
  return p;
}

Vec2 moved(const SlidingCurve& curve, std::size_t i, double u) {
  if (u == 0)
    return curve.points[i];
  const bool last = i + 1 == curve.points.size();
  if (i == 0 || (last && !curve.part))
    return curve.points[i];
  const Vec2 p = curve.points[i] + u * curve.normals[i];
  return last ? onto_boundary(*curve.part, p) : p;
}

std::vector<double> difference_steps(const SlidingCurve& curve) {
  const std::size_t n = curve.points.size();
  std::vector<double> out(n);
  for (std::size_t i = 0; i < n; ++i) {
    const std::size_t side = std::min(i, n - 2);
    out[i] = 1e-3 * boxes(curve.domain, curve.points[side + 1] - curve.points[side]);
  }
  return out;
}

double unevenness(const SlidingCurve& curve) {
  double low = INFINITY, high = 0;
  for (std::size_t i = 0; i + 1 < curve.points.size(); ++i) {
    const double side = boxes(curve.domain, curve.points[i + 1] - curve.points[i]);
    low = std::min(low, side), high = std::max(high, side);
  }
  return high / low;
}

std::vector<Vec2> spread_evenly(const std::vector<Vec2>& points, int count, const Domain& domain) {
  std::vector<Vec2> p; // without repeated points
  std::vector<double> s;
  for (Vec2 q : points) {
    const double d = p.empty() ? 0 : boxes(domain, q - p.back());
    if (!p.empty() && !(d > 0))
      continue;
    s.push_back(p.empty() ? 0 : s.back() + d);
    p.push_back(q);
  }
  if (p.size() < 2)
    return std::vector<Vec2>(static_cast<std::size_t>(count) + 1, points.front());
  std::vector<Vec2> out;
  std::size_t k = 0;
  for (int i = 0; i <= count; ++i) {
    const double at = s.back() * i / count;
    while (k + 2 < s.size() && s[k + 1] < at)
      ++k;
    const double h = s[k + 1] - s[k], t = std::clamp((at - s[k]) / h, 0.0, 1.0);
    const Vec2 m0 = h * slope_at(p, s, k), m1 = h * slope_at(p, s, k + 1);
    const double t2 = t * t, t3 = t2 * t;
    out.push_back((2 * t3 - 3 * t2 + 1) * p[k] + (t3 - 2 * t2 + t) * m0 +
                  (3 * t2 - 2 * t3) * p[k + 1] + (t3 - t2) * m1);
  }
  out.front() = p.front();
  out.back() = p.back();
  return out;
}

} // namespace escapade
