#include "answers/network/rest_points.hpp"
#include "escapade/answers/network.hpp"
#include "escapade/error.hpp"
#include "problem/lyapunov.hpp"

#include <algorithm>
#include <cmath>

namespace escapade {

namespace {

/// Length of v in the metric of C⁻¹.
double length(Sym2 c, Vec2 v) {
  return std::sqrt(dot(v, solve(c, v)));
}

Sym2 covariance_at(const Problem& problem, const RestPoint& at) {
  double value[5];
  problem.coefficients(1, &at.position.x, &at.position.y, value);
  const Sym2 c = lyapunov_covariance(at.jacobian, {value[2], value[3], value[4]});
  if (!(determinant(c) > 0))
    throw BadInput("the well at " + point_text(at.position) +
                   ": the noise gives no width there; give the sets themselves");
  return c;
}

/// Half of the distance to the nearest of the other points, in the metric of C⁻¹, and such that no
/// axis of the core is longer than half of it in boxes: cores keep apart whatever their shapes.
double core_radius(const Domain& domain, const std::vector<RestPoint>& points, Vec2 m, Sym2 c) {
  const double longest = boxes(domain, {std::sqrt(c.xx), std::sqrt(c.yy)});
  double nearest = INFINITY;
  for (const RestPoint& other : points)
    if (const Vec2 d = nearest_image(domain, other.position - m); d.x != 0 || d.y != 0)
      nearest = std::min({nearest, length(c, d), boxes(domain, d) / longest});
  return 0.5 * nearest;
}

/// φ = r² − (θ − m)ᵀC⁻¹(θ − m) of the nearest periodic image.
Part core(const std::string& name, const Domain& domain, Vec2 m, Sym2 c, double r) {
  const auto each = [=](std::size_t n, const double* x, const double* y, double* v, bool slopes) {
    for (std::size_t i = 0; i < n; ++i) {
      const Vec2 d = nearest_image(domain, Vec2{x[i], y[i]} - m), inner = solve(c, d);
      v[i] = r * r - dot(d, inner);
      if (slopes)
        v[n + i] = -2 * inner.x, v[2 * n + i] = -2 * inner.y;
    }
  };
  Part part;
  part.name = name;
  part.phi = [=](std::size_t n, const double* x, const double* y, double* v) {
    each(n, x, y, v, false);
  };
  part.phi_and_gradient = [=](std::size_t n, const double* x, const double* y, double* v) {
    each(n, x, y, v, true);
  };
  return part;
}

/// Whether a comes before b, by x, then y.
bool comes_before(const Domain& domain, Vec2 a, Vec2 b) {
  constexpr double steps = 1e6; // of the box: symmetric wells differ by rounding
  const double across = std::round(steps * (a.x - domain.x0) / domain.width()) -
                        std::round(steps * (b.x - domain.x0) / domain.width());
  return across != 0 ? across < 0 : a.y < b.y;
}

} // namespace

std::vector<RestPoint> sorted_rest_points(const Problem& problem, const Domain& domain) {
  std::vector<RestPoint> points = rest_points(problem.coefficients, domain);
  std::sort(points.begin(), points.end(), [&](const RestPoint& a, const RestPoint& b) {
    return comes_before(domain, a.position, b.position);
  });
  return points;
}

void sort_wells(std::vector<Vec2>& points, const Domain& domain) {
  std::sort(points.begin(), points.end(),
            [&](Vec2 a, Vec2 b) { return comes_before(domain, a, b); });
}

std::vector<Vec2> wells(const Problem& problem, const Domain& domain) {
  std::vector<Vec2> out;
  for (const RestPoint& point : sorted_rest_points(problem, domain))
    if (point.type == RestPoint::Type::stable) { // 0 as far as rounding tells is 0
      const Vec2 p = point.position;
      out.push_back({std::abs(p.x) < 1e-12 * domain.width() ? 0 : p.x,
                     std::abs(p.y) < 1e-12 * domain.height() ? 0 : p.y});
    }
  return out;
}

NamedRegions well_cores(const Problem& problem, const Domain& domain) {
  const std::vector<RestPoint> points = sorted_rest_points(problem, domain);
  NamedRegions cores;
  for (const RestPoint& point : points) {
    if (point.type != RestPoint::Type::stable)
      continue;
    const Vec2 m = point.position;
    const Sym2 c = covariance_at(problem, point);
    const double r = core_radius(domain, points, m, c);
    const std::string name = std::to_string(cores.size() + 1);
    cores.emplace_back(name, Region{core("well " + name, domain, m, c, r)});
  }
  if (cores.size() < 2)
    throw BadInput("the drift has " + std::to_string(cores.size()) + " stable rest point" +
                   (cores.size() == 1 ? "" : "s") +
                   " in the domain, and a network needs two; give the sets themselves, or a wider "
                   "domain");
  return cores;
}

} // namespace escapade
