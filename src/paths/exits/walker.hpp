// One thread's share of the paths: lanes that are refilled with the next path as soon as one ends.
// Private to paths.
#pragma once

#include "paths/exits/detector.hpp"
#include "paths/exits/exits.hpp"

#include <atomic>
#include <functional>
#include <vector>

namespace escapade::lanes {

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
  bool fill(std::size_t lane);
  void shrink();
  void retire(std::size_t lane, ExitRecord record);
  void refill();
  void look_after(std::uint64_t flags);
  void settle(std::size_t k, std::size_t lane);
  void check_deadline();
  double crossing(std::size_t barrier, std::size_t lane, const Touch& t) const;
  void observe_points();

  const ExitSetup& setup_;
  Queue& queue_;
  Stepper stepper_;
  const bool bridge_;
  Detector detector_;
  std::vector<std::size_t> retired_;
  std::vector<char> gone_;
  std::uint64_t max_steps_ = 0; // 0: no limit
  std::uint64_t clock_ = 0, deadline_ = 0;
  std::size_t n_ = 0, active_ = 0;
};

} // namespace escapade::lanes
