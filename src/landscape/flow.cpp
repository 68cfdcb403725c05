#include "landscape/flow.hpp"
#include "landscape/zeros.hpp"

#include "escapade/error.hpp"

#include <algorithm>
#include <cmath>

namespace escapade {

namespace {

struct DriftJet {
  Vec2 b;
  std::array<double, 4> j;
};

DriftJet drift_jet(const Field& coefficients, const Domain& d, Vec2 p) {
  const double ex = 1e-5 * d.width(), ey = 1e-5 * d.height();
  const double x[5] = {p.x, p.x - ex, p.x + ex, p.x, p.x},
               y[5] = {p.y, p.y, p.y, p.y - ey, p.y + ey};
  double v[25];
  coefficients(5, x, y, v);
  return {{v[0], v[5]},
          {(v[2] - v[1]) / (2 * ex), (v[4] - v[3]) / (2 * ey), (v[7] - v[6]) / (2 * ex),
           (v[9] - v[8]) / (2 * ey)}};
}

bool finite(const DriftJet& j) {
  return std::isfinite(j.b.x) && std::isfinite(j.b.y) && std::isfinite(j.j[0] + j.j[1]) &&
         std::isfinite(j.j[2] + j.j[3]);
}

/// (a₀ a₁; a₂ a₃)⁻¹ v
Vec2 solve(const std::array<double, 4>& a, Vec2 v) {
  const double det = a[0] * a[3] - a[1] * a[2];
  return {(a[3] * v.x - a[1] * v.y) / det, (a[0] * v.y - a[2] * v.x) / det};
}

RestPoint rest_point_of(Vec2 p, const DriftJet& j) {
  const double det = j.j[0] * j.j[3] - j.j[1] * j.j[2], trace = j.j[0] + j.j[3];
  const auto type = det < 0     ? RestPoint::Type::saddle
                    : trace < 0 ? RestPoint::Type::stable
                                : RestPoint::Type::unstable;
  return {p, j.j, type};
}

} // namespace

std::optional<RestPoint> rest_point_near(const Field& coefficients, const Domain& domain, Vec2 from,
                                         double reach) {
  Vec2 p = from;
  double last = INFINITY;
  for (int step = 0; step < 60; ++step) {
    const DriftJet j = drift_jet(coefficients, domain, p);
    if (!finite(j) || j.j[0] * j.j[3] - j.j[1] * j.j[2] == 0)
      return std::nullopt;
    const Vec2 d = -1.0 * solve(j.j, j.b);
    const double length = boxes(domain, d);
    // Convergence ends at rounding: the steps stop shrinking.
    if (length == 0 || (length < 1e-9 && length >= 0.25 * last))
      return rest_point_of(rounded_to_zero(domain, p), j);
    last = length;
    p = p + (1 / std::max(1.0, 2 * length / reach)) * d;
    if (boxes(domain, p - from) > reach)
      return std::nullopt;
  }
  return std::nullopt;
}

std::vector<RestPoint> rest_points(const Field& coefficients, const Domain& d) {
  constexpr int n = 128;
  const VectorLattice drift =
      vectors_on(coefficients, 5, 0, {d.x0, d.y0}, {d.width(), d.height()}, n);
  std::vector<RestPoint> found;
  for (const Vec2 middle : cells_with_zeros(drift)) {
    auto p = rest_point_near(coefficients, d, middle, 0.05);
    if (p)
      p->position = rounded_to_zero(d, between_sides(d, p->position));
    const bool known = p && std::any_of(found.begin(), found.end(), [&](const RestPoint& q) {
                         return boxes(d, nearest_image(d, q.position - p->position)) < 1e-6;
                       });
    if (p && !known && d.contains(p->position))
      found.push_back(*p);
  }
  return found;
}

Flow follow_drift(const Field& coefficients, const Domain& domain, Vec2 from) {
  // Linearly implicit Euler, (I − t J) δ = t b, with steps in which b changes as J foretells: stiff
  // valleys are followed in long steps, and no ridge is crossed.
  Flow flow{{from}, {}};
  Vec2 p = from;
  DriftJet j = drift_jet(coefficients, domain, p);
  double t =
      0.01 / (std::abs(j.j[0]) + std::abs(j.j[1]) + std::abs(j.j[2]) + std::abs(j.j[3]) + 1e-300);
  for (int step = 0; step < 100000 && finite(j); ++step) {
    const Domain wide{domain.x0 - 0.5 * domain.width(),
                      domain.x1 + 0.5 * domain.width(),
                      domain.y0 - 0.5 * domain.height(),
                      domain.y1 + 0.5 * domain.height(),
                      {}};
    if (!wide.contains(p))
      return flow;
    const double det = j.j[0] * j.j[3] - j.j[1] * j.j[2], trace = j.j[0] + j.j[3];
    if (det > 0 && trace < 0 && boxes(domain, solve(j.j, j.b)) < 1e-3) {
      const auto end = rest_point_near(coefficients, domain, p, 0.01);
      if (end && end->type == RestPoint::Type::stable) {
        flow.points.push_back(end->position);
        flow.end = end;
        return flow;
      }
    }
    // The fastest growth allowed: the implicit step is meant for decay.
    const double growth = 0.5 * (trace + std::sqrt(std::max(0.0, trace * trace - 4 * det)));
    if (growth > 0)
      t = std::min(t, 0.25 / growth);
    const std::array<double, 4> m{1 - t * j.j[0], -t * j.j[1], -t * j.j[2], 1 - t * j.j[3]};
    const Vec2 d = t * solve(m, j.b);
    if (norm(d) == 0)
      return flow;
    const DriftJet next = drift_jet(coefficients, domain, p + d);
    const Vec2 foretold = j.b + Vec2{j.j[0] * d.x + j.j[1] * d.y, j.j[2] * d.x + j.j[3] * d.y};
    if (!finite(next) || norm(next.b - foretold) > 0.1 * norm(j.b) || boxes(domain, d) > 0.01) {
      t *= 0.5;
      if (t < 1e-300)
        return flow;
      continue;
    }
    p = p + d;
    j = next;
    flow.points.push_back(p);
    t *= 1.5;
  }
  return flow;
}

RestPoint settle(const Field& coefficients, const Domain& domain, Vec2 from,
                 const std::string& option) {
  const Flow flow = follow_drift(coefficients, domain, from);
  if (flow.end)
    return *flow.end;
  throw BadInput(option + " " + point_text(from) +
                 ": the drift from there leads to no stable rest point; give a point in the "
                 "basin of one");
}

std::array<Vec2, 2> beside_saddle(const RestPoint& saddle, const Domain& domain) {
  const auto& a = saddle.jacobian;
  const double half = 0.5 * (a[0] + a[3]), det = a[0] * a[3] - a[1] * a[2];
  const double grows = half + std::sqrt(half * half - det);
  // (J − λ) e = 0: the longer of the two rows gives the direction.
  const Vec2 r0{a[0] - grows, a[1]}, r1{a[2], a[3] - grows};
  const Vec2 row = norm(r0) > norm(r1) ? r0 : r1;
  const Vec2 e{-row.y, row.x};
  const Vec2 step = (1e-4 / boxes(domain, e)) * e;
  return {saddle.position + step, saddle.position - step};
}

} // namespace escapade
