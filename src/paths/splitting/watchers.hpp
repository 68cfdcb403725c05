// What the lanes of splitting are watched for. Private to paths.
#pragma once

#include "escapade/error.hpp"
#include "paths/splitting/crowd.hpp"

#include <limits>
#include <string>
#include <vector>

namespace escapade {

inline constexpr double infinite = std::numeric_limits<double>::infinity();
inline constexpr std::uint32_t choice_stream = 253;
inline constexpr std::int64_t well_repeat = (1 << 19) - 1; // the number of sample_well's draws
inline constexpr std::int64_t first_level = 1024;          // generations before are new beginnings
inline constexpr std::int64_t most_replicas = (1 << 22) - 1;

inline std::uint64_t path_of(std::int64_t repeat, std::int64_t generation, std::int64_t replica) {
  return static_cast<std::uint64_t>(repeat << 44 | generation << 22 | replica);
}

/// The tickets to begin with: those whose path has ended too soon, then new ones.
struct Tickets {
  std::int64_t count, next = 0;
  std::vector<std::int64_t> again{};

  bool take(std::int64_t& ticket) {
    if (again.empty()) {
      ticket = next;
      return next++ < count;
    }
    ticket = again.back();
    again.pop_back();
    return true;
  }
};

/// Points of the well, each ticket a path of fixed length.
class WellWatcher {
public:
  WellWatcher(const SplittingSetup& setup, std::int64_t steps, std::int64_t every)
      : setup_(setup), steps_(steps), every_(every), tickets_{setup.replicas},
        done_(setup.replicas, 0), attempt_(setup.replicas, 0), points_(setup.replicas) {}

  bool begin(lanes::Beginning& b) {
    if (!tickets_.take(b.ticket))
      return false;
    b.at = setup_.start;
    b.path = path_of(well_repeat, attempt_[b.ticket]++, b.ticket);
    return true;
  }

  bool moved(std::int64_t t, Vec2 at, double) {
    const std::int64_t n = ++done_[t];
    if (n > steps_ / 4 && n % every_ == 0)
      points_[t].push_back(at);
    return n >= steps_;
  }

  void left(std::int64_t t, int, Vec2) {
    if (++done_[t] < steps_)
      tickets_.again.push_back(t);
  }

  std::vector<Vec2> points() const {
    std::vector<Vec2> all;
    for (const auto& p : points_)
      all.insert(all.end(), p.begin(), p.end());
    return all;
  }

private:
  const SplittingSetup& setup_;
  std::int64_t steps_, every_;
  Tickets tickets_;
  std::vector<std::int64_t> done_, attempt_;
  std::vector<std::vector<Vec2>> points_;
};

/// Where a replica got to a new highest score.
struct Rung {
  double score;
  Vec2 at;
  std::int64_t steps; // since the loop began
};

struct Replica {
  std::vector<Rung> ladder; // scores ascending
  double highest = -infinite;
  std::int64_t steps = 0; // since the loop began
  std::int32_t part = -1; // ≥ 0: has left

  void climb(double score, Vec2 at) {
    ladder.push_back({score, at, steps});
    highest = score;
  }
  void leave(std::int32_t through) {
    ++steps;
    highest = infinite;
    part = through;
  }
};

/// The loops that replicas begin with. A loop begins where a path comes back to the core.
class LoopWatcher {
public:
  LoopWatcher(const SplittingSetup& setup, std::int64_t repeat, std::vector<Replica>& replicas)
      : setup_(setup), repeat_(repeat), replicas_(replicas), tickets_{setup.replicas},
        loop_(setup.replicas, -1), attempt_(setup.replicas, 0), outside_(setup.replicas, 1) {}

  bool begin(lanes::Beginning& b) {
    if (!tickets_.take(b.ticket))
      return false;
    if (attempt_[b.ticket] == first_level)
      throw NotTrusted("paths leave before they have gone " + std::to_string(setup_.loops_before) +
                       " loops in the well: the exit is not rare, simulate it directly");
    b.at = setup_.start;
    b.path = path_of(repeat_, attempt_[b.ticket]++, b.ticket);
    loop_[b.ticket] = -1;
    outside_[b.ticket] = 1;
    return true;
  }

  bool moved(std::int64_t t, Vec2 at, double score) {
    Replica& r = replicas_[t];
    const bool recorded = loop_[t] == setup_.loops_before;
    if (recorded)
      ++r.steps;
    if (!outside_[t]) {
      if (!(score >= setup_.outer))
        return false;
      outside_[t] = 1;
      if (recorded)
        r.climb(score, at);
      return false;
    }
    if (!(score <= setup_.inner)) {
      if (recorded && score > r.highest)
        r.climb(score, at);
      return false;
    }
    outside_[t] = 0;
    ++loop_[t];
    return recorded;
  }

  void left(std::int64_t t, int part, Vec2) {
    if (loop_[t] == setup_.loops_before)
      replicas_[t].leave(part);
    else
      tickets_.again.push_back(t);
  }

private:
  const SplittingSetup& setup_;
  std::int64_t repeat_;
  std::vector<Replica>& replicas_;
  Tickets tickets_;
  std::vector<std::int64_t> loop_, attempt_; // loop −1: on the way into the core
  std::vector<char> outside_;
};

/// Replicas that go on from a rung of another.
class BranchWatcher {
public:
  BranchWatcher(const SplittingSetup& setup, std::int64_t repeat, std::int64_t generation,
                std::vector<Replica>& replicas, const std::vector<std::int64_t>& branched)
      : setup_(setup), repeat_(repeat), generation_(generation), replicas_(replicas),
        branched_(branched) {}

  bool begin(lanes::Beginning& b) {
    if (next_ == branched_.size())
      return false;
    b.ticket = branched_[next_++];
    b.at = replicas_[b.ticket].ladder.back().at;
    b.path = path_of(repeat_, generation_, b.ticket);
    return true;
  }

  bool moved(std::int64_t t, Vec2 at, double score) {
    Replica& r = replicas_[t];
    ++r.steps;
    if (score <= setup_.inner)
      return true;
    if (score > r.highest)
      r.climb(score, at);
    return false;
  }

  void left(std::int64_t t, int part, Vec2) { replicas_[t].leave(part); }

private:
  const SplittingSetup& setup_;
  std::int64_t repeat_, generation_;
  std::vector<Replica>& replicas_;
  const std::vector<std::int64_t>& branched_;
  std::size_t next_ = 0;
};

} // namespace escapade
