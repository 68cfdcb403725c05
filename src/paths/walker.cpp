#include "walker.hpp"

#include "boundary.hpp"
#include "escapade/error.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace escapade::lanes {
namespace {

constexpr std::uint32_t sign_stream = 255; // streams 1, 2, … belong to the barriers' crossings
constexpr double bridge_reach = 23;        // −ln of the smallest uniform 2⁻³³

} // namespace

Walker::Walker(const ExitSetup& setup, const std::vector<Barrier>& barriers, Queue& queue)
    : setup_(setup), barriers_(barriers), queue_(queue), lanes_(std::make_unique<Lanes>()),
      gone_(capacity, 0), step_(setup.dt) {
  const Domain& d = setup.domain;
  const auto wall = [&](std::size_t side, double at, double far) {
    return d.boundary[side] == Boundary::absorbing ? far : at;
  };
  walls_ = {wall(0, d.x0, -1e300), wall(1, d.x1, 1e300), wall(2, d.y0, -1e300),
            wall(3, d.y1, 1e300)};
  if (std::isfinite(setup.max_time))
    max_steps_ = static_cast<std::uint64_t>(std::ceil(setup.max_time / setup.dt - 1e-9));
  if (setup.scheme == Scheme::time_changed) {
    const Sym2 d0 = *setup.problem->constant_direction;
    d0_[0] = d0.xx, d0_[1] = d0.xy, d0_[2] = d0.yy;
    double c[5];
    setup.problem->coefficients(1, &setup.start.x, &setup.start.y, c);
    step_ = setup.dt * (c[2] + c[4]) / trace(d0);
    max_steps_ = 0;
  }
  for (const Barrier& b : barriers) {
    Curve& curve = curves_.emplace_back();
    if (!b.phi_and_gradient)
      continue;
    curve.before.resize(3 * capacity);
    curve.after.resize(3 * capacity);
    (*b.phi_and_gradient)(1, &setup.start.x, &setup.start.y, curve.start);
  }
  n_ = capacity;
  Lanes& l = *lanes_;
  std::fill_n(l.x, capacity, setup.start.x);
  std::fill_n(l.y, capacity, setup.start.y);
  std::fill_n(l.inverse_s, capacity, 1);
  for (Curve& curve : curves_)
    for (std::size_t k = 0; k < 3 && !curve.before.empty(); ++k)
      std::fill_n(curve.before.begin() + static_cast<std::ptrdiff_t>(k * n_), n_, curve.start[k]);
  deadline_ = max_steps_;
  while (active_ < capacity && fill(active_))
    ++active_;
  shrink((active_ + lane_block - 1) / lane_block * lane_block);
}

bool Walker::fill(std::size_t i) {
  Lanes& l = *lanes_;
  if (queue_.next.load(std::memory_order_relaxed) >= queue_.paths)
    return false;
  const std::int64_t index = queue_.next.fetch_add(1, std::memory_order_relaxed);
  if (index >= queue_.paths)
    return false;
  l.path[i] = static_cast<std::uint64_t>(setup_.first_path + index);
  l.step[i] = 0;
  l.time[i] = 0;
  l.x[i] = setup_.start.x;
  l.y[i] = setup_.start.y;
  for (Curve& curve : curves_)
    for (std::size_t k = 0; k < 3 && !curve.before.empty(); ++k)
      curve.before[k * n_ + i] = curve.start[k];
  return true;
}

double Walker::time_at(std::size_t i, double fraction) const {
  const Lanes& l = *lanes_;
  if (setup_.scheme != Scheme::time_changed)
    return (static_cast<double>(l.step[i]) + fraction) * step_;
  // lanes.time counts the first step by half and this one in full: the trapezoidal rule up to the
  // start of this step counts it by half
  return l.time[i] + (fraction - 0.5) * step_ * l.inverse_s[i];
}

Sym2 Walker::noise(std::size_t i) const {
  const double* c = lanes_->coefficients;
  return {c[2 * n_ + i], c[3 * n_ + i], c[4 * n_ + i]};
}

void Walker::retire(std::size_t i, ExitRecord record) {
  if (gone_[i])
    return;
  if (record.part == ExitRecord::diverged)
    record = {0, ExitRecord::diverged, setup_.start};
  else if (record.time > setup_.max_time)
    record = {setup_.max_time, ExitRecord::timed_out, {lanes_->x[i], lanes_->y[i]}};
  gone_[i] = 1;
  retired_.push_back(i);
  const std::int64_t index = static_cast<std::int64_t>(lanes_->path[i]) - setup_.first_path;
  queue_.records[index] = record;
  queue_.batch_done[index / exit_batch].fetch_add(1, std::memory_order_release);
  queue_.done.fetch_add(1, std::memory_order_relaxed);
  if (observer)
    observer(index, record.time, record.where);
}

std::uint64_t Walker::advance() {
  Lanes& l = *lanes_;
  draw_lanes(setup_.seed, 0, n_, l.path, l.step, l.z1, l.z2, l.u);
  setup_.problem->coefficients(n_, l.x, l.y, l.coefficients);
  switch (setup_.scheme) {
  case Scheme::heun:
    draw_lanes(setup_.seed, sign_stream, n_, l.path, l.step, l.sign1, l.sign2, l.inverse_s);
    heun_predict(n_, step_, l);
    setup_.problem->coefficients(n_, l.next_x, l.next_y, l.stage);
    return heun_correct(n_, step_, walls_, l);
  case Scheme::time_changed: {
    const std::uint64_t late_flag = change_time(n_, step_, d0_, setup_.max_time, l);
    return late_flag | euler(n_, step_, false, walls_, l);
  }
  default:
    return euler(n_, step_, setup_.scheme == Scheme::tamed, walls_, l);
  }
}

void Walker::look_after(std::uint64_t flags) {
  Lanes& l = *lanes_;
  for (std::size_t i = 0; i < active_; ++i) {
    if (l.flag[i] & lost)
      retire(i, {0, ExitRecord::diverged, {}});
    else if (l.flag[i] & indefinite) {
      char text[160];
      std::snprintf(text, sizeof text,
                    "-diffusion: D is not positive semi-definite at (%.6g, %.6g), where a "
                    "trajectory came by; give a D with D11, D22 >= 0 and D11 D22 >= D12^2",
                    l.x[i], l.y[i]);
      throw BadInput(text);
    }
    if (flags & late && l.time[i] > setup_.max_time)
      retire(i, {setup_.max_time, ExitRecord::timed_out, {l.x[i], l.y[i]}});
  }
}

void Walker::bring_inside() {
  Lanes& l = *lanes_;
  std::size_t index[capacity], count = 0;
  for (std::size_t i = 0; i < active_; ++i)
    if (l.flag[i] & outside && !gone_[i])
      index[count++] = i;
  if (count == 0)
    return;
  Sym2 d[capacity];
  if (setup_.problem->constant_direction) {
    for (std::size_t k = 0; k < count; ++k)
      d[k] = noise(index[k]);
  } else { // D where the path crossed the side
    alignas(64) double px[capacity], py[capacity], c[5 * capacity];
    const std::size_t n = (count + lane_block - 1) / lane_block * lane_block;
    for (std::size_t k = 0; k < n; ++k) {
      const std::size_t i = index[std::min(k, count - 1)];
      const Vec2 p = nearest(setup_.domain, {l.next_x[i], l.next_y[i]});
      px[k] = p.x, py[k] = p.y;
    }
    setup_.problem->coefficients(n, px, py, c);
    for (std::size_t k = 0; k < count; ++k)
      d[k] = {c[2 * n + k], c[3 * n + k], c[4 * n + k]};
  }
  for (std::size_t k = 0; k < count; ++k) {
    const std::size_t i = index[k];
    Vec2 p{l.next_x[i], l.next_y[i]};
    if (!lanes::bring_inside(setup_.domain, d[k], p))
      retire(i, {0, ExitRecord::diverged, {}});
    l.next_x[i] = p.x;
    l.next_y[i] = p.y;
  }
}

std::uint64_t Walker::touch() {
  Lanes& l = *lanes_;
  const double reach_dt = setup_.bridge ? bridge_reach * step_ : 0;
  std::uint64_t flags = 0;
  for (std::size_t b = 0; b < barriers_.size(); ++b) {
    const Barrier& barrier = barriers_[b];
    if (barrier.phi_and_gradient) {
      Curve& curve = curves_[b];
      (*barrier.phi_and_gradient)(n_, l.next_x, l.next_y, curve.after.data());
      flags |= touch_curve(n_, curve.before.data(), curve.after.data(), reach_dt, l);
    } else {
      flags |= touch_plane(n_, barrier.axis, barrier.position, barrier.sign, reach_dt, l);
    }
  }
  return flags;
}

Walker::Touch Walker::touch_of(std::size_t b, std::size_t i) const {
  const Barrier& barrier = barriers_[b];
  const Lanes& l = *lanes_;
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
  t.along = noise(i) * gradient;
  t.g = dot(gradient, t.along);
  return t;
}

/// The fraction of the step at which φ first reaches 0, drawn from its law under the bridge: X =
/// s/(1−s) is inverse Gaussian with density ∝ X^{−3/2} exp(−A/(2X) − C X/2), drawn as a root of
/// C X² − (2√(AC) + y) X + A = 0 with y = z² (Michael, Schucany, Haas 1976,
/// doi:10.1080/00031305.1976.10479147).
double Walker::crossing(std::size_t b, std::size_t i, const Touch& t) const {
  const Lanes& l = *lanes_;
  const double variance = 2 * step_ * t.g;
  if (!(t.g > 0) || !(t.phi0 < 0))
    return t.phi0 < t.phi1 ? std::clamp(t.phi0 / (t.phi0 - t.phi1), 0.0, 1.0) : 0;
  const Draw extra = draw(setup_.seed, l.path[i], l.step[i], static_cast<std::uint32_t>(b) + 1);
  const double a = t.phi0 * t.phi0 / variance, c = t.phi1 * t.phi1 / variance;
  const double y = extra.z1 * extra.z1, middle = std::sqrt(a * c);
  const double small = 2 * a / (2 * middle + y + std::sqrt(y * (y + 4 * middle)));
  const bool first = extra.u * (std::sqrt(a) + small * std::sqrt(c)) <= std::sqrt(a);
  const double x = first ? small : a / (c * small);
  return std::isfinite(x) ? x / (1 + x) : 1;
}

void Walker::settle(std::size_t i) {
  const Lanes& l = *lanes_;
  const Vec2 from{l.x[i], l.y[i]}, to{l.next_x[i], l.next_y[i]};
  const Domain& domain = setup_.domain;
  const Vec2 middle{0.5 * (domain.x0 + domain.x1), 0.5 * (domain.y0 + domain.y1)};
  if (!(std::fabs(to.x - middle.x) < 1e6 * domain.width() &&
        std::fabs(to.y - middle.y) < 1e6 * domain.height()))
    return retire(i, {0, ExitRecord::diverged, {}});

  ExitRecord record;
  double earliest = 2;
  double u = l.u[i]; // one uniform serves all parts: what is left of it after each is uniform again
  for (std::size_t b = 0; b < barriers_.size(); ++b) {
    const Touch t = touch_of(b, i);
    bool hit = t.phi1 >= 0;
    if (!hit && setup_.bridge && t.phi0 < 0) {
      const double p = std::exp(-t.phi0 * t.phi1 / (step_ * t.g));
      hit = u < p;
      u = hit ? u / p : (u - p) / (1 - p);
    }
    if (!hit)
      continue;
    const double s = setup_.bridge ? crossing(b, i, t) : 1;
    if (s >= earliest)
      continue;
    earliest = s;
    Vec2 where = to; // a path that came round a periodic side has no chord
    if (std::fabs(to.x - from.x) <= 0.5 * domain.width() &&
        std::fabs(to.y - from.y) <= 0.5 * domain.height()) {
      const double on_chord = setup_.bridge ? s : t.phi0 / (t.phi0 - t.phi1);
      const double phi = t.phi0 + on_chord * (t.phi1 - t.phi0);
      where = from + on_chord * (to - from);
      if (t.g > 0) // the bridge's mean position, given that φ = 0
        where = where - (phi / t.g) * t.along;
    }
    record = {time_at(i, s), barriers_[b].part, nearest(domain, where)};
  }
  if (earliest <= 1)
    retire(i, record);
}

void Walker::check_deadline() {
  Lanes& l = *lanes_;
  if (max_steps_ == 0 || clock_ < deadline_)
    return;
  std::uint64_t latest = 0;
  for (std::size_t i = 0; i < active_; ++i) {
    if (gone_[i])
      continue;
    if (l.step[i] >= max_steps_)
      retire(i, {setup_.max_time, ExitRecord::timed_out, {l.x[i], l.y[i]}});
    else
      latest = std::max(latest, l.step[i]);
  }
  deadline_ = clock_ + max_steps_ - latest;
}

void Walker::move_lane(std::size_t from, std::size_t to) {
  Lanes& l = *lanes_;
  l.x[to] = l.x[from];
  l.y[to] = l.y[from];
  l.time[to] = l.time[from];
  l.path[to] = l.path[from];
  l.step[to] = l.step[from];
  for (Curve& curve : curves_)
    for (std::size_t k = 0; k < 3 && !curve.before.empty(); ++k)
      curve.before[k * n_ + to] = curve.before[k * n_ + from];
}

/// Refills the lanes whose paths have ended; where there are no more paths, the last lanes move up.
void Walker::refill() {
  if (!retired_.empty()) {
    std::sort(retired_.begin(), retired_.end(), std::greater<>());
    for (std::size_t i : retired_) {
      gone_[i] = 0;
      if (fill(i))
        continue;
      --active_;
      if (i != active_)
        move_lane(active_, i);
    }
    retired_.clear();
    shrink((active_ + lane_block - 1) / lane_block * lane_block);
  }
  for (std::size_t i = active_; i < n_; ++i) { // idle lanes stay at the start
    lanes_->x[i] = setup_.start.x;
    lanes_->y[i] = setup_.start.y;
  }
}

void Walker::shrink(std::size_t n) {
  if (n == n_)
    return;
  for (Curve& curve : curves_)
    for (std::size_t k = 0; k < 3 && !curve.before.empty(); ++k)
      std::copy_n(curve.before.begin() + static_cast<std::ptrdiff_t>(k * n_), n,
                  curve.before.begin() + static_cast<std::ptrdiff_t>(k * n));
  n_ = n;
}

void Walker::observe_points() {
  for (std::size_t i = 0; i < active_; ++i)
    observer(static_cast<std::int64_t>(lanes_->path[i]) - setup_.first_path, time_at(i, 0),
             {lanes_->x[i], lanes_->y[i]});
}

void Walker::step() {
  Lanes& l = *lanes_;
  std::uint64_t flags = advance();
  if (observer)
    observe_points();
  if (flags & (lost | indefinite | late))
    look_after(flags);
  if (flags & outside)
    bring_inside();
  if (touch() & touched)
    for (std::size_t i = 0; i < active_; ++i)
      if (l.flag[i] & touched && !gone_[i])
        settle(i);
  commit(n_, l);
  for (Curve& curve : curves_)
    curve.before.swap(curve.after);
  ++clock_;
  check_deadline();
  refill();
}

} // namespace escapade::lanes
