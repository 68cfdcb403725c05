#include "programs/mc/splitting.hpp"

#include "escapade/error.hpp"
#include "output/summary.hpp"
#include "programs/main/progress.hpp"
#include "programs/mc/exit.hpp"
#include "programs/report/stopped.hpp"

#include <boost/math/distributions/students_t.hpp>

#include <algorithm>
#include <cmath>

namespace escapade {
namespace {

constexpr std::int64_t well_paths = 256, first_steps = 4000, points_per_path = 160;
constexpr int most_doublings = 14;

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
WellSample settled_well(SplittingSetup setup) {
  setup.replicas = well_paths;
  WellSample before = sample_well(setup, first_steps, first_steps / points_per_path);
  std::int64_t steps = before.steps, length = first_steps;
  for (int k = 0; k < most_doublings && !stop_requested(); ++k) {
    length *= 2;
    WellSample now = sample_well(setup, length, length / points_per_path);
    steps += now.steps;
    now.steps = steps;
    if (before.points.empty() || now.points.empty())
      throw NotTrusted("paths leave as soon as they start: the exit is not rare, use mc-exit");
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
  throw NotTrusted(stop_requested()
                       ? std::string("stopped before the well was known: nothing to report")
                       : "the well around -start does not settle within " + std::to_string(length) +
                             " steps; give a longer -mc_dt, or a -start at a minimum");
}

/// Runs of all ranks, in order, on every rank; those that were stopped are left out.
std::vector<SplittingRun> run_all(Session& session, const SplittingSetup& setup,
                                  std::int64_t repeats, std::size_t parts, bool& partial) {
  const auto width = 6 + parts;
  std::vector<double> table(static_cast<std::size_t>(repeats) * width, 0.0);
  Progress line("splitting", session.rank());
  agree(session.comm(), [&] {
    for (std::int64_t r = session.rank(); r < repeats && !stop_requested(); r += session.ranks()) {
      line.show(r, repeats, "");
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
                session.comm());
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

/// exp(log ± relative error), as a mean over `runs`; value and error absent beyond double.
Number sampled(double log, double log_error, std::int64_t runs) {
  Number n = positive(log, log_error);
  n.standard_error = n.error ? *n.error : 0.0;
  if (!n.value) // to_json gives the errors of values that can be written; here the logarithm's
    n.standard_error.reset();
  else
    n.error.reset(), n.log_error.reset();
  n.samples = runs;
  return n;
}

} // namespace

Outcome mc_splitting_study(Session& session, const Options& options, const Setup& setup) {
  const std::string& scheme = options.text("mc_scheme");
  if (scheme == "sgd" || scheme == "time_changed")
    throw BadInput("-mc_scheme " + scheme +
                   ": splitting needs steps of the diffusion in its own time; give euler, heun or "
                   "tamed, or use mc-exit");
  const ExitSetup exits = trajectory_setup(options, setup, setup.starts.front());
  const std::int64_t repeats = options.integer("mc_repeats"), paths = options.integer("mc_paths");
  if (repeats < 2 || paths / repeats < 8)
    throw BadInput("-mc_paths " + std::to_string(paths) + " -mc_repeats " +
                   std::to_string(repeats) +
                   ": the paths are shared by the repeats; give 2 repeats and 8 paths each at "
                   "least");
  SplittingSetup split;
  split.problem = exits.problem;
  split.domain = exits.domain;
  split.exit = exits.exit;
  split.start = exits.start;
  split.dt = exits.dt;
  split.scheme = exits.scheme;
  split.bridge = exits.bridge;
  split.seed = exits.seed;
  split.stop = [] { return stop_requested(); };

  Outcome out;
  out.grid = {{"kind", "none"}};
  WellSample well;
  agree(session.comm(), [&] {
    well = settled_well(split);
    split.replicas = paths / repeats;
  });
  if (options.given("score"))
    split.score =
        field_of({parse_expression("-score", options.text("score"), setup.symbols)}, setup.compile);
  else
    split.score = finite_volume_score(session, options, setup, well.points, out.grid);
  agree(session.comm(), [&] {
    const ScoreLevels levels = score_levels(split.score, well.points);
    split.inner = levels.inner;
    split.outer = levels.outer;
  });
  const std::vector<SplittingRun> runs =
      run_all(session, split, repeats, setup.parts.size(), out.partial);
  if (out.partial && runs.size() < 2)
    throw NotTrusted("stopped before two runs of splitting were whole: nothing to report");
  SplittingResult result = combine_splitting(runs, split.dt);
  tell_of_stop(session, std::ssize(runs), repeats, "runs of splitting");
  // the sample of the well is work too
  const auto steps = static_cast<double>(result.steps);
  result.speedup *= steps / (steps + static_cast<double>(well.steps));

  const Number time = sampled(result.log_time, result.log_time_error, result.runs);
  const Number probability =
      sampled(result.log_probability, result.log_probability_error, result.runs);
  const boost::math::students_t law(static_cast<double>(result.runs - 1));
  const double half = boost::math::quantile(law, 0.975) * result.log_time_error;
  out.results["mean_exit_time"] = to_json(time);
  out.results["mean_exit_time"]["log_standard_error"] = result.log_time_error;
  out.results["mean_exit_time"]["log_interval_95"] = {result.log_time - half,
                                                      result.log_time + half};
  out.results["probability"] = to_json(probability);
  out.results["probability"]["log_standard_error"] = result.log_probability_error;
  for (std::size_t k = 0; k < setup.parts.size(); ++k)
    out.results["exit_probability"][setup.parts[k]] =
        to_json(estimate(result.part[k], result.part_error[k], result.runs));
  out.results["loop_time"] = result.loop_time;
  out.results["reactive_time"] = result.reactive_time;
  out.results["speedup"] = result.speedup;
  out.results["steps"] = result.steps + well.steps;
  out.results["extinct_runs"] = result.extinct;

  char text[120];
  std::snprintf(text, sizeof text, "%.4f ± %.4f", result.log_time, result.log_time_error);
  out.table = {{"start " + point_text(split.start), ""},
               {"mean exit time", to_text(time)},
               {"its logarithm", text},
               {"exit in one loop", to_text(probability)}};
  std::snprintf(text, sizeof text, "%.4g", result.loop_time);
  out.table.emplace_back("duration of a loop", text);
  std::snprintf(text, sizeof text, "%.3g times fewer steps than direct sampling", result.speedup);
  out.table.emplace_back("speedup", text);
  for (std::size_t k = 0; k < setup.parts.size(); ++k)
    out.table.emplace_back("exit through " + setup.parts[k],
                           to_text(estimate(result.part[k], result.part_error[k], result.runs)));
  std::int64_t generations = 0;
  for (const SplittingRun& run : runs)
    generations += run.generations;
  out.solver = {
      {"kind", "splitting"},
      {"scheme", options.text("mc_scheme")},
      {"step", split.dt},
      {"bridge", split.bridge},
      {"score", options.given("score") ? options.text("score") : "finite volumes"},
      {"levels", {split.inner, split.outer}},
      {"replicas", split.replicas},
      {"runs", result.runs},
      {"generations", static_cast<double>(generations) / static_cast<double>(result.runs)}};
  out.headline = time;
  out.headline_name = "mean_exit_time";
  return out;
}

} // namespace escapade
