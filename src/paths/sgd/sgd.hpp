// Stochastic gradient descent itself, on data: θ ← θ − (η/B) Σ_{μ in batch} ∇ℓ_μ(θ). One step takes
// the time η, so that its exit times compare with those of the diffusion (problem/sgd.hpp).
// With momentum m: v ← m v − (η/B) Σ ∇ℓ_μ(θ), θ ← θ + v, from v = 0 (Polyak's heavy ball).
// Its diffusion counts √η a step (momentum_problem). To be compared with it, one parameter has its
// velocity for a second coordinate: p = v/√η of descents, and the time unit of that diffusion. Of
// exits and stationary laws p is the mean of the steps before and after θ, as far as the algorithm
// knows a velocity at θ; the first step is √η p of the start.
#pragma once

#include "escapade/problem/function.hpp"
#include "paths/saved_path.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace escapade {

/// independent  each batch drawn without replacement within itself, independently of the others:
///              what D = (η/2) Σ of the model `covariance` describes;
/// replacement  rows drawn one by one with replacement;
/// epoch        the data shuffled and cut into ⌊N/B⌋ batches, then shuffled again: the noise
/// cancels
///              over an epoch, and no diffusion of that covariance describes it.
enum class Batches { independent, replacement, epoch };

/// Throws BadInput for a name that is none of the three.
Batches batches_named(const std::string& name);

struct SgdSampler {
  /// ∇ℓ of row[i] at (x[i], y[i]), i < n: out[i] and out[n + i]. n is a multiple of 64.
  std::function<void(std::size_t n, const double* x, const double* y, const std::int32_t* row,
                     double* out)>
      gradient;
  std::int64_t rows = 0;       // N
  std::int64_t batch_size = 1; // B
  double learning_rate = 0;    // η, of a schedule that of the first step
  double momentum = 0;         // m, below 1
  bool inertial = false;       // the second coordinate is the velocity p of the first
  /// η of step k = 0, 1, … at the time t, the sum of those before; empty: always the same. For
  /// `descend` alone.
  std::function<double(double t, double k)> schedule = {};
  Batches batches = Batches::independent;
};

/// The time that a step takes: η, or √η of a parameter and its velocity.
double step_time(const SgdSampler& sampler);

/// A sampler from the two components of ∇ℓ as functions of the parameters (inputs 0 and 1) and the
/// columns (inputs 2, 3, …), all columns of the same length.
SgdSampler sgd_sampler(Function gradient, std::vector<std::vector<double>> columns,
                       std::int64_t batch_size, double learning_rate, Batches batches);

/// Throws BadInput for no rows, a batch that is empty or larger than the data (unless with
/// replacement), a learning rate that is not positive.
void check_sampler(const SgdSampler& sampler);

/// The rows that one path draws, a function of (seed, path) alone.
class BatchDrawer {
public:
  BatchDrawer(const SgdSampler& sampler, std::uint64_t seed);
  void begin(std::uint64_t path);
  /// The next row of the current batch; batches follow each other.
  std::int32_t next();

private:
  std::int64_t below(std::int64_t bound);

  std::int64_t rows_, batch_size_;
  Batches batches_;
  std::uint64_t seed_, path_ = 0, block_ = 0;
  std::uint32_t words_[4] = {};
  int used_ = 4;
  std::int64_t position_ = 0;       // within the batch, or within the epoch
  std::vector<std::int32_t> order_; // shuffled as far as needed
};

/// Where descent ended.
struct Descent {
  Vec2 final_point;
  std::int64_t iterations = 0;
  bool converged = false, diverged = false;
  double moved = 0; // by so much the last two windows' means differ; 0 where there were not two
  Vec2 mean{};      // over the last whole window; of no use before there is one
};

/// |∇L| at a point, and √(E|g − ∇L|²) of the gradient g of one batch there: what draws the point
/// on, and what shakes it.
struct GradientAndNoise {
  double gradient = 0, noise = 0;
};
GradientAndNoise gradient_and_noise(const SgdSampler& sampler, Vec2 at);

/// Stop rule: the mean of θ over one window of steps differs from that over the window before by
/// less than `tolerance` in both coordinates.
struct DescentStop {
  std::int64_t max_iterations = 1000000;
  std::int64_t window = 1000;
  double tolerance = 1e-4;
};

/// One run of the algorithm from `start`; `diverged` where θ is no longer finite.
Descent descend(const SgdSampler& sampler, Vec2 start, const DescentStop& stop, std::uint64_t seed,
                std::uint64_t path);

/// The points of one run again, thinned to at most about `max_points`; ends where `descend` ended
/// after `iterations` steps.
SavedPath trace_descent(const SgdSampler& sampler, Vec2 start, std::int64_t iterations,
                        std::uint64_t seed, std::uint64_t path, std::int64_t max_points = 10000);

} // namespace escapade
