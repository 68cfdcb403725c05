#include "paths/sgd/sgd.hpp"

#include "escapade/error.hpp"
#include "paths/lanes/random.hpp"

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
  throw BadInput("-mc_batches \"" + name + "\": give independent, replacement or epoch");
}

void check_sampler(const SgdSampler& s) {
  if (s.rows < 1)
    throw BadInput("-data: no rows");
  if (s.batch_size < 1 || (s.batch_size > s.rows && s.batches != Batches::replacement))
    throw BadInput("-batch_size " + std::to_string(s.batch_size) + ": give 1 to " +
                   std::to_string(s.rows) + ", the number of rows");
  if (!(s.learning_rate > 0) || !std::isfinite(s.learning_rate))
    throw BadInput("-learning_rate " + std::to_string(s.learning_rate) + ": must be positive");
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

Descent descend(const SgdSampler& sampler, Vec2 start, const DescentStop& stop, std::uint64_t seed,
                std::uint64_t path) {
  check_sampler(sampler);
  if (stop.window < 1 || stop.max_iterations < 1 || !(stop.tolerance >= 0))
    throw BadInput("descend: window and iterations must be at least 1, the tolerance not negative");
  // a batch is evaluated in one call: its rows side by side, all at the same point
  const auto batch = static_cast<std::size_t>(sampler.batch_size);
  const std::size_t n = (batch + lane_block - 1) / lane_block * lane_block;
  std::vector<double> x(n), y(n), gradient(2 * n);
  std::vector<std::int32_t> row(n, 0);
  BatchDrawer drawer(sampler, seed);
  drawer.begin(path);
  Descent d{start};
  Vec2 sum, mean_before;
  std::int64_t windows = 0;
  while (d.iterations < stop.max_iterations) {
    for (std::size_t k = 0; k < batch; ++k)
      row[k] = drawer.next();
    std::fill(x.begin(), x.end(), d.final_point.x);
    std::fill(y.begin(), y.end(), d.final_point.y);
    sampler.gradient(n, x.data(), y.data(), row.data(), gradient.data());
    Vec2 g;
    for (std::size_t k = 0; k < batch; ++k)
      g = g + Vec2{gradient[k], gradient[n + k]};
    d.final_point =
        d.final_point - (sampler.learning_rate / static_cast<double>(sampler.batch_size)) * g;
    ++d.iterations;
    if (!std::isfinite(d.final_point.x) || !std::isfinite(d.final_point.y)) {
      d.diverged = true;
      return d;
    }
    sum = sum + d.final_point;
    if (d.iterations % stop.window != 0)
      continue;
    const Vec2 mean = (1.0 / static_cast<double>(stop.window)) * sum;
    if (windows > 0 && std::fabs(mean.x - mean_before.x) < stop.tolerance &&
        std::fabs(mean.y - mean_before.y) < stop.tolerance) {
      d.converged = true;
      return d;
    }
    mean_before = mean;
    sum = {};
    ++windows;
  }
  return d;
}

} // namespace escapade
