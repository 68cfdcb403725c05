#include "paths/exits/bridge.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace escapade::lanes {

namespace {

constexpr int most_steps = 12;
constexpr std::size_t block = 16;   // machine code takes so many points at once, others in copies
constexpr double small_step = 0.02; // of the distance: what is left is its square

} // namespace

void Ruler::measure(const Field& phi_and_gradient, const std::vector<CurveEnd>& ends,
                    std::vector<double>& distance) {
  distance.resize(ends.size());
  open_.clear();
  for (std::size_t k = 0; k < ends.size(); ++k) {
    const CurveEnd& e = ends[k];
    const double g = dot(e.gradient, e.d * e.gradient);
    if (!(g > 0)) {
      distance[k] = std::copysign(std::numeric_limits<double>::infinity(), e.phi);
      continue;
    }
    distance[k] = e.phi / std::sqrt(g);
    open_.push_back({k, (e.phi / g) * e.gradient});
  }
  for (int step = 0; step < most_steps && !open_.empty(); ++step) {
    const std::size_t n = (open_.size() + block - 1) / block * block;
    x_.resize(n);
    y_.resize(n);
    values_.resize(3 * n);
    for (std::size_t i = 0; i < n; ++i) {
      const Search& s = open_[std::min(i, open_.size() - 1)];
      const Vec2 p = ends[s.end].at - ends[s.end].d * s.sum;
      x_[i] = p.x, y_[i] = p.y;
    }
    phi_and_gradient(n, x_.data(), y_.data(), values_.data());
    std::size_t left = 0;
    for (std::size_t i = 0; i < open_.size(); ++i) {
      Search s = open_[i];
      const CurveEnd& e = ends[s.end];
      const Vec2 gradient{values_[n + i], values_[2 * n + i]};
      const double g = dot(gradient, e.d * gradient);
      if (!(g > 0) || !std::isfinite(g) || !std::isfinite(values_[i]))
        continue; // the foot cannot be found: the distance so far stands
      s.sum = s.sum + (values_[i] / g) * gradient;
      const double length = std::sqrt(dot(s.sum, e.d * s.sum));
      distance[s.end] = std::copysign(length, e.phi);
      if (std::fabs(values_[i]) > small_step * length * std::sqrt(g))
        open_[left++] = s;
    }
    open_.resize(left);
  }
}

double unseen_crossing(double distance0, double distance1, double dt) {
  return std::exp(-distance0 * distance1 / dt);
}

} // namespace escapade::lanes
