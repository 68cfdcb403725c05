#include "paths/splitting/splitting.hpp"

#include "escapade/error.hpp"
#include "paths/exits/exits.hpp"
#include "paths/lanes/random.hpp"
#include "paths/splitting/watchers.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace escapade {
namespace {

void check(const SplittingSetup& s) {
  if (s.scheme == Scheme::sgd || s.scheme == Scheme::time_changed)
    throw BadInput("the path scheme: splitting needs euler, heun or tamed");
  check_algorithm(s);
  check_step(s.dt);
  if (s.replicas < 2 || s.replicas > most_replicas)
    throw BadInput("the path count: " + std::to_string(s.replicas) +
                   " replicas a run; give 2 to 4194303 times the repeats");
  if (s.killed < 0 || s.killed >= s.replicas || s.loops_before < 0)
    throw BadInput("split_exits: kill from 1 to replicas − 1, loops must not be negative");
  if (exit_parts(s.domain, s.exit) == 0)
    throw BadInput(
        "the exit set: missing, and no side absorbs; give an exit set or an absorbing side");
  int inside = -1;
  if (s.exit)
    part_at(*s.exit, 1, &s.start.x, &s.start.y, &inside);
  if (!s.domain.contains(s.start) || inside >= 0)
    throw BadInput(
        "the starting point: outside the domain or inside the exit set; give a point between");
}

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

/// Mean number of steps of the replicas that have left, or that have not; 0 where there are none.
double mean_steps(const std::vector<Replica>& replicas, bool left) {
  long double steps = 0;
  std::int64_t count = 0;
  for (const Replica& r : replicas)
    if ((r.part >= 0) == left) {
      steps += static_cast<long double>(r.steps);
      ++count;
    }
  return count ? static_cast<double>(steps / count) : 0;
}

/// The k-th smallest of the replicas' highest scores.
double level_of(const std::vector<Replica>& replicas, std::size_t k) {
  std::vector<double> highest;
  for (const Replica& r : replicas)
    highest.push_back(r.highest);
  const auto kth = highest.begin() + static_cast<std::ptrdiff_t>(k - 1);
  std::nth_element(highest.begin(), kth, highest.end());
  return *kth;
}

/// Replaces replicas that never got above the level by copies of others; the copies that have yet
/// to run.
std::vector<std::int64_t> branch(std::vector<Replica>& replicas, double level, std::uint64_t seed,
                                 std::int64_t repeat, std::int64_t generation) {
  std::vector<std::size_t> alive, dead;
  for (std::size_t i = 0; i < replicas.size(); ++i)
    (replicas[i].highest > level ? alive : dead).push_back(i);
  std::vector<std::int64_t> branched;
  for (std::size_t i : dead) {
    const double u =
        draw(seed, path_of(repeat, generation, static_cast<std::int64_t>(i)), 0, choice_stream).u;
    const std::size_t parent =
        alive[static_cast<std::size_t>(u * static_cast<double>(alive.size()))];
    if (copy_until(replicas[parent], level, replicas[i]))
      branched.push_back(static_cast<std::int64_t>(i));
  }
  return branched;
}

/// Raises the level until `killed` of the lowest replicas have left; −infinity in the logarithm of
/// the probability where none got above the level.
void climb(const SplittingSetup& setup, std::int64_t repeat, lanes::Crowd& crowd,
           std::vector<Replica>& replicas, SplittingRun& run) {
  const std::size_t n = replicas.size();
  const std::size_t k =
      setup.killed > 0 ? static_cast<std::size_t>(setup.killed) : std::max<std::size_t>(n / 8, 1);
  while (run.whole) {
    const double level = level_of(replicas, k);
    if (level == infinite)
      return;
    const auto above = std::count_if(replicas.begin(), replicas.end(),
                                     [&](const Replica& r) { return r.highest > level; });
    if (above == 0) {
      run.log_probability = -infinite;
      return;
    }
    run.log_probability += std::log(static_cast<double>(above) / static_cast<double>(n));
    const std::int64_t generation = first_level + run.generations++;
    if (generation >= most_replicas)
      throw NotTrusted("splitting made four million levels without reaching the exit; give a "
                       "splitting score that grows towards it");
    const auto branched = branch(replicas, level, setup.seed, repeat, generation);
    BranchWatcher watcher(setup, repeat, generation, replicas, branched);
    run.whole = crowd.run(watcher, true);
  }
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
    if (std::isnan(s[i]))
      throw BadInput("the splitting score: not a number at " + point_text(points[i]) +
                     ", where trajectories go");
  if (s.empty())
    throw BadInput("the splitting score: no points to take its levels from");
  std::sort(s.begin(), s.end());
  const auto at = [&](double q) {
    return s[static_cast<std::size_t>(q * static_cast<double>(s.size() - 1))];
  };
  const ScoreLevels levels{at(0.5), at(quantile)};
  if (!(levels.inner < levels.outer) || !std::isfinite(levels.inner))
    throw BadInput(
        "the splitting score: hardly changes where trajectories go from the start; give one that "
        "grows towards the exit");
  return levels;
}

SplittingRun split_exits(const SplittingSetup& setup, std::int64_t repeat) {
  check(setup);
  if (!(setup.inner < setup.outer))
    throw BadInput("split_exits: the inner level must be below the outer one");
  if (repeat < 0 || repeat >= well_repeat)
    throw BadInput("the repeats: give less than " + std::to_string(well_repeat));
  std::vector<Replica> replicas(static_cast<std::size_t>(setup.replicas));
  SplittingRun run;
  lanes::Crowd crowd(setup);
  {
    LoopWatcher watcher(setup, repeat, replicas);
    run.whole = crowd.run(watcher, true);
  }
  run.loop_time = setup.dt * mean_steps(replicas, false);
  climb(setup, repeat, crowd, replicas, run);

  run.steps = crowd.steps();
  std::int64_t exits = 0;
  run.part.assign(exit_parts(setup.domain, setup.exit), 0.0);
  for (const Replica& r : replicas)
    if (r.part >= 0) {
      ++exits;
      ++run.part[static_cast<std::size_t>(r.part)];
    }
  if (exits == 0 || run.log_probability == -infinite) {
    run.log_probability = -infinite;
    run.part.clear();
    return run;
  }
  run.log_probability += std::log(static_cast<double>(exits) / static_cast<double>(setup.replicas));
  run.reactive_time = setup.dt * mean_steps(replicas, true);
  for (double& share : run.part)
    share /= static_cast<double>(exits);
  return run;
}

} // namespace escapade
