#include "landscape/drift_alone.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace escapade {

namespace {

Vec2 drift_at(const Field& coefficients, Vec2 p) {
  double v[5];
  coefficients(1, &p.x, &p.y, v);
  return {v[0], v[1]};
}

Vec2 runge_kutta(const Field& coefficients, Vec2 p, double t) {
  const Vec2 a = drift_at(coefficients, p), b = drift_at(coefficients, p + 0.5 * t * a),
             c = drift_at(coefficients, p + 0.5 * t * b), d = drift_at(coefficients, p + t * c);
  return p + t / 6 * (a + 2 * b + 2 * c + d);
}

/// The part of the exit set that holds a point, absorbing sides after it; −1 inside, −2 beyond a
/// reflecting side.
int left_through(const Domain& d, const Region& exit, Vec2 p) {
  int part = -1;
  part_at(exit, 1, &p.x, &p.y, &part);
  if (part >= 0)
    return part;
  const bool beyond[4] = {p.x<d.x0, p.x> d.x1, p.y<d.y0, p.y> d.y1};
  int next = static_cast<int>(exit.size());
  for (std::size_t side = 0; side < 4; ++side) {
    const bool absorbs = d.boundary[side] == Boundary::absorbing;
    if (beyond[side] && d.boundary[side] != Boundary::periodic)
      return absorbs ? next : -2;
    next += absorbs ? 1 : 0;
  }
  return -1;
}

} // namespace

bool without_noise(const Field& coefficients, const Domain& domain) {
  constexpr std::size_t n = 33;
  std::vector<double> x, y, v(5 * n * n);
  for (std::size_t k = 0; k < n * n; ++k) {
    x.push_back(domain.x0 + domain.width() * (static_cast<double>(k % n) + 0.38) / n);
    y.push_back(domain.y0 + domain.height() * (static_cast<double>(k / n) + 0.24) / n);
  }
  coefficients(n * n, x.data(), y.data(), v.data());
  return std::all_of(v.begin() + 2 * n * n, v.end(), [](double d) { return d == 0; });
}

std::optional<Departure> departure(const Field& coefficients, const Domain& domain,
                                   const Region& exit, Vec2 from) {
  const double box = std::hypot(domain.width(), domain.height()), tolerance = 1e-10 * box;
  Vec2 p = from;
  Departure at;
  double step = 1e-3 * box / norm(drift_at(coefficients, p));
  for (int k = 0; k < 100000; ++k) {
    const double speed = norm(drift_at(coefficients, p));
    if (!(speed > 1e-12 * box / (at.time + step)) || !std::isfinite(step))
      return std::nullopt;
    step = std::min(step, 0.01 * box / speed);
    const Vec2 half = runge_kutta(coefficients, p, 0.5 * step);
    const Vec2 twice = runge_kutta(coefficients, half, 0.5 * step);
    const double off = norm(twice - runge_kutta(coefficients, p, step));
    if (!(off <= tolerance)) {
      step *= 0.5;
      continue;
    }
    int part = left_through(domain, exit, twice);
    if (part == -2)
      return std::nullopt;
    if (part >= 0) {
      double low = 0, high = step;
      for (int bisect = 0; bisect < 60; ++bisect) {
        const double middle = 0.5 * (low + high);
        const int there = left_through(domain, exit, runge_kutta(coefficients, p, middle));
        (there >= 0 ? high : low) = middle;
        part = there >= 0 ? there : part;
      }
      at.time += high;
      at.error += 10 * tolerance / speed + 1e-12 * at.time;
      at.part = static_cast<std::size_t>(part);
      return at;
    }
    p = twice;
    at.time += step;
    at.error += off / speed;
    if (off < 0.02 * tolerance)
      step *= 1.6;
  }
  return std::nullopt;
}

} // namespace escapade
