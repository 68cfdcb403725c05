// Advances lanes by one step of a scheme and keeps them inside the domain. Private to paths.
#pragma once

#include "escapade/paths/scheme.hpp"
#include "paths/lanes/lanes.hpp"
#include "paths/sgd/sgd.hpp"

#include <limits>
#include <memory>
#include <vector>

namespace escapade {
class Outline;
}

namespace escapade::lanes {

class Stepper {
public:
  /// `sampler` is for Scheme::sgd only, which needs no problem. `timed`: drift or noise depend on
  /// the time, which is each lane's own.
  Stepper(const Problem* problem, const SgdSampler* sampler, const Domain& domain, Scheme scheme,
          double dt, double max_time, std::uint64_t seed, Vec2 start, bool timed = false);

  /// True where the coming step is an even one of every path: only then may lanes be placed.
  bool even() const { return lanes_->half == 0; }
  void restart() { lanes_->half = 0; } // with no lane at work

  /// From now on, `advance` also flags lanes that touch this plane.
  void watch(const Plane& plane) { plane_ = plane; }

  /// Reflects at this boundary too, from now on; null: at the box alone.
  void keep_within(const Outline* outline) { outline_ = outline; }

  /// A new path in lane i, at the start.
  void place(std::size_t i, std::uint64_t path);
  void move_lane(std::size_t from, std::size_t to);
  /// Lanes first … last − 1, which only fill up the last block, stand at the start.
  void idle(std::size_t first, std::size_t last);

  /// Draws, evaluates the fields and moves the first n lanes from (x, y) to (next_x, next_y), of
  /// which the first `active` matter. Returns the union of their flags; those lanes that have
  /// diverged are flagged `lost`.
  std::uint64_t advance(std::size_t n, std::size_t active);

  /// Throws BadInput if lane i is flagged `indefinite`.
  void refuse_indefinite(std::size_t i) const;

  /// Steps that lane i has made before the one that comes.
  std::uint64_t steps(std::size_t i) const { return lanes_->step[i] + (lanes_->half != 0); }

  /// Time of lane i at a fraction of the step made by the latest advance.
  double time_at(std::size_t i, double fraction) const;

  /// The uniform number of lane i's bridge in the latest step; it need not be asked for where
  /// −ln p exceeds the lane's reach.
  double bridge_uniform(std::size_t i) const;

  /// D at the start of the step.
  Sym2 noise(std::size_t i) const;
  /// The same for a step that starts there at that time.
  Sym2 noise_at(Vec2 p, double t = 0) const;

  Lanes& lanes() { return *lanes_; }
  const Lanes& lanes() const { return *lanes_; }
  double step() const { return step_; } // Δt, or Δτ of the time-changed scheme

private:
  void evaluate(std::size_t n);
  void set_times(std::size_t n, double ahead);
  void ask_coefficients(std::size_t n, const double* x, const double* y, double* out) const;
  void bring_inside(std::size_t active, std::uint64_t& flags);
  void refuse_holes(std::size_t n, std::size_t active);
  void reflect_at_outline(std::size_t active, std::uint64_t& flags);
  std::uint64_t move_by_gradient(std::size_t active);

  const Problem* problem_;
  const SgdSampler* sampler_;
  Domain domain_;
  const Outline* outline_ = nullptr;
  Scheme scheme_;
  double step_, max_time_;
  std::uint64_t seed_;
  Vec2 start_;
  Walls walls_;
  Plane plane_;           // looked at in every step
  Direction direction_{}; // where the problem's D has a constant one
  double d0_[3] = {1, 0, 1};
  std::size_t n_ = capacity;
  std::size_t filled_ = 0; // lanes for which a constant D stands in the coefficients
  std::unique_ptr<Lanes> lanes_;
  std::vector<BatchDrawer> batches_; // one per lane, for sgd
  std::vector<Vec2> velocity_;       // the same, with momentum
  std::vector<double> times_;        // of the lanes, where the problem depends on it
};

} // namespace escapade::lanes
