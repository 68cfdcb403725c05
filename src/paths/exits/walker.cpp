#include "paths/exits/walker.hpp"

#include "paths/exits/boundary.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

namespace escapade::lanes {

Walker::Walker(const ExitSetup& setup, const std::vector<Barrier>& barriers, Queue& queue)
    : setup_(setup), barriers_(barriers), queue_(queue),
      stepper_(setup.problem, setup.sampler, setup.domain, setup.scheme, setup.dt, setup.max_time,
               setup.seed, setup.start),
      bridge_(setup.bridge && setup.scheme != Scheme::sgd), gone_(capacity, 0), n_(capacity) {
  if (std::isfinite(setup.max_time) && setup.scheme != Scheme::time_changed)
    max_steps_ = static_cast<std::uint64_t>(std::ceil(setup.max_time / setup.dt - 1e-9));
  stepper_.keep_within(setup.outline);
  deadline_ = max_steps_;
  for (const Barrier& b : barriers) {
    Curve& curve = curves_.emplace_back();
    if (!b.phi_and_gradient) {
      if (watched_ == none) {
        watched_ = curves_.size() - 1;
        stepper_.watch({b.axis, b.position, b.sign, bridge_ ? stepper_.step() : 0});
      }
      continue;
    }
    curve.before.resize(4 * capacity);
    curve.after.resize(4 * capacity);
    (*b.phi_and_gradient)(1, &setup.start.x, &setup.start.y, curve.start);
    for (std::size_t k = 0; k < 3; ++k)
      std::fill_n(curve.before.begin() + static_cast<std::ptrdiff_t>(k * n_), n_, curve.start[k]);
  }
  while (active_ < capacity && fill(active_))
    ++active_;
  shrink((active_ + lane_block - 1) / lane_block * lane_block);
}

bool Walker::fill(std::size_t i) {
  if (queue_.next.load(std::memory_order_relaxed) >= queue_.paths)
    return false;
  const std::int64_t index = queue_.next.fetch_add(1, std::memory_order_relaxed);
  if (index >= queue_.paths)
    return false;
  stepper_.place(i, static_cast<std::uint64_t>(setup_.first_path + index));
  for (Curve& curve : curves_)
    for (std::size_t k = 0; k < 4 && !curve.before.empty(); ++k)
      curve.before[k * n_ + i] = curve.start[k];
  return true;
}

void Walker::retire(std::size_t i, ExitRecord record) {
  if (gone_[i])
    return;
  if (record.part == ExitRecord::diverged)
    record = {0, ExitRecord::diverged, setup_.start};
  else if (record.time > setup_.max_time)
    record = {
        setup_.max_time, ExitRecord::timed_out, {stepper_.lanes().x[i], stepper_.lanes().y[i]}};
  gone_[i] = 1;
  retired_.push_back(i);
  const std::int64_t index =
      static_cast<std::int64_t>(stepper_.lanes().path[i]) - setup_.first_path;
  queue_.records[index] = record;
  queue_.batch_done[index / exit_batch].fetch_add(1, std::memory_order_release);
  queue_.done.fetch_add(1, std::memory_order_relaxed);
  if (observer)
    observer(index, record.time, record.where);
}

void Walker::look_after(std::uint64_t flags) {
  const Lanes& l = stepper_.lanes();
  for (std::size_t i = 0; i < active_; ++i) {
    if (gone_[i])
      continue;
    if (l.flag[i] & lost)
      retire(i, {0, ExitRecord::diverged, {}});
    else
      stepper_.refuse_indefinite(i);
    if (flags & late && l.time[i] > setup_.max_time)
      retire(i, {setup_.max_time, ExitRecord::timed_out, {l.x[i], l.y[i]}});
  }
}

/// In the first step, which tells D at the start.
void Walker::begin_curves() {
  const Sym2 d = stepper_.noise(0);
  for (Curve& c : curves_)
    if (!c.before.empty()) {
      const Vec2 gradient{c.start[1], c.start[2]};
      c.start[3] = dot(gradient, d * gradient);
      std::fill_n(c.before.begin() + static_cast<std::ptrdiff_t>(3 * n_), n_, c.start[3]);
    }
}

std::uint64_t Walker::touch(std::uint64_t flags) {
  if (clock_ == 0)
    begin_curves();
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

/// Sets near_; few lanes are flagged.
void Walker::find_near() {
  const Lanes& l = stepper_.lanes();
  near_.clear();
  constexpr std::size_t some = 8;
  for (std::size_t first = 0; first < active_; first += some) {
    if (first % lane_block == 0 && !(l.flagged[first / lane_block] & touched)) {
      first += lane_block - some;
      continue;
    }
    std::uint64_t flags = 0;
    for (std::size_t i = first; i < first + some; ++i)
      flags |= l.flag[i];
    if (flags & touched)
      for (std::size_t i = first; i < std::min(first + some, active_); ++i)
        if (l.flag[i] & touched && !gone_[i])
          near_.push_back(i);
  }
}

/// Distances of both ends of the steps of all lanes in near_ from all curves.
void Walker::measure() {
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

Walker::Touch Walker::touch_of(std::size_t b, std::size_t k) const {
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

/// The fraction of the step at which φ first reaches 0, drawn from its law under the bridge: X =
/// s/(1−s) is inverse Gaussian with density ∝ X^{−3/2} exp(−A/(2X) − C X/2), drawn as a root of
/// C X² − (2√(AC) + y) X + A = 0 with y = z² (Michael, Schucany, Haas 1976,
/// doi:10.1080/00031305.1976.10479147).
double Walker::crossing(std::size_t b, std::size_t i, const Touch& t) const {
  const Lanes& l = stepper_.lanes();
  const double variance = 2 * stepper_.step();
  if (!(t.g > 0) || !(t.phi0 < 0))
    return t.phi0 < t.phi1 ? std::clamp(t.phi0 / (t.phi0 - t.phi1), 0.0, 1.0) : 0;
  const Draw extra =
      draw(setup_.seed, l.path[i], stepper_.steps(i), static_cast<std::uint32_t>(b) + 1);
  const double a = t.distance0 * t.distance0 / variance;
  const double c = t.distance1 * t.distance1 / variance;
  const double y = extra.z1 * extra.z1, middle = std::sqrt(a * c);
  const double small = 2 * a / (2 * middle + y + std::sqrt(y * (y + 4 * middle)));
  const bool first = extra.u * (std::sqrt(a) + small * std::sqrt(c)) <= std::sqrt(a);
  const double x = first ? small : a / (c * small);
  return std::isfinite(x) ? x / (1 + x) : 1;
}

void Walker::settle(std::size_t k) {
  const Lanes& l = stepper_.lanes();
  const std::size_t i = near_[k];
  const Vec2 from{l.x[i], l.y[i]}, to{l.next_x[i], l.next_y[i]};
  const Domain& domain = setup_.domain;
  const Vec2 middle{0.5 * (domain.x0 + domain.x1), 0.5 * (domain.y0 + domain.y1)};
  if (!(std::fabs(to.x - middle.x) < 1e6 * domain.width() &&
        std::fabs(to.y - middle.y) < 1e6 * domain.height()))
    return retire(i, {0, ExitRecord::diverged, {}});

  ExitRecord record;
  double earliest = 2;
  double u =
      bridge_ ? stepper_.bridge_uniform(i)
              : 0; // one uniform serves all parts: what is left of it after each is uniform again
  for (std::size_t b = 0; b < barriers_.size(); ++b) {
    const Touch t = touch_of(b, k);
    bool hit = t.phi1 >= 0;
    if (!hit && bridge_ && t.phi0 < 0 && t.g > 0) {
      const double p = unseen_crossing(t.distance0, t.distance1, stepper_.step());
      hit = u < p;
      u = hit ? u / p : (u - p) / (1 - p);
    }
    if (!hit)
      continue;
    const double s = bridge_ ? crossing(b, i, t) : 1;
    if (s >= earliest)
      continue;
    earliest = s;
    Vec2 where = to; // a path that came round a periodic side has no chord
    if (std::fabs(to.x - from.x) <= 0.5 * domain.width() &&
        std::fabs(to.y - from.y) <= 0.5 * domain.height()) {
      const double on_chord = bridge_ ? s : t.phi0 / (t.phi0 - t.phi1);
      const double phi = t.phi0 + on_chord * (t.phi1 - t.phi0);
      where = from + on_chord * (to - from);
      if (t.g > 0) // the bridge's mean position, given that φ = 0
        where = where - (phi / t.g) * t.along;
    }
    record = {stepper_.time_at(i, s), barriers_[b].part, nearest(domain, where)};
  }
  if (earliest <= 1)
    retire(i, record);
}

void Walker::check_deadline() {
  Lanes& l = stepper_.lanes();
  if (max_steps_ == 0 || clock_ < deadline_)
    return;
  std::uint64_t latest = 0;
  for (std::size_t i = 0; i < active_; ++i) {
    if (gone_[i])
      continue;
    if (stepper_.steps(i) >= max_steps_)
      retire(i, {setup_.max_time, ExitRecord::timed_out, {l.x[i], l.y[i]}});
    else
      latest = std::max(latest, stepper_.steps(i));
  }
  deadline_ = clock_ + max_steps_ - latest;
}

/// Refills the lanes whose paths have ended, before even steps; where there are no more paths, the
/// last lanes move up.
void Walker::refill() {
  if (!retired_.empty() && stepper_.even()) {
    std::sort(retired_.begin(), retired_.end(), std::greater<>());
    for (std::size_t i : retired_) {
      gone_[i] = 0;
      if (fill(i))
        continue;
      --active_;
      if (i == active_)
        continue;
      stepper_.move_lane(active_, i);
      for (Curve& curve : curves_)
        for (std::size_t k = 0; k < 4 && !curve.before.empty(); ++k)
          curve.before[k * n_ + i] = curve.before[k * n_ + active_];
    }
    retired_.clear();
    shrink((active_ + lane_block - 1) / lane_block * lane_block);
  }
  for (std::size_t i = active_; i < n_; ++i) { // idle lanes stay at the start
    stepper_.lanes().x[i] = setup_.start.x;
    stepper_.lanes().y[i] = setup_.start.y;
  }
}

void Walker::shrink(std::size_t n) {
  if (n == n_)
    return;
  for (Curve& curve : curves_)
    for (std::size_t k = 0; k < 4 && !curve.before.empty(); ++k)
      std::copy_n(curve.before.begin() + static_cast<std::ptrdiff_t>(k * n_), n,
                  curve.before.begin() + static_cast<std::ptrdiff_t>(k * n));
  n_ = n;
}

void Walker::observe_points() {
  for (std::size_t i = 0; i < active_; ++i)
    if (!gone_[i])
      observer(static_cast<std::int64_t>(stepper_.lanes().path[i]) - setup_.first_path,
               stepper_.time_at(i, 0), {stepper_.lanes().x[i], stepper_.lanes().y[i]});
}

void Walker::step() {
  Lanes& l = stepper_.lanes();
  const std::uint64_t flags = stepper_.advance(n_, active_);
  if (observer)
    observe_points();
  if (flags & (lost | indefinite | late))
    look_after(flags);
  if (touch(flags) & touched) {
    find_near();
    measure();
    for (std::size_t k = 0; k < near_.size(); ++k)
      settle(k);
  }
  commit(n_, l);
  for (Curve& curve : curves_)
    curve.before.swap(curve.after);
  ++clock_;
  check_deadline();
  refill();
}

} // namespace escapade::lanes
