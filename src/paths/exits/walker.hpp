// One thread's share of the paths: lanes that are refilled with the next path as soon as one ends.
// Private to paths.
#pragma once

#include "paths/exits/bridge.hpp"
#include "paths/exits/exits.hpp"
#include "paths/lanes/stepper.hpp"

#include <atomic>
#include <functional>
#include <vector>

namespace escapade::lanes {

/// What a path leaves through: a curve φ = 0, or a line x = position (axis 0), y = position (1).
struct Barrier {
  std::int32_t part = 0;
  const Field* phi_and_gradient = nullptr; // null for a line
  int axis = 0;
  double position = 0, sign = 1; // φ = sign·(coordinate − position)
};

/// The barriers of a setup in the order of ExitRecord::part.
std::vector<Barrier> barriers_of(const Domain& domain, const Region* exit);

/// Where the next path comes from and where records go; shared by threads.
struct Queue {
  std::atomic<std::int64_t> next{0}; // index within the slice
  std::int64_t paths = 0;
  ExitRecord* records = nullptr;
  std::atomic<std::int64_t>* batch_done = nullptr; // finished paths per batch
  std::atomic<std::int64_t> done{0};
  std::atomic<bool> stop{false};
};

class Walker {
public:
  Walker(const ExitSetup& setup, const std::vector<Barrier>& barriers, Queue& queue);

  bool finished() const { return active_ == 0; }
  void step();

  /// Called with (path index in the slice, time, point) for every point of every path.
  std::function<void(std::int64_t, double, Vec2)> observer;

private:
  struct Curve { // φ, ∇φ and ∇φᵀD∇φ at both ends of the step; D of the step that led there
    std::vector<double> before, after;
    double start[4];
    std::vector<double> distance; // at both ends of each lane in `near_`
  };
  struct Touch {
    double phi0, phi1, g;        // g = ∇φᵀD∇φ at the start
    Vec2 along;                  // D∇φ
    double distance0, distance1; // signed, in the metric of D: see bridge.hpp
  };

  bool fill(std::size_t lane);
  void retire(std::size_t lane, ExitRecord record);
  void refill();
  void shrink(std::size_t n);
  void look_after(std::uint64_t flags);
  void begin_curves();
  std::uint64_t touch(std::uint64_t flags);
  void find_near();
  void measure();
  void settle(std::size_t k);
  void check_deadline();
  Touch touch_of(std::size_t barrier, std::size_t k) const;
  double crossing(std::size_t barrier, std::size_t lane, const Touch& t) const;
  void observe_points();

  const ExitSetup& setup_;
  const std::vector<Barrier>& barriers_;
  Queue& queue_;
  Stepper stepper_;
  const bool bridge_;
  static constexpr std::size_t none = -1;
  std::size_t watched_ = none;    // the barrier that the stepper looks at itself
  std::vector<Curve> curves_;     // one per barrier, empty for lines
  std::vector<std::size_t> near_; // lanes that are or may have been beyond a barrier
  std::vector<CurveEnd> ends_;
  Ruler ruler_;
  std::vector<std::size_t> retired_;
  std::vector<char> gone_;
  std::uint64_t max_steps_ = 0; // 0: no limit
  std::uint64_t clock_ = 0, deadline_ = 0;
  std::size_t n_ = 0, active_ = 0;
};

} // namespace escapade::lanes
