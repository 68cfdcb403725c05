#include "answers/trajectories/runs.hpp"
#include "escapade/error.hpp"
#include "programs/main/progress.hpp"
#include "programs/mc/questions.hpp"
#include "programs/mc/table_errors.hpp"
#include "support/exact.hpp"

#include <boost/math/distributions/students_t.hpp>

namespace escapade {
namespace {

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

Number share_of(const SplittingResult& result, std::size_t part) {
  return estimate(result.part[part], result.part_error[part], result.runs);
}

/// What is split but for its score; `replicas` as the options share the paths.
SplittingSetup setup_of(const Options& options, const Setup& setup) {
  const std::string& scheme = options.text("mc_scheme");
  if (scheme == "sgd" || scheme == "time_changed")
    throw BadInput("-mc_scheme " + scheme +
                   ": splitting needs steps of the diffusion in its own time; give euler, heun or "
                   "tamed, or use mc-exit");
  SplittingSetup split;
  static_cast<PathSetup&>(split) = trajectory_setup(options, setup, setup.starts.front());
  const std::int64_t repeats = options.integer("mc_repeats"), paths = options.integer("mc_paths");
  if (repeats < 2 || paths / repeats < 8)
    throw BadInput("-mc_paths " + std::to_string(paths) + " -mc_repeats " +
                   std::to_string(repeats) +
                   ": the paths are shared by the repeats; give 2 repeats and 8 paths each at "
                   "least");
  split.replicas = paths / repeats;
  split.stop = [] { return stop_requested(); };
  return split;
}

void report_results(Outcome& out, const SplittingResult& result, const Setup& setup) {
  const Number time = sampled(result.log_time, result.log_time_error, result.runs);
  const boost::math::students_t law(static_cast<double>(result.runs - 1));
  const double half = boost::math::quantile(law, 0.975) * result.log_time_error;
  out.results["mean_exit_time"] = to_json(time);
  out.results["mean_exit_time"]["log_standard_error"] = result.log_time_error;
  out.results["mean_exit_time"]["log_interval_95"] = {result.log_time - half,
                                                      result.log_time + half};
  out.results["probability"] =
      to_json(sampled(result.log_probability, result.log_probability_error, result.runs));
  out.results["probability"]["log_standard_error"] = result.log_probability_error;
  for (std::size_t k = 0; k < setup.parts.size(); ++k)
    out.results["exit_probability"][setup.parts[k]] = to_json(share_of(result, k));
  out.results["loop_time"] = result.loop_time;
  out.results["reactive_time"] = result.reactive_time;
  out.results["speedup"] = result.speedup;
  out.results["steps"] = result.steps;
  out.results["extinct_runs"] = result.extinct;
  out.headline = {"mean_exit_time", time};
}

void report_table(Outcome& out, const SplittingResult& result, const Setup& setup) {
  out.table = {{"start " + point_text(setup.starts.front()), ""},
               {"mean exit time", to_text(out.headline->second)},
               {"its logarithm", printed("%.4f ± %.4f", result.log_time, result.log_time_error)},
               {"exit in one loop", to_text(sampled(result.log_probability,
                                                    result.log_probability_error, result.runs))},
               {"duration of a loop", printed("%.4g", result.loop_time)},
               {"speedup", printed("%.3g times fewer steps than direct sampling", result.speedup)}};
  for (std::size_t k = 0; k < setup.parts.size(); ++k)
    out.table.emplace_back("exit through " + setup.parts[k], to_text(share_of(result, k)));
}

/// The time of a loop over its chance to leave is the mean exit time up to a loop: from where it
/// starts counts for exits that are not rare.
void refuse_frequent_exits(const SplittingResult& result) {
  constexpr double most = 0.1;
  if (const double p = static_cast<double>(std::exp(result.log_probability)); p > most)
    throw NotTrusted(
        printed("splitting is for rare exits: here %.2g of the loops leave, and the mean "
                "exit time would be off by as much; give mc-exit the same options",
                p));
}

/// Whether the errors could be made to hold those of the tables. Collective.
bool hold_table_errors(Session& session, const Setup& setup, SplittingSetup& split,
                       const WellSample& well, std::int64_t repeats, SplittingResult& result) {
  const auto coarser = of_coarser_tables(setup, [&](bool& partial) {
    return run_splitting(session.comm(), split, well, repeats,
                         shown(session, "splitting, coarser tables"), partial);
  });
  if (!coarser)
    return false;
  const auto hold = [](double& error, double value, double other) {
    error = std::hypot(error, (value - other) / 3);
  };
  hold(result.log_time_error, result.log_time, coarser->log_time);
  hold(result.log_probability_error, result.log_probability, coarser->log_probability);
  for (std::size_t k = 0; k < std::min(result.part.size(), coarser->part.size()); ++k)
    hold(result.part_error[k], result.part[k], coarser->part[k]);
  return true;
}

} // namespace

Outcome mc_splitting_question(Session& session, const Options& options, const Setup& setup) {
  SplittingSetup split = setup_of(options, setup);
  Outcome out;
  out.grid = {{"kind", "none"}};
  if (!options.given("score"))
    check_finite_volume_score(session, options, setup);
  const WellSample well = settled_well(session.comm(), split);
  if (options.given("score"))
    split.score =
        field_of({parse_expression("-score", options.text("score"), setup.symbols)}, setup.compile);
  else
    split.score = finite_volume_score(session, options, setup, well.points, out.grid);
  const std::int64_t repeats = options.integer("mc_repeats");
  SplittingResult result =
      run_splitting(session.comm(), split, well, repeats, shown(session, "splitting"), out.partial);
  if (!out.partial && asks_coarser_tables(options, setup))
    out.holds_table_errors = hold_table_errors(session, setup, split, well, repeats, result);
  tell_of_stop(session, result.runs, repeats, "runs of splitting");
  refuse_frequent_exits(result);
  report_results(out, result, setup);
  report_table(out, result, setup);
  out.solver = {{"kind", "splitting"},
                {"scheme", options.text("mc_scheme")},
                {"step", split.dt},
                {"bridge", split.bridge},
                {"score", options.given("score") ? options.text("score") : "finite volumes"},
                {"levels", {split.inner, split.outer}},
                {"replicas", split.replicas},
                {"runs", result.runs},
                {"generations", result.generations}};
  return out;
}

} // namespace escapade
