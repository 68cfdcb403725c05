// Hamilton's equations of paths of least action, followed from a start:
//   x′ = b + 2 D p,  p′ = −∇ₓH,  S′ = p·x′,   H(x, p) = b·p + p·D p,
// b the drift, D the noise, S the action; steps of Dormand and Prince (support/dormand_prince.hpp).
#pragma once

#include "escapade/problem/region.hpp"
#include "landscape/differences.hpp"
#include "landscape/rays/ray_sources.hpp"
#include "support/dormand_prince.hpp"

#include <algorithm>
#include <cmath>

namespace escapade {

using RayState = dormand_prince::State<5>; // x, y, p, q, S
using RayStep = dormand_prince::Step<5>;

inline Vec2 place(const RayState& s) {
  return {s[0], s[1]};
}
inline Vec2 momentum(const RayState& s) {
  return {s[2], s[3]};
}

/// Rays of one drift and noise.
class Rays {
public:
  /// `wanted`: the error of a step, in boxes and in units of the momentum reached so far.
  Rays(const Field& coefficients, const Domain& domain, double wanted)
      : c_(coefficients), d_(domain), wanted_(wanted) {}
  RayState operator()(const RayState& s) const { return slope_at(s); }

  /// Follows a ray; `visit`(state, slope, step, h, time) sees each step and ends it by `true`.
  template<class Visit>
  void follow(const RayStart& start, double most_action, Visit visit) const {
    constexpr int most_steps = 20000;
    RayState y{start.at.x, start.at.y, start.momentum.x, start.momentum.y, start.action};
    RayState slope = slope_at(y);
    double h = 1e-3 / boxes(d_, place(slope)), largest = dual(momentum(y)), time = 0;
    for (int k = 0; k < most_steps; ++k) {
      const RayStep step = dormand_prince::step(*this, y, slope, h);
      const double error = boxes(d_, place(step.error)) + dual(momentum(step.error)) / largest;
      const double way = boxes(d_, place(step.to) - place(y));
      if (!(error <= wanted_) || way > 0.02) {
        h *= error > wanted_ ? dormand_prince::factor(error, wanted_) : 0.5;
        if (!(h > 0) || !std::isfinite(error))
          return;
        continue;
      }
      if (visit(y, slope, step, h, time) || !near(place(step.to)) || step.to[4] > most_action)
        return;
      y = step.to, slope = step.slope, time += h;
      largest = std::max(largest, dual(momentum(y)));
      h *= dormand_prince::factor(error, wanted_);
    }
  }

  const Domain& domain() const { return d_; }
  RayState partial(const RayState& y, const RayState& slope, double h) const {
    return dormand_prince::step(*this, y, slope, h).to;
  }
  Vec2 to(Vec2 from, Vec2 target) const { return nearest_image(d_, target - from); }
  double length(Vec2 v) const { return boxes(d_, v); }
  int part_of(const Region& exit, Vec2 p) const {
    p = between_sides(d_, p);
    int part = -1;
    part_at(exit, 1, &p.x, &p.y, &part);
    return part;
  }
  RayState slope_at(const RayState& s) const {
    const auto v = around(c_, d_, place(s));
    const Vec2 p = momentum(s);
    Around h; // H at this p, at the places about
    for (std::size_t k = 0; k < h.size(); ++k)
      h[k] = p.x * v[0][k] + p.y * v[1][k] + p.x * p.x * v[2][k] + 2 * p.x * p.y * v[3][k] +
             p.y * p.y * v[4][k];
    const Vec2 velocity = Vec2{v[0][0], v[1][0]} + 2.0 * (Sym2{v[2][0], v[3][0], v[4][0]} * p);
    const Vec2 by = slopes(d_, h);
    return {velocity.x, velocity.y, -by.x, -by.y, dot(p, velocity)};
  }

private:
  const Field& c_;
  const Domain& d_;
  double wanted_;

  double dual(Vec2 p) const { return std::hypot(p.x * d_.width(), p.y * d_.height()); }
  /// Not beyond sides by a quarter of the box, nor fifty periods away.
  bool near(Vec2 p) const {
    const double x = std::abs((p.x - d_.x0) / d_.width() - 0.5),
                 y = std::abs((p.y - d_.y0) / d_.height() - 0.5);
    return x < (d_.periodic(0) ? 50 : 0.75) && y < (d_.periodic(1) ? 50 : 0.75);
  }
};

} // namespace escapade
