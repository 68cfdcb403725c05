#include "paths/splitting/splitting.hpp"

#include "escapade/error.hpp"
#include "paths/exits/exits.hpp"
#include "paths/lanes/random.hpp"
#include "paths/splitting/crowd.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>

namespace escapade {
namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();
constexpr std::uint32_t choice_stream = 253;
constexpr std::int64_t well_repeat = (1 << 19) - 1; // the number of sample_well's draws
constexpr std::int64_t first_level = 1024;          // generations before are new beginnings
constexpr std::int64_t most_replicas = (1 << 22) - 1;

std::uint64_t path_of(std::int64_t repeat, std::int64_t generation, std::int64_t replica) {
  return static_cast<std::uint64_t>(repeat << 44 | generation << 22 | replica);
}

void check(const SplittingSetup& s) {
  if (!s.problem || !s.problem->coefficients)
    throw BadInput("split_exits: no problem given");
  if (s.scheme == Scheme::sgd || s.scheme == Scheme::time_changed)
    throw BadInput("-mc_scheme: splitting needs euler, heun or tamed");
  if (!(s.dt > 0) || !std::isfinite(s.dt))
    throw BadInput("-mc_dt " + std::to_string(s.dt) + ": the time step must be positive");
  if (s.replicas < 2 || s.replicas > most_replicas)
    throw BadInput("-mc_paths: " + std::to_string(s.replicas) +
                   " replicas a run; give 2 to 4194303 times -mc_repeats");
  if (s.killed < 0 || s.killed >= s.replicas || s.loops_before < 0)
    throw BadInput("split_exits: kill from 1 to replicas − 1, loops must not be negative");
  if (exit_parts(s.domain, s.exit) == 0)
    throw BadInput("-exit: missing, and no side absorbs; give an exit set or -boundary absorbing");
  int inside = -1;
  if (s.exit)
    part_at(*s.exit, 1, &s.start.x, &s.start.y, &inside);
  if (!s.domain.contains(s.start) || inside >= 0)
    throw BadInput("-start: outside the domain or inside the exit set; give a point between");
}

/// Points of the well, each ticket a path of fixed length.
class WellWatcher {
public:
  WellWatcher(const SplittingSetup& setup, std::int64_t steps, std::int64_t every)
      : setup_(setup), steps_(steps), every_(every), done_(setup.replicas, 0),
        attempt_(setup.replicas, 0), points_(setup.replicas) {}

  bool begin(lanes::Beginning& b) {
    if (!again_.empty()) {
      b.ticket = again_.back();
      again_.pop_back();
    } else if (next_ < setup_.replicas) {
      b.ticket = next_++;
    } else {
      return false;
    }
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
      again_.push_back(t);
  }

  std::vector<Vec2> points() const {
    std::vector<Vec2> all;
    for (const auto& p : points_)
      all.insert(all.end(), p.begin(), p.end());
    return all;
  }

private:
  const SplittingSetup& setup_;
  std::int64_t steps_, every_, next_ = 0;
  std::vector<std::int64_t> done_, attempt_, again_;
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
};

/// The loops that replicas begin with. A loop begins where a path comes back to the core.
class LoopWatcher {
public:
  LoopWatcher(const SplittingSetup& setup, std::int64_t repeat, std::vector<Replica>& replicas)
      : setup_(setup), repeat_(repeat), replicas_(replicas), loop_(setup.replicas, -1),
        attempt_(setup.replicas, 0), outside_(setup.replicas, 1) {}

  bool begin(lanes::Beginning& b) {
    if (!again_.empty()) {
      b.ticket = again_.back();
      again_.pop_back();
    } else if (next_ < setup_.replicas) {
      b.ticket = next_++;
    } else {
      return false;
    }
    if (attempt_[b.ticket] == first_level)
      throw NotTrusted("paths leave before they have gone " + std::to_string(setup_.loops_before) +
                       " loops in the well: the exit is not rare, use mc-exit");
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
      if (recorded) {
        r.ladder.push_back({score, at, r.steps});
        r.highest = score;
      }
      return false;
    }
    if (!(score <= setup_.inner)) {
      if (recorded && score > r.highest) {
        r.ladder.push_back({score, at, r.steps});
        r.highest = score;
      }
      return false;
    }
    outside_[t] = 0;
    ++loop_[t];
    return recorded;
  }

  void left(std::int64_t t, int part, Vec2) {
    if (loop_[t] != setup_.loops_before) {
      again_.push_back(t);
      return;
    }
    Replica& r = replicas_[t];
    ++r.steps;
    r.highest = infinite;
    r.part = part;
  }

private:
  const SplittingSetup& setup_;
  std::int64_t repeat_, next_ = 0;
  std::vector<Replica>& replicas_;
  std::vector<std::int64_t> loop_, attempt_, again_; // loop −1: on the way into the core
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
    if (score > r.highest) {
      r.ladder.push_back({score, at, r.steps});
      r.highest = score;
    }
    return false;
  }

  void left(std::int64_t t, int part, Vec2) {
    Replica& r = replicas_[t];
    ++r.steps;
    r.highest = infinite;
    r.part = part;
  }

private:
  const SplittingSetup& setup_;
  std::int64_t repeat_, generation_;
  std::vector<Replica>& replicas_;
  const std::vector<std::int64_t>& branched_;
  std::size_t next_ = 0;
};

/// The parent up to where it first got above the level. If that was by leaving, the copy has left
/// too and nothing remains to be run: returns false.
bool copy_until(const Replica& parent, double level, Replica& copy) {
  copy = {};
  for (const Rung& rung : parent.ladder) {
    copy.ladder.push_back(rung);
    if (rung.score > level) {
      copy.highest = rung.score;
      copy.steps = rung.steps;
      return true;
    }
  }
  copy = parent;
  return false;
}

} // namespace

WellSample sample_well(const SplittingSetup& setup, std::int64_t steps, std::int64_t every) {
  check(setup);
  if (steps < 1 || every < 1)
    throw BadInput("sample_well: steps must be positive");
  WellWatcher watcher(setup, steps, every);
  lanes::Crowd crowd(setup);
  crowd.run(watcher, false);
  return {watcher.points(), crowd.steps()};
}

ScoreLevels score_levels(const Field& score, const std::vector<Vec2>& points, double quantile) {
  std::vector<double> x, y, s(points.size());
  for (Vec2 p : points) {
    x.push_back(p.x);
    y.push_back(p.y);
  }
  score(points.size(), x.data(), y.data(), s.data());
  for (std::size_t i = 0; i < s.size(); ++i)
    if (std::isnan(s[i])) {
      char text[160];
      std::snprintf(text, sizeof text,
                    "-score: not a number at (%.6g, %.6g), where trajectories go", x[i], y[i]);
      throw BadInput(text);
    }
  if (s.empty())
    throw BadInput("-score: no points to take its levels from");
  std::sort(s.begin(), s.end());
  const auto at = [&](double q) {
    return s[static_cast<std::size_t>(q * static_cast<double>(s.size() - 1))];
  };
  const ScoreLevels levels{at(0.5), at(quantile)};
  if (!(levels.inner < levels.outer) || !std::isfinite(levels.inner))
    throw BadInput("-score: hardly changes where trajectories go from the start; give one that "
                   "grows towards the exit");
  return levels;
}

SplittingRun split_exits(const SplittingSetup& setup, std::int64_t repeat) {
  check(setup);
  if (!(setup.inner < setup.outer))
    throw BadInput("split_exits: the inner level must be below the outer one");
  if (repeat < 0 || repeat >= well_repeat)
    throw BadInput("-mc_repeats: give less than " + std::to_string(well_repeat));
  const auto n = static_cast<std::size_t>(setup.replicas);
  const std::size_t k =
      setup.killed > 0 ? static_cast<std::size_t>(setup.killed) : std::max<std::size_t>(n / 8, 1);
  std::vector<Replica> replicas(n);
  SplittingRun run;
  lanes::Crowd crowd(setup);
  {
    LoopWatcher watcher(setup, repeat, replicas);
    run.whole = crowd.run(watcher, true);
  }
  long double returning = 0;
  std::int64_t returned = 0;
  for (const Replica& r : replicas)
    if (r.part < 0) {
      returning += static_cast<long double>(r.steps);
      ++returned;
    }
  run.loop_time = returned ? setup.dt * static_cast<double>(returning / returned) : 0;

  std::vector<double> highest(n);
  std::vector<std::int64_t> branched;
  std::vector<std::size_t> alive, dead;
  while (run.whole) {
    for (std::size_t i = 0; i < n; ++i)
      highest[i] = replicas[i].highest;
    std::nth_element(highest.begin(), highest.begin() + static_cast<std::ptrdiff_t>(k - 1),
                     highest.end());
    const double level = highest[k - 1];
    if (level == infinite)
      break;
    alive.clear();
    dead.clear();
    for (std::size_t i = 0; i < n; ++i)
      (replicas[i].highest > level ? alive : dead).push_back(i);
    if (alive.empty()) {
      run.log_probability = -infinite;
      break;
    }
    run.log_probability += std::log(static_cast<double>(alive.size()) / static_cast<double>(n));
    const std::int64_t generation = first_level + run.generations++;
    if (generation >= most_replicas)
      throw NotTrusted("splitting made four million levels without reaching the exit; give a "
                       "-score that grows towards it");
    branched.clear();
    for (std::size_t i : dead) {
      const double u = draw(setup.seed, path_of(repeat, generation, static_cast<std::int64_t>(i)),
                            0, choice_stream)
                           .u;
      const std::size_t parent =
          alive[static_cast<std::size_t>(u * static_cast<double>(alive.size()))];
      if (copy_until(replicas[parent], level, replicas[i]))
        branched.push_back(static_cast<std::int64_t>(i));
    }
    BranchWatcher watcher(setup, repeat, generation, replicas, branched);
    run.whole = crowd.run(watcher, true);
  }

  run.steps = crowd.steps();
  std::int64_t exits = 0;
  long double reactive = 0;
  run.part.assign(exit_parts(setup.domain, setup.exit), 0.0);
  for (const Replica& r : replicas)
    if (r.part >= 0) {
      ++exits;
      ++run.part[static_cast<std::size_t>(r.part)];
      reactive += static_cast<long double>(r.steps);
    }
  if (exits == 0 || run.log_probability == -infinite) {
    run.log_probability = -infinite;
    run.part.clear();
    return run;
  }
  run.log_probability += std::log(static_cast<double>(exits) / static_cast<double>(n));
  run.reactive_time = setup.dt * static_cast<double>(reactive / exits);
  for (double& share : run.part)
    share /= static_cast<double>(exits);
  return run;
}

} // namespace escapade
