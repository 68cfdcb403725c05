#include "bridge.hpp"

#include <cmath>
#include <limits>

namespace escapade::lanes {

namespace {

constexpr int most_steps = 12;
constexpr double small_step = 0.02; // of the distance: what is left is its square

} // namespace

void distances(const Field& phi_and_gradient, const std::vector<CurveEnd>& ends,
               std::vector<double>& distance) {
  std::vector<double> x, y, values;
  std::vector<std::size_t> open; // ends whose foot is still looked for
  std::vector<Vec2> sum(ends.size());
  distance.resize(ends.size());
  for (std::size_t k = 0; k < ends.size(); ++k) {
    const CurveEnd& e = ends[k];
    const double g = dot(e.gradient, e.d * e.gradient);
    if (!(g > 0)) {
      distance[k] = std::copysign(std::numeric_limits<double>::infinity(), e.phi);
      continue;
    }
    distance[k] = e.phi / std::sqrt(g);
    sum[k] = (e.phi / g) * e.gradient;
    open.push_back(k);
  }
  for (int step = 0; step < most_steps && !open.empty(); ++step) {
    const std::size_t n = open.size();
    x.resize(n);
    y.resize(n);
    values.resize(3 * n);
    for (std::size_t i = 0; i < n; ++i) {
      const CurveEnd& e = ends[open[i]];
      const Vec2 p = e.at - e.d * sum[open[i]];
      x[i] = p.x, y[i] = p.y;
    }
    phi_and_gradient(n, x.data(), y.data(), values.data());
    std::size_t left = 0;
    for (std::size_t i = 0; i < n; ++i) {
      const std::size_t k = open[i];
      const Vec2 gradient{values[n + i], values[2 * n + i]};
      const double g = dot(gradient, ends[k].d * gradient);
      if (!(g > 0) || !std::isfinite(g) || !std::isfinite(values[i]))
        continue; // the foot cannot be found: the distance so far stands
      sum[k] = sum[k] + (values[i] / g) * gradient;
      const double length = std::sqrt(dot(sum[k], ends[k].d * sum[k]));
      distance[k] = std::copysign(length, ends[k].phi);
      if (std::fabs(values[i]) > small_step * length * std::sqrt(g))
        open[left++] = k;
    }
    open.resize(left);
  }
}

double unseen_crossing(double distance0, double distance1, double dt) {
  return std::exp(-distance0 * distance1 / dt);
}

} // namespace escapade::lanes
