#include "paths/lanes/stepper.hpp"

#include "escapade/error.hpp"
#include "escapade/problem/time.hpp"
#include "paths/outline.hpp"
#include "support/exact.hpp"

#include <algorithm>
#include <cmath>

namespace escapade::lanes {
namespace {

// streams 1, 2, … belong to crossings of barriers
constexpr std::uint32_t sign_stream = 255, rest_stream = 254;

StepDraws draws_at(float* z1, float* z2, float* reach, std::size_t half) {
  return {z1 + half, z2 + half, reach + half};
}

} // namespace

Stepper::Stepper(const Problem* problem, const SgdSampler* sampler, const Domain& domain,
                 Scheme scheme, double dt, double max_time, std::uint64_t seed, Vec2 start,
                 bool timed)
    : problem_(problem), sampler_(sampler), domain_(domain), scheme_(scheme), step_(dt),
      max_time_(max_time), seed_(seed), start_(start), lanes_(std::make_unique<Lanes>()) {
  const auto wall = [&](std::size_t side, double at, double far) {
    return domain.boundary[side] == Boundary::absorbing ? far : at;
  };
  walls_ = {wall(0, domain.x0, -1e300), wall(1, domain.x1, 1e300), wall(2, domain.y0, -1e300),
            wall(3, domain.y1, 1e300)};
  if (problem && problem->constant_direction) {
    const Sym2 d0 = *problem->constant_direction;
    direction_ = direction(d0.xx, d0.xy, d0.yy);
  }
  if (scheme == Scheme::time_changed) {
    const Sym2 d0 = *problem->constant_direction;
    d0_[0] = d0.xx, d0_[1] = d0.xy, d0_[2] = d0.yy;
    double c[5];
    problem->coefficients(1, &start.x, &start.y, c);
    step_ = dt * (c[2] + c[4]) / trace(d0);
  }
  Lanes& l = *lanes_;
  std::fill_n(l.x, capacity, start.x);
  std::fill_n(l.y, capacity, start.y);
  std::fill_n(l.inverse_s, capacity, 1);
  std::fill_n(l.sign1, 2 * capacity, 1);
  std::fill_n(l.sign2, 2 * capacity, 1);
  l.half = 0;
  std::fill_n(l.shifted, 5 * capacity, 0);
  if (timed)
    times_.assign(capacity, 0.0);
  if (scheme == Scheme::sgd)
    for (std::size_t i = 0; i < capacity; ++i)
      batches_.emplace_back(*sampler, seed);
  if (scheme == Scheme::sgd && (sampler->momentum > 0 || sampler->inertial))
    velocity_.resize(capacity);
}

/// The time of each lane, so far ahead of the start of its step.
void Stepper::set_times(std::size_t n, double ahead) {
  for (std::size_t i = 0; i < n && !times_.empty(); ++i)
    times_[i] = static_cast<double>(steps(i)) * step_ + ahead;
}

void Stepper::ask_coefficients(std::size_t n, const double* x, const double* y, double* out) const {
  if (times_.empty())
    return problem_->coefficients(n, x, y, out);
  const AtTime now(times_.data());
  problem_->coefficients(n, x, y, out);
}

void Stepper::place(std::size_t i, std::uint64_t path) {
  Lanes& l = *lanes_;
  l.path[i] = path;
  l.step[i] = 0;
  l.time[i] = 0;
  l.x[i] = start_.x;
  l.y[i] = start_.y;
  if (scheme_ == Scheme::sgd)
    batches_[i].begin(path);
  if (!velocity_.empty())
    velocity_[i] = {sampler_->inertial ? start_.y * step_ : 0, 0};
}

void Stepper::move_lane(std::size_t from, std::size_t to) {
  Lanes& l = *lanes_;
  l.x[to] = l.x[from];
  l.y[to] = l.y[from];
  l.time[to] = l.time[from];
  l.path[to] = l.path[from];
  l.step[to] = l.step[from];
  if (scheme_ == Scheme::sgd)
    std::swap(batches_[to], batches_[from]);
  if (!velocity_.empty())
    velocity_[to] = velocity_[from];
}

void Stepper::idle(std::size_t first, std::size_t last) {
  for (std::size_t i = first; i < last; ++i) {
    lanes_->x[i] = start_.x;
    lanes_->y[i] = start_.y;
  }
}

double Stepper::bridge_uniform(std::size_t i) const {
  const Lanes& l = *lanes_;
  const double coarse = lane_words(seed_, l.path[i], steps(i), 0).coarse();
  const auto rest = philox(philox_counter(l.path[i], steps(i), rest_stream), philox_key(seed_));
  return (coarse + (rest[0] + 0.5) * 0x1p-32) / 256;
}

double Stepper::time_at(std::size_t i, double fraction) const {
  const Lanes& l = *lanes_;
  if (scheme_ != Scheme::time_changed)
    return (static_cast<double>(steps(i)) + fraction) * step_;
  // lanes.time counts the first step by half and this one in full: the trapezoidal rule up to the
  // start of this step counts it by half
  return l.time[i] + (fraction - 0.5) * step_ * l.inverse_s[i];
}

Sym2 Stepper::noise(std::size_t i) const {
  const double* c = lanes_->coefficients;
  return {c[2 * n_ + i], c[3 * n_ + i], c[4 * n_ + i]};
}

Sym2 Stepper::noise_at(Vec2 p, double t) const {
  if (scheme_ == Scheme::sgd)
    return {0, 0, 0};
  if (scheme_ == Scheme::time_changed)
    return *problem_->constant_direction;
  double c[5];
  const AtTime then(t);
  problem_->coefficients(1, &p.x, &p.y, c);
  return {c[2], c[3], c[4]};
}

void Stepper::refuse_indefinite(std::size_t i) const {
  const Lanes& l = *lanes_;
  if (!(l.flag[i] & indefinite))
    return;
  throw BadInput("the diffusion: D is not positive semi-definite at " +
                 point_text({l.x[i], l.y[i]}) +
                 (times_.empty() ? "" : " and t = " + rounded(times_[i], 4)) +
                 ", where a trajectory came by; D11 >= 0, D22 >= 0 and D11 D22 >= D12^2 must hold "
                 "in the whole domain");
}

/// b, D and, for euler_along, the scale of the noise; where D is constant, it stays from last time.
void Stepper::evaluate(std::size_t n) {
  Lanes& l = *lanes_;
  set_times(n, 0);
  if (scheme_ == Scheme::euler && problem_->constant_noise) {
    if (n != filled_) {
      const Sym2 d = *problem_->constant_noise;
      std::fill_n(l.coefficients + 2 * n, n, d.xx);
      std::fill_n(l.coefficients + 3 * n, n, d.xy);
      std::fill_n(l.coefficients + 4 * n, n, d.yy);
      set_noise_scale(n, step_, l);
      filled_ = n;
    }
    if (times_.empty())
      return problem_->drift(n, l.x, l.y, l.coefficients);
    const AtTime now(times_.data());
    return problem_->drift(n, l.x, l.y, l.coefficients);
  }
  ask_coefficients(n, l.x, l.y, l.coefficients);
  if (scheme_ == Scheme::euler && problem_->constant_direction)
    set_noise_scale(n, step_, l);
}

std::uint64_t Stepper::advance(std::size_t n, std::size_t active) {
  Lanes& l = *lanes_;
  n_ = n;
  std::uint64_t flags = 0;
  bool looked = false; // at the plane
  if (scheme_ == Scheme::sgd) {
    flags = move_by_gradient(active);
  } else {
    if (l.half == 0)
      draw_lanes(seed_, 0, n, l.path, l.step, draws_at(l.z1, l.z2, l.reach, 0),
                 draws_at(l.z1, l.z2, l.reach, capacity));
    evaluate(n);
    if (scheme_ == Scheme::heun) {
      heun_predict(n, step_, l);
      set_times(n, step_);
      ask_coefficients(n, l.next_x, l.next_y, l.stage);
      if (heun_noise_varies(n, l)) {
        draw_lanes(seed_, sign_stream, n, l.path, l.step, draws_at(l.sign1, l.sign2, l.unused, 0),
                   draws_at(l.sign1, l.sign2, l.unused, capacity));
        heun_shift(n, step_, l);
        ask_coefficients(n, l.shifted_x, l.shifted_y, l.shifted);
      }
      flags = heun_correct(n, step_, walls_, l);
    } else {
      if (scheme_ == Scheme::time_changed) {
        flags = change_time(n, step_, d0_, max_time_, l);
        set_noise_scale(n, step_, l);
      }
      looked = problem_->constant_direction && scheme_ != Scheme::tamed;
      if (looked)
        flags |= euler_along(n, step_, direction_, walls_, plane_, l);
      else
        flags |= euler(n, step_, scheme_ == Scheme::tamed, walls_, l);
    }
  }
  if (flags & outside)
    bring_inside(active, flags);
  if (outline_)
    reflect_at_outline(active, flags);
  if (domain_.inside)
    refuse_holes(n, active);
  if (plane_.axis >= 0 &&
      (!looked || outline_ || domain_.inside || flags & ~std::uint64_t{touched | late}))
    flags |= touch_plane(n, plane_, l);
  return flags;
}

/// One batch of gradients per lane; no diffusion, so reflection is along the normal.
std::uint64_t Stepper::move_by_gradient(std::size_t active) {
  Lanes& l = *lanes_;
  std::int32_t row[capacity];
  std::fill_n(l.coefficients, 5 * n_, 0.0);
  double* sum = l.coefficients; // the drift's place: components 0 and 1
  const bool inertial = sampler_->inertial;
  for (std::size_t i = 0; i < n_ && inertial; ++i) // the step that was found where the last ended
    l.next_x[i] = l.x[i] + velocity_[i].x;
  for (std::int64_t k = 0; k < sampler_->batch_size; ++k) {
    for (std::size_t i = 0; i < n_; ++i)
      row[i] = i < active ? batches_[i].next() : 0;
    sampler_->gradient(n_, inertial ? l.next_x : l.x, l.y, row, l.stage);
    for (std::size_t i = 0; i < 2 * n_; ++i)
      sum[i] += l.stage[i];
  }
  l.no_flags = false;
  const double scale = -sampler_->learning_rate / static_cast<double>(sampler_->batch_size);
  std::uint64_t flags = 0;
  for (std::size_t i = 0; i < n_; ++i) {
    Vec2 by{scale * sum[i], scale * sum[n_ + i]};
    const Vec2 before = velocity_.empty() ? Vec2{} : velocity_[i];
    if (!velocity_.empty())
      by = velocity_[i] = sampler_->momentum * before + by;
    const double x = inertial ? l.next_x[i] : l.x[i] + by.x;
    const double y = inertial ? (before.x + by.x) / (2 * step_) : l.y[i] + by.y;
    std::uint64_t f = 0;
    if (!std::isfinite(x) || !std::isfinite(y))
      f = lost;
    else if (x < walls_.x0 || x > walls_.x1 || y < walls_.y0 || y > walls_.y1)
      f = outside;
    l.next_x[i] = x;
    l.next_y[i] = y;
    l.flag[i] = f;
    flags |= f;
  }
  return flags;
}

} // namespace escapade::lanes
