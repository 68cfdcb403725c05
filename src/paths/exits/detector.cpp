#include "paths/exits/detector.hpp"

#include <algorithm>
#include <cmath>

namespace escapade::lanes {

std::vector<Barrier> barriers_of(const Domain& domain, const Region* exit) {
  std::vector<Barrier> barriers;
  if (exit)
    for (const Part& part : *exit) {
      Barrier b;
      if (part.half_plane) {
        b.axis = part.half_plane->axis;
        b.position = part.half_plane->position;
        b.sign = part.half_plane->above ? 1 : -1;
      } else {
        b.phi_and_gradient = &part.phi_and_gradient;
      }
      barriers.push_back(b);
    }
  const double position[4] = {domain.x0, domain.x1, domain.y0, domain.y1};
  for (int side = 0; side < 4; ++side)
    if (domain.boundary[static_cast<std::size_t>(side)] == Boundary::absorbing)
      barriers.push_back({nullptr, side / 2, position[side], side % 2 ? 1.0 : -1.0});
  return barriers;
}

Detector::Detector(Stepper& stepper, const std::vector<Barrier>& barriers, Vec2 start, bool bridge)
    : stepper_(stepper), barriers_(barriers), bridge_(bridge) {
  for (std::size_t b = 0; b < barriers.size(); ++b) {
    Curve& curve = curves_.emplace_back();
    const Barrier& barrier = barriers[b];
    if (barrier.phi_and_gradient) {
      curve.before.resize(4 * capacity);
      curve.after.resize(4 * capacity);
      look_at(b, start, curve.start);
      for (std::size_t k = 0; k < 4; ++k)
        std::fill_n(curve.before.begin() + static_cast<std::ptrdiff_t>(k * n_), n_, curve.start[k]);
    } else if (watched_ == none) {
      watched_ = b;
      stepper.watch({barrier.axis, barrier.position, barrier.sign, bridge ? stepper.step() : 0});
    }
  }
}

/// φ, ∇φ and ∇φᵀD∇φ at a point.
void Detector::look_at(std::size_t b, Vec2 at, double* four) const {
  (*barriers_[b].phi_and_gradient)(1, &at.x, &at.y, four);
  const Vec2 gradient{four[1], four[2]};
  four[3] = dot(gradient, stepper_.noise_at(at) * gradient);
}

void Detector::place(std::size_t i) {
  for (Curve& curve : curves_)
    for (std::size_t k = 0; k < 4 && !curve.before.empty(); ++k)
      curve.before[k * n_ + i] = curve.start[k];
}

void Detector::place(std::size_t i, Vec2 at) {
  for (std::size_t b = 0; b < curves_.size(); ++b) {
    if (!barriers_[b].phi_and_gradient)
      continue;
    double four[4];
    look_at(b, at, four);
    for (std::size_t k = 0; k < 4; ++k)
      curves_[b].before[k * n_ + i] = four[k];
  }
}

void Detector::move_lane(std::size_t from, std::size_t to) {
  for (Curve& curve : curves_)
    for (std::size_t k = 0; k < 4 && !curve.before.empty(); ++k)
      curve.before[k * n_ + to] = curve.before[k * n_ + from];
}

void Detector::resize(std::size_t n) {
  if (n == n_)
    return;
  for (Curve& curve : curves_) {
    for (std::size_t k = 0; k < 4 && !curve.before.empty(); ++k)
      std::copy_n(curve.before.begin() + static_cast<std::ptrdiff_t>(k * n_), std::min(n, n_),
                  curve.after.begin() + static_cast<std::ptrdiff_t>(k * n));
    curve.before.swap(curve.after);
  }
  n_ = n;
}

std::uint64_t Detector::touch(std::uint64_t flags) {
  Lanes& l = stepper_.lanes();
  const double dt = bridge_ ? stepper_.step() : 0;
  for (std::size_t b = 0; b < barriers_.size(); ++b) {
    const Barrier& barrier = barriers_[b];
    if (barrier.phi_and_gradient) {
      Curve& curve = curves_[b];
      (*barrier.phi_and_gradient)(n_, l.next_x, l.next_y, curve.after.data());
      flags |= touch_curve(n_, curve.before.data(), curve.after.data(), dt, l);
    } else if (b != watched_) {
      flags |= touch_plane(n_, {barrier.axis, barrier.position, barrier.sign, dt}, l);
    }
  }
  return flags;
}

/// Few lanes are flagged.
const std::vector<std::size_t>& Detector::look_closely(std::size_t active) {
  const Lanes& l = stepper_.lanes();
  near_.clear();
  constexpr std::size_t some = 8;
  for (std::size_t first = 0; first < active; first += some) {
    if (first % lane_block == 0 && !(l.flagged[first / lane_block] & touched)) {
      first += lane_block - some;
      continue;
    }
    std::uint64_t flags = 0;
    for (std::size_t i = first; i < first + some; ++i)
      flags |= l.flag[i];
    if (flags & touched)
      for (std::size_t i = first; i < std::min(first + some, active); ++i)
        if (l.flag[i] & touched)
          near_.push_back(i);
  }
  measure();
  return near_;
}

/// Distances of both ends of the steps of all lanes in near_ from all curves.
void Detector::measure() {
  const Lanes& l = stepper_.lanes();
  for (std::size_t b = 0; b < barriers_.size(); ++b) {
    if (!barriers_[b].phi_and_gradient || !bridge_)
      continue;
    Curve& c = curves_[b];
    ends_.clear();
    for (std::size_t i : near_) {
      const Sym2 d = stepper_.noise(i);
      ends_.push_back({{l.x[i], l.y[i]}, c.before[i], {c.before[n_ + i], c.before[2 * n_ + i]}, d});
      ends_.push_back(
          {{l.next_x[i], l.next_y[i]}, c.after[i], {c.after[n_ + i], c.after[2 * n_ + i]}, d});
    }
    ruler_.measure(*barriers_[b].phi_and_gradient, ends_, c.distance);
  }
}

Touch Detector::touch_of(std::size_t b, std::size_t k) const {
  const Barrier& barrier = barriers_[b];
  const std::size_t i = near_[k];
  const Lanes& l = stepper_.lanes();
  Touch t;
  Vec2 gradient;
  if (barrier.phi_and_gradient) {
    const Curve& curve = curves_[b];
    t.phi0 = curve.before[i];
    t.phi1 = curve.after[i];
    gradient = {curve.before[n_ + i], curve.before[2 * n_ + i]};
  } else {
    const double *p0 = barrier.axis == 0 ? l.x : l.y, *p1 = barrier.axis == 0 ? l.next_x : l.next_y;
    t.phi0 = barrier.sign * (p0[i] - barrier.position);
    t.phi1 = barrier.sign * (p1[i] - barrier.position);
    gradient = barrier.axis == 0 ? Vec2{barrier.sign, 0} : Vec2{0, barrier.sign};
  }
  t.along = stepper_.noise(i) * gradient;
  t.g = dot(gradient, t.along);
  if (barrier.phi_and_gradient && bridge_) {
    t.distance0 = curves_[b].distance[2 * k];
    t.distance1 = curves_[b].distance[2 * k + 1];
  } else {
    t.distance0 = t.phi0 / std::sqrt(t.g);
    t.distance1 = t.phi1 / std::sqrt(t.g);
  }
  return t;
}

void Detector::step_on() {
  for (Curve& curve : curves_)
    curve.before.swap(curve.after);
}

} // namespace escapade::lanes
