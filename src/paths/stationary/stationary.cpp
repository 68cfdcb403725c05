#include "paths/stationary/stationary.hpp"

#include "escapade/error.hpp"
#include "paths/lanes/stepper.hpp"

#include <omp.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <exception>
#include <numbers>

namespace escapade {
namespace {

using lanes::Lanes;

void check(const StationarySetup& s) {
  check_algorithm(s);
  if (s.scheme == Scheme::time_changed)
    throw BadInput("the path scheme time_changed: not for stationary averages; give euler or heun");
  if (s.paths < 1 || s.first_path < 0)
    throw BadInput("the path count " + std::to_string(s.paths) + ": give at least one path");
  check_step(s.dt);
  if (!(s.burn_in >= 0) || !(s.duration >= s.dt) || !std::isfinite(s.burn_in + s.duration))
    throw BadInput("the time limit: must leave at least one step after the burn-in");
  check_steps((s.burn_in + s.duration) / s.dt, s.dt);
  if (s.domain.absorbing())
    throw BadInput("an absorbing side: nothing is stationary with absorbing sides; use "
                   "reflecting or periodic ones");
  if (!s.domain.contains(s.start))
    throw BadInput("the starting point: outside the domain; give a point inside");
}

/// Sums over one block of up to lanes::capacity paths.
class Block {
public:
  Block(const StationarySetup& setup, std::int64_t first, std::int64_t count)
      : setup_(setup), count_(static_cast<std::size_t>(count)),
        n_((count_ + lane_block - 1) / lane_block * lane_block),
        regions_(setup.regions ? setup.regions->size() : 0), middle_{0.5 * (setup.domain.x0 +
                                                                            setup.domain.x1),
                                                                     0.5 * (setup.domain.y0 +
                                                                            setup.domain.y1)},
        stepper_(setup.problem, setup.sampler, setup.domain, setup.scheme, setup.dt,
                 std::numeric_limits<double>::infinity(), setup.seed, setup.start, setup.timed),
        sums_((5 + regions_) * n_, 0.0), phi_(n_),
        flow_(setup.block_nx * setup.block_ny == 0
                  ? 0
                  : (1 + 3 * setup.block_nx * setup.block_ny) * count_,
              0.0),
        wave_(2 * setup.frequencies.size() * n_, 0.0), power_(setup.frequencies.size() * n_, 0.0),
        lost_(n_, 0), wall_hits_(count_, 0) {
    stepper_.keep_within(setup.outline);
    for (std::size_t i = 0; i < count_; ++i)
      stepper_.place(i, static_cast<std::uint64_t>(first) + i);
  }

  /// False where `stopped` was found true on the way.
  template<class Stopped>
  bool run(PathAverages* averages, std::vector<std::int64_t>& visits, const Stopped& stopped) {
    const auto burn = static_cast<std::int64_t>(std::ceil(setup_.burn_in / setup_.dt - 1e-9));
    const auto steps = static_cast<std::int64_t>(std::ceil(setup_.duration / setup_.dt - 1e-9));
    for (std::int64_t k = 0; k < burn + steps; ++k) {
      if (k % 1024 == 1023 && stopped())
        return false;
      step(k >= burn);
      if (k >= burn)
        add(visits);
      if (k >= burn && !power_.empty())
        add_wave(k - burn, steps);
    }
    const std::size_t wide = flow_.size() / count_;
    for (std::size_t i = 0; i < count_; ++i) {
      averages[i].diverged = lost_[i];
      averages[i].wall_hits = wall_hits_[i];
      for (std::size_t c = 0; c < 5 + regions_; ++c)
        averages[i].value.push_back(sums_[c * n_ + i] / static_cast<double>(steps));
      for (std::size_t c = 0; c < wide; ++c) { // displacements are per time, shares per step
        const bool share = c > 0 && c % 3 == 1;
        averages[i].value.push_back(flow_[i * wide + c] /
                                    (static_cast<double>(steps) * (share ? 1 : setup_.dt)));
      }
      for (std::size_t f = 0; f < setup_.frequencies.size(); ++f)
        averages[i].value.push_back(power_[f * n_ + i] / setup_.segments);
    }
    return true;
  }

private:
  void step(bool counted) {
    Lanes& l = stepper_.lanes();
    const std::uint64_t flags = stepper_.advance(n_, count_);
    if (flags & (lanes::lost | lanes::indefinite))
      for (std::size_t i = 0; i < count_; ++i) {
        if (lost_[i])
          continue;
        if (l.flag[i] & lanes::lost)
          lost_[i] = 1;
        else
          stepper_.refuse_indefinite(i);
      }
    if (counted && (flags & lanes::outside))
      count_wall_hits();
    if (counted && !flow_.empty())
      add_displacements();
    commit(n_, l);
    for (std::size_t i = 0; i < n_; ++i)
      if (i >= count_ || lost_[i]) { // idle
        l.x[i] = setup_.start.x;
        l.y[i] = setup_.start.y;
      }
  }

  /// A step around a periodic side moves by more than half the domain.
  void count_wall_hits() {
    const Lanes& l = stepper_.lanes();
    const Domain& d = setup_.domain;
    for (std::size_t i = 0; i < count_; ++i)
      wall_hits_[i] += (l.flag[i] & lanes::outside) && !lost_[i] &&
                       !(d.periodic(0) && std::abs(l.next_x[i] - l.x[i]) > 0.5 * d.width()) &&
                       !(d.periodic(1) && std::abs(l.next_y[i] - l.y[i]) > 0.5 * d.height());
  }

  /// The shortest displacement where the side is periodic.
  static double shortest(double d, bool periodic, double period) {
    return periodic ? d - period * std::round(d / period) : d;
  }

  static double inside(double at, double from, double extent, bool periodic) {
    return periodic ? at - extent * std::floor((at - from) / extent) : at;
  }

  static std::size_t block_of(double at, double from, double extent, std::size_t n) {
    const double k = std::floor((at - from) / extent * static_cast<double>(n));
    return static_cast<std::size_t>(std::clamp(k, 0.0, static_cast<double>(n - 1)));
  }

  std::size_t block_at(double x, double y) const {
    const Domain& d = setup_.domain;
    return block_of(x, d.x0, d.width(), setup_.block_nx) +
           setup_.block_nx * block_of(y, d.y0, d.height(), setup_.block_ny);
  }

  void add_displacements() {
    const Lanes& l = stepper_.lanes();
    const Domain& d = setup_.domain;
    const std::size_t wide = flow_.size() / count_;
    for (std::size_t i = 0; i < count_; ++i) {
      if (lost_[i])
        continue;
      const double dx = shortest(l.next_x[i] - l.x[i], d.periodic(0), d.width());
      const double dy = shortest(l.next_y[i] - l.y[i], d.periodic(1), d.height());
      double* f = flow_.data() + i * wide;
      const double x = inside(l.x[i] + 0.5 * dx, d.x0, d.width(), d.periodic(0));
      const double y = inside(l.y[i] + 0.5 * dy, d.y0, d.height(), d.periodic(1));
      f[0] += (x - middle_.x) * dy - (y - middle_.y) * dx;
      f[1 + 3 * block_at(l.next_x[i], l.next_y[i])] += 1;
      double* at = f + 1 + 3 * block_at(x, y);
      at[1] += dx;
      at[2] += dy;
    }
  }

  /// Of step k of `steps`: the window times the wave times the observable; a segment that ends
  /// becomes power. What is left of the last one's steps is not used.
  void add_wave(std::int64_t k, std::int64_t steps) {
    const Lanes& l = stepper_.lanes();
    const std::int64_t length = steps / setup_.segments, at = k % length + 1;
    if (k >= length * setup_.segments)
      return;
    (*setup_.observable)(n_, l.x, l.y, phi_.data());
    const double s =
        std::sin(std::numbers::pi * static_cast<double>(at) / static_cast<double>(length));
    for (std::size_t f = 0; f < setup_.frequencies.size(); ++f) {
      const double phase =
          2 * std::numbers::pi * setup_.frequencies[f] * setup_.dt * static_cast<double>(at);
      const double c1 = s * s * std::cos(phase), c2 = s * s * std::sin(phase);
      double *re = wave_.data() + 2 * f * n_, *im = re + n_;
      for (std::size_t i = 0; i < n_; ++i) {
        re[i] += c1 * (phi_[i] - setup_.observable_mean);
        im[i] += c2 * (phi_[i] - setup_.observable_mean);
      }
      if (at < length)
        continue;
      const double unit = setup_.dt / (3.0 / 8.0 * static_cast<double>(length)); // Σ w² = 3n/8
      for (std::size_t i = 0; i < n_; ++i) {
        power_[f * n_ + i] += unit * (re[i] * re[i] + im[i] * im[i]);
        re[i] = im[i] = 0;
      }
    }
  }

  void add(std::vector<std::int64_t>& visits) {
    const Lanes& l = stepper_.lanes();
    double* s = sums_.data();
    for (std::size_t i = 0; i < n_; ++i) {
      const double x = l.x[i] - middle_.x, y = l.y[i] - middle_.y;
      s[i] += x;
      s[n_ + i] += y;
      s[2 * n_ + i] += x * x;
      s[3 * n_ + i] += x * y;
      s[4 * n_ + i] += y * y;
    }
    for (std::size_t r = 0; r < regions_; ++r) {
      (*setup_.regions)[r].phi(n_, l.x, l.y, phi_.data());
      for (std::size_t i = 0; i < n_; ++i)
        s[(5 + r) * n_ + i] += phi_[i] >= 0 ? 1 : 0;
    }
    if (visits.empty())
      return;
    const Domain& d = setup_.domain;
    const double fx = static_cast<double>(setup_.nx) / d.width();
    const double fy = static_cast<double>(setup_.ny) / d.height();
    for (std::size_t i = 0; i < count_; ++i) {
      const auto ix = std::min(static_cast<std::size_t>((l.x[i] - d.x0) * fx), setup_.nx - 1);
      const auto iy = std::min(static_cast<std::size_t>((l.y[i] - d.y0) * fy), setup_.ny - 1);
      ++visits[iy * setup_.nx + ix];
    }
  }

  const StationarySetup& setup_;
  std::size_t count_, n_, regions_;
  Vec2 middle_;
  lanes::Stepper stepper_;
  std::vector<double> sums_, phi_;
  std::vector<double> flow_; // per path: circulation, then share and displacement of each block
  std::vector<double> wave_, power_; // per frequency and path: real and imaginary part; P
  std::vector<char> lost_;
  std::vector<std::int64_t> wall_hits_;
};

} // namespace

StationarySample simulate_stationary(const StationarySetup& setup) {
  check(setup);
  const auto block_size = static_cast<std::int64_t>(lanes::capacity);
  const std::int64_t blocks = (setup.paths + block_size - 1) / block_size;
  StationarySample sample;
  sample.blocks = setup.block_nx * setup.block_ny;
  sample.paths.resize(static_cast<std::size_t>(setup.paths));
  const int wanted = setup.threads > 0 ? setup.threads : omp_get_max_threads();
  const int threads = static_cast<int>(std::min<std::int64_t>(wanted, blocks));

  std::atomic<std::int64_t> next{0};
  std::atomic<bool> stopped{false};
  std::vector<std::vector<std::int64_t>> block_visits(static_cast<std::size_t>(blocks));
  std::vector<char> done(static_cast<std::size_t>(blocks), 0);
  std::exception_ptr failure;
#pragma omp parallel num_threads(threads)
  {
    try {
      const auto end_now = [&] {
        if (omp_get_thread_num() == 0 && setup.stop && setup.stop())
          stopped = true;
        return stopped.load();
      };
      while (!end_now()) {
        const std::int64_t b = next.fetch_add(1);
        if (b >= blocks)
          break;
        const std::int64_t first = b * block_size;
        auto& visits = block_visits[static_cast<std::size_t>(b)];
        visits.assign(setup.nx * setup.ny, 0);
        Block block(setup, setup.first_path + first, std::min(block_size, setup.paths - first));
        if (block.run(sample.paths.data() + first, visits, end_now))
          done[static_cast<std::size_t>(b)] = 1;
      }
    } catch (...) {
#pragma omp critical(escapade_paths_failure)
      if (!failure)
        failure = std::current_exception();
      stopped = true;
    }
  }
  if (failure)
    std::rethrow_exception(failure);
  std::int64_t whole = 0;
  sample.visits.assign(setup.nx * setup.ny, 0);
  for (; whole < blocks && done[static_cast<std::size_t>(whole)]; ++whole)
    for (std::size_t k = 0; k < sample.visits.size(); ++k)
      sample.visits[k] += block_visits[static_cast<std::size_t>(whole)][k];
  sample.paths.resize(static_cast<std::size_t>(std::min(whole * block_size, setup.paths)));
  return sample;
}

} // namespace escapade
