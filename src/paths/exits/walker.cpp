#include "paths/exits/walker.hpp"

#include "paths/exits/boundary.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

namespace escapade::lanes {

Walker::Walker(const ExitSetup& setup, const std::vector<Barrier>& barriers, Queue& queue)
    : setup_(setup), queue_(queue),
      stepper_(setup.problem, setup.sampler, setup.domain, setup.scheme, setup.dt, setup.max_time,
               setup.seed, setup.start, setup.timed),
      bridge_(setup.bridge && setup.scheme != Scheme::sgd),
      detector_(stepper_, barriers, setup.start, bridge_), gone_(capacity, 0), n_(capacity) {
  if (std::isfinite(setup.max_time) && setup.scheme != Scheme::time_changed)
    max_steps_ = static_cast<std::uint64_t>(std::ceil(setup.max_time / setup.dt - 1e-9));
  stepper_.keep_within(setup.outline);
  deadline_ = max_steps_;
  while (active_ < capacity && fill(active_))
    ++active_;
  shrink();
}

bool Walker::fill(std::size_t i) {
  if (queue_.next.load(std::memory_order_relaxed) >= queue_.paths)
    return false;
  const std::int64_t index = queue_.next.fetch_add(1, std::memory_order_relaxed);
  if (index >= queue_.paths)
    return false;
  stepper_.place(i, static_cast<std::uint64_t>(setup_.first_path + index));
  if (setup_.starts.empty()) {
    detector_.place(i);
    return true;
  }
  const Vec2 at =
      setup_.starts[static_cast<std::size_t>(setup_.first_path + index) % setup_.starts.size()];
  stepper_.lanes().x[i] = at.x, stepper_.lanes().y[i] = at.y;
  detector_.place(i, at);
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

void Walker::settle(std::size_t k, std::size_t i) {
  const Lanes& l = stepper_.lanes();
  const Vec2 from{l.x[i], l.y[i]}, to{l.next_x[i], l.next_y[i]};
  const Domain& domain = setup_.domain;
  const Vec2 middle{0.5 * (domain.x0 + domain.x1), 0.5 * (domain.y0 + domain.y1)};
  if (!(std::fabs(to.x - middle.x) < 1e6 * domain.width() &&
        std::fabs(to.y - middle.y) < 1e6 * domain.height()))
    return retire(i, {0, ExitRecord::diverged, {}});

  ExitRecord record;
  double earliest = 2;
  detector_.for_reached(k, [&](std::size_t b, const Touch& t) {
    const double s = bridge_ ? crossing(b, i, t) : 1;
    if (s >= earliest)
      return;
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
    record = {stepper_.time_at(i, s), static_cast<std::int32_t>(b), nearest(domain, where)};
  });
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
      detector_.move_lane(active_, i);
    }
    retired_.clear();
    shrink();
  }
  stepper_.idle(active_, n_);
}

void Walker::shrink() {
  n_ = (active_ + lane_block - 1) / lane_block * lane_block;
  detector_.resize(n_);
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
  if (detector_.touch(flags) & touched) {
    for (std::size_t i : retired_) // their stories are over
      l.flag[i] = 0;
    const std::vector<std::size_t>& near = detector_.look_closely(active_);
    for (std::size_t k = 0; k < near.size(); ++k)
      settle(k, near[k]);
  }
  commit(n_, l);
  detector_.step_on();
  ++clock_;
  check_deadline();
  refill();
}

} // namespace escapade::lanes
