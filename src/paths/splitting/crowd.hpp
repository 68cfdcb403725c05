// Lanes that each follow a story of their own: begin anywhere, are watched after every step, end
// when the watcher says so or at the exit. Private to paths.
#pragma once

#include "paths/exits/detector.hpp"
#include "paths/splitting/splitting.hpp"

#include <vector>

namespace escapade::lanes {

/// Where a lane begins: `ticket` is the watcher's name for it, `path` the number of its draws.
struct Beginning {
  Vec2 at;
  std::uint64_t path = 0;
  std::int64_t ticket = 0;
};

class Crowd {
public:
  explicit Crowd(const SplittingSetup& setup);

  /// Runs until the watcher begins nothing more:
  ///   bool begin(Beginning&)                                 false: nothing left to begin
  ///   bool moved(std::int64_t ticket, Vec2 at, double score)  true: over, the lane is free
  ///   void left(std::int64_t ticket, int part, Vec2 at)       through the exit; the lane is free
  /// `with_score` false passes 0 for the score. Returns false if stopped before the end.
  template<class Watcher>
  bool run(Watcher& watcher, bool with_score);

  std::int64_t steps() const { return steps_; }

private:
  void place(std::size_t lane, const Beginning& b);
  void close(std::size_t lane); // the last lane moves up
  void resize(std::size_t lanes);
  void find_exits(int* part);
  void refuse_lost(std::size_t lane) const;

  const SplittingSetup& setup_;
  std::vector<Barrier> barriers_;
  Stepper stepper_;
  Detector detector_;
  std::vector<double> score_;
  std::int64_t ticket_[capacity] = {};
  std::size_t active_ = 0, n_ = 0;
  std::int64_t steps_ = 0;
};

template<class Watcher>
bool Crowd::run(Watcher& watcher, bool with_score) {
  active_ = 0;
  stepper_.restart();
  Beginning b;
  Lanes& l = stepper_.lanes();
  for (std::int64_t count = 0;; ++count) {
    if (active_ == 0)
      stepper_.restart();
    while (stepper_.even() && active_ < capacity && watcher.begin(b))
      place(active_++, b);
    if (active_ == 0)
      return true;
    if (setup_.stop && count % 1024 == 1023 && setup_.stop())
      return false;
    resize(active_);
    stepper_.idle(active_, n_);
    const std::uint64_t flags = stepper_.advance(n_, active_);
    steps_ += static_cast<std::int64_t>(active_);
    if (flags & (lost | indefinite))
      for (std::size_t i = 0; i < active_; ++i)
        refuse_lost(i);
    const bool any_touched = detector_.touch(flags) & touched;
    if (with_score)
      setup_.score(n_, l.next_x, l.next_y, score_.data());
    int part[capacity];
    if (any_touched)
      find_exits(part);
    commit(n_, l);
    detector_.step_on();
    for (std::size_t i = active_; i-- > 0;) { // downwards: close() brings a lane already seen
      const Vec2 at{l.x[i], l.y[i]};
      if (any_touched && part[i] >= 0)
        watcher.left(ticket_[i], part[i], at);
      else if (!watcher.moved(ticket_[i], at, score_[i]))
        continue;
      close(i);
    }
  }
}

} // namespace escapade::lanes
