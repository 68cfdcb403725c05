#include "answers/trajectories/runs.hpp"

#include "escapade/error.hpp"
#include "parallel/agree.hpp"

#include <cmath>

namespace escapade {
namespace {

constexpr std::int64_t well_paths = 256, first_steps = 4000, points_per_path = 160;
constexpr int most_doublings = 14;

bool stopped(const PathSetup& setup) {
  return setup.stop && setup.stop();
}

struct Moments {
  Vec2 mean;
  Sym2 covariance;
};

Moments moments_of(const std::vector<Vec2>& points) {
  Moments m;
  const double weight = 1.0 / static_cast<double>(points.size());
  for (Vec2 p : points)
    m.mean = m.mean + weight * p;
  for (Vec2 p : points) {
    const Vec2 d = p - m.mean;
    m.covariance.xx += weight * d.x * d.x;
    m.covariance.xy += weight * d.x * d.y;
    m.covariance.yy += weight * d.y * d.y;
  }
  return m;
}

/// A sample long enough to have forgotten the start: the length is doubled until mean and
/// covariance stay, within what 256 paths can tell.
WellSample settle(SplittingSetup setup) {
  setup.replicas = well_paths;
  WellSample before = sample_well(setup, first_steps, first_steps / points_per_path);
  std::int64_t steps = before.steps, length = first_steps;
  for (int k = 0; k < most_doublings && !stopped(setup); ++k) {
    length *= 2;
    WellSample now = sample_well(setup, length, length / points_per_path);
    steps += now.steps;
    now.steps = steps;
    if (before.points.empty() || now.points.empty())
      throw NotTrusted(
          "paths leave as soon as they start: the exit is not rare, simulate it directly");
    const Moments a = moments_of(before.points), b = moments_of(now.points);
    const double sx = std::sqrt(b.covariance.xx), sy = std::sqrt(b.covariance.yy);
    const bool same = std::fabs(a.mean.x - b.mean.x) <= 0.2 * sx &&
                      std::fabs(a.mean.y - b.mean.y) <= 0.2 * sy &&
                      std::fabs(a.covariance.xx - b.covariance.xx) <= 0.15 * sx * sx &&
                      std::fabs(a.covariance.xy - b.covariance.xy) <= 0.15 * sx * sy &&
                      std::fabs(a.covariance.yy - b.covariance.yy) <= 0.15 * sy * sy;
    before = std::move(now);
    if (same)
      return before;
  }
  throw NotTrusted(stopped(setup)
                       ? std::string("stopped before the well was known: nothing to report")
                       : "the well around the starting point does not settle within " +
                             std::to_string(length) +
                             " steps; give a longer step size, or a starting point at a minimum");
}

/// Runs of all ranks, in order, on every rank; those that were stopped are left out.
std::vector<SplittingRun> run_all(MPI_Comm comm, const SplittingSetup& setup, std::int64_t repeats,
                                  const Progressed& progressed, bool& partial) {
  const std::size_t parts = exit_parts(setup.domain, setup.exit);
  const Ranks ranks(comm);
  const auto width = 6 + parts;
  std::vector<double> table(static_cast<std::size_t>(repeats) * width, 0.0);
  agree(comm, [&] {
    for (std::int64_t r = ranks.rank(); r < repeats && !stopped(setup); r += ranks.count()) {
      if (progressed)
        progressed(r, repeats);
      const SplittingRun run = split_exits(setup, r);
      if (!run.whole)
        break;
      double* row = table.data() + static_cast<std::size_t>(r) * width;
      row[0] = 1; // whole
      row[1] = run.log_probability;
      row[2] = run.loop_time;
      row[3] = run.reactive_time;
      row[4] = static_cast<double>(run.steps);
      row[5] = static_cast<double>(run.generations);
      std::copy(run.part.begin(), run.part.end(), row + 6);
    }
  });
  // every row was filled by one rank and is 0 on the others
  MPI_Allreduce(MPI_IN_PLACE, table.data(), static_cast<int>(table.size()), MPI_DOUBLE, MPI_SUM,
                comm);
  std::vector<SplittingRun> runs;
  for (std::int64_t r = 0; r < repeats; ++r) {
    const double* row = table.data() + static_cast<std::size_t>(r) * width;
    if (row[0] == 0) {
      partial = true;
      continue;
    }
    SplittingRun run;
    run.log_probability = row[1];
    run.loop_time = row[2];
    run.reactive_time = row[3];
    run.steps = static_cast<std::int64_t>(row[4]);
    run.generations = static_cast<std::int64_t>(row[5]);
    if (std::isfinite(run.log_probability))
      run.part.assign(row + 6, row + 6 + parts);
    runs.push_back(std::move(run));
  }
  return runs;
}

} // namespace

WellSample settled_well(MPI_Comm comm, const SplittingSetup& setup) {
  WellSample well;
  agree(comm, [&] { well = settle(setup); });
  return well;
}

SplittingResult run_splitting(MPI_Comm comm, SplittingSetup& setup, const WellSample& well,
                              std::int64_t runs, const Progressed& progressed, bool& partial) {
  agree(comm, [&] {
    const ScoreLevels levels = score_levels(setup.score, well.points);
    setup.inner = levels.inner;
    setup.outer = levels.outer;
  });
  const std::vector<SplittingRun> all = run_all(comm, setup, runs, progressed, partial);
  if (partial && all.size() < 2)
    throw NotTrusted("stopped before two runs of splitting were whole: nothing to report");
  SplittingResult result = combine_splitting(all, setup.dt);
  // the sample of the well is work too
  const auto steps = static_cast<double>(result.steps);
  result.speedup *= steps / (steps + static_cast<double>(well.steps));
  result.steps += well.steps;
  return result;
}

} // namespace escapade
