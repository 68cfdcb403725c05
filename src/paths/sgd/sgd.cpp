#include "paths/sgd/sgd.hpp"

#include "escapade/error.hpp"
#include "paths/lanes/random.hpp"
#include "support/exact.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace escapade {
namespace {

constexpr std::uint32_t batch_stream = 254;

} // namespace

Batches batches_named(const std::string& name) {
  if (name == "independent")
    return Batches::independent;
  if (name == "replacement")
    return Batches::replacement;
  if (name == "epoch")
    return Batches::epoch;
  throw BadInput("the way of batches \"" + name + "\": give independent, replacement or epoch");
}

void check_sampler(const SgdSampler& s) {
  if (s.rows < 1)
    throw BadInput("the data: no rows");
  if (s.batch_size < 1 || (s.batch_size > s.rows && s.batches != Batches::replacement))
    throw BadInput("the batch size given " + std::to_string(s.batch_size) + ": give 1 to " +
                   std::to_string(s.rows) + ", the number of rows");
  if (!(s.learning_rate > 0) || !std::isfinite(s.learning_rate))
    throw BadInput("the learning rate given " + std::to_string(s.learning_rate) +
                   ": must be positive");
  if (!(s.momentum >= 0 && s.momentum < 1))
    throw BadInput("the momentum given " + std::to_string(s.momentum) + ": give 0 to below 1");
}

double step_time(const SgdSampler& s) {
  return s.inertial ? std::sqrt(s.learning_rate) : s.learning_rate;
}

SgdSampler sgd_sampler(Function gradient, std::vector<std::vector<double>> columns,
                       std::int64_t batch_size, double learning_rate, Batches batches) {
  SgdSampler s;
  s.rows = columns.empty() ? 0 : static_cast<std::int64_t>(columns.front().size());
  s.batch_size = batch_size;
  s.learning_rate = learning_rate;
  s.batches = batches;
  check_sampler(s);
  s.gradient = [gradient = std::move(gradient),
                columns = std::move(columns)](std::size_t n, const double* x, const double* y,
                                              const std::int32_t* row, double* out) {
    std::vector<double> gathered(columns.size() * n);
    std::vector<const double*> in{x, y};
    for (std::size_t c = 0; c < columns.size(); ++c) {
      double* values = gathered.data() + c * n;
      for (std::size_t i = 0; i < n; ++i)
        values[i] = columns[c][static_cast<std::size_t>(row[i])];
      in.push_back(values);
    }
    double* outputs[2] = {out, out + n};
    gradient(n, in.data(), outputs);
  };
  return s;
}

BatchDrawer::BatchDrawer(const SgdSampler& s, std::uint64_t seed)
    : rows_(s.rows), batch_size_(s.batch_size), batches_(s.batches), seed_(seed) {}

void BatchDrawer::begin(std::uint64_t path) {
  path_ = path;
  block_ = 0;
  used_ = 4;
  position_ = 0;
  if (batches_ != Batches::replacement) {
    order_.resize(static_cast<std::size_t>(rows_));
    std::iota(order_.begin(), order_.end(), 0);
  }
}

/// Uniform on 0 … bound − 1; the bias bound/2³² is far below what any run can see.
std::int64_t BatchDrawer::below(std::int64_t bound) {
  if (used_ == 4) {
    const auto w = philox(philox_counter(path_, block_++, batch_stream), philox_key(seed_));
    std::copy(w.begin(), w.end(), words_);
    used_ = 0;
  }
  return static_cast<std::int64_t>(words_[used_++] * static_cast<std::uint64_t>(bound) >> 32);
}

std::int32_t BatchDrawer::next() {
  if (batches_ == Batches::replacement)
    return static_cast<std::int32_t>(below(rows_));
  // Fisher–Yates, one exchange per draw: a fresh start of it after each batch, or each epoch, is
  // uniform whatever order the previous one left behind
  const std::int64_t length =
      batches_ == Batches::epoch ? rows_ / batch_size_ * batch_size_ : batch_size_;
  if (position_ == length)
    position_ = 0;
  const std::int64_t other = position_ + below(rows_ - position_);
  std::swap(order_[static_cast<std::size_t>(position_)], order_[static_cast<std::size_t>(other)]);
  return order_[static_cast<std::size_t>(position_++)];
}

namespace {

/// One run's steps. A batch is evaluated in one call: its rows side by side, all at the same point.
class Descender {
public:
  Descender(const SgdSampler& sampler, Vec2 start, std::uint64_t seed, std::uint64_t path)
      : sampler_(sampler), batch_(static_cast<std::size_t>(sampler.batch_size)),
        x_((batch_ + lane_block - 1) / lane_block * lane_block), y_(x_.size()),
        gradient_(2 * x_.size()), row_(x_.size(), 0), drawer_(sampler, seed) {
    drawer_.begin(path);
    if (sampler.inertial)
      velocity_.x = start.y * step_time(sampler);
  }

  // not inlined: where products and sums are contracted must not differ between the callers, whose
  // points are the same to the last bit
  [[gnu::noinline]] Vec2 next(Vec2 at) {
    for (std::size_t k = 0; k < batch_; ++k)
      row_[k] = drawer_.next();
    std::fill(x_.begin(), x_.end(), at.x);
    std::fill(y_.begin(), y_.end(), at.y);
    sampler_.gradient(x_.size(), x_.data(), y_.data(), row_.data(), gradient_.data());
    Vec2 g;
    for (std::size_t k = 0; k < batch_; ++k)
      g = g + Vec2{gradient_[k], gradient_[x_.size() + k]};
    velocity_ =
        sampler_.momentum * velocity_ - (rate() / static_cast<double>(sampler_.batch_size)) * g;
    return sampler_.inertial ? Vec2{at.x + velocity_.x, velocity_.x / step_time(sampler_)}
                             : at + velocity_;
  }

  double time() const { return time_; }

private:
  /// η of this step, which is then over.
  double rate() {
    double eta = sampler_.learning_rate;
    if (sampler_.schedule) {
      eta = sampler_.schedule(time_, step_);
      if (!(eta > 0) || !std::isfinite(eta))
        throw BadInput("the learning rate is " + rounded(eta, 4) + " in step " +
                       rounded(step_, 12) + ", at t = " + rounded(time_, 6) +
                       "; give a schedule that stays finite and positive, or fewer steps");
    }
    ++step_;
    time_ += eta;
    return eta;
  }

  const SgdSampler& sampler_;
  std::size_t batch_;
  std::vector<double> x_, y_, gradient_;
  std::vector<std::int32_t> row_;
  BatchDrawer drawer_;
  Vec2 velocity_{};
  double time_ = 0, step_ = 0;
};

bool finite(Vec2 p) {
  return std::isfinite(p.x) && std::isfinite(p.y);
}

} // namespace

Descent descend(const SgdSampler& sampler, Vec2 start, const DescentStop& stop, std::uint64_t seed,
                std::uint64_t path) {
  check_sampler(sampler);
  if (stop.window < 1 || stop.max_iterations < 1 || !(stop.tolerance >= 0))
    throw BadInput("descend: window and iterations must be at least 1, the tolerance not negative");
  Descender descender(sampler, start, seed, path);
  Descent d{start};
  Vec2 sum, mean_before;
  std::int64_t windows = 0;
  while (d.iterations < stop.max_iterations) {
    d.final_point = descender.next(d.final_point);
    ++d.iterations;
    if (!finite(d.final_point)) {
      d.diverged = true;
      return d;
    }
    sum = sum + d.final_point;
    if (d.iterations % stop.window != 0)
      continue;
    const Vec2 mean = (1.0 / static_cast<double>(stop.window)) * sum;
    if (windows > 0)
      d.moved = std::max(std::fabs(mean.x - mean_before.x), std::fabs(mean.y - mean_before.y));
    if (windows > 0 && d.moved < stop.tolerance) {
      d.converged = true;
      return d;
    }
    mean_before = d.mean = mean;
    sum = {};
    ++windows;
  }
  return d;
}

GradientAndNoise gradient_and_noise(const SgdSampler& s, Vec2 at) {
  const auto rows = static_cast<std::size_t>(s.rows);
  const std::size_t n = (rows + lane_block - 1) / lane_block * lane_block;
  std::vector<double> x(n, at.x), y(n, at.y), g(2 * n);
  std::vector<std::int32_t> row(n, 0);
  std::iota(row.begin(), row.begin() + static_cast<std::ptrdiff_t>(rows), 0);
  s.gradient(n, x.data(), y.data(), row.data(), g.data());
  const double count = static_cast<double>(rows), size = static_cast<double>(s.batch_size);
  Vec2 mean;
  for (std::size_t k = 0; k < rows; ++k)
    mean = mean + (1 / count) * Vec2{g[k], g[n + k]};
  double scatter = 0;
  for (std::size_t k = 0; k < rows; ++k)
    scatter += std::pow(norm(Vec2{g[k], g[n + k]} - mean), 2) / count;
  const double left =
      s.batches == Batches::replacement ? 1 : (count - size) / std::max(count - 1, 1.0);
  return {norm(mean), std::sqrt(scatter / size * left)};
}

SavedPath trace_descent(const SgdSampler& sampler, Vec2 start, std::int64_t iterations,
                        std::uint64_t seed, std::uint64_t path, std::int64_t max_points) {
  Descender descender(sampler, start, seed, path);
  const std::int64_t stride = std::max<std::int64_t>(1, iterations / max_points);
  SavedPath saved{static_cast<std::int64_t>(path), {0}, {start}};
  Vec2 at = start;
  for (std::int64_t k = 1; k <= iterations; ++k) {
    at = descender.next(at);
    if (!finite(at))
      break;
    if (k % stride != 0 && k != iterations)
      continue;
    saved.point.push_back(at);
    saved.time.push_back(sampler.schedule ? descender.time()
                                          : static_cast<double>(k) * step_time(sampler));
  }
  return saved;
}

} // namespace escapade
