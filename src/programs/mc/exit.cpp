#include "programs/mc/questions.hpp"
#include "programs/mc/table_errors.hpp"

#include "escapade/error.hpp"
#include "parallel/gather.hpp"
#include "programs/main/progress.hpp"
#include "programs/setup/readers.hpp"
#include "support/exact.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace escapade {

namespace {

constexpr std::int64_t most_exit_points = 100000;

/// The points through which paths have left, as PREFIX_exits.vtp; its name, if any.
std::vector<std::string> write_exit_points(const std::string& prefix,
                                           const std::vector<ExitRecord>& exits) {
  Polyline points;
  std::vector<double>&time = points.data["time"], &part = points.data["part"];
  for (const ExitRecord& r : exits) {
    points.points.push_back(r.where);
    time.push_back(r.time);
    part.push_back(r.part);
  }
  if (exits.empty())
    return {};
  return {write_points(prefix + "_exits", points, {{"program", "mc-exit"}})};
}

void check_options(const Options& options) {
  if (is_auto(options) && (options.given("mc_checkpoint") || options.given("mc_first_path") ||
                           options.flag("mc_records") || options.text("mc_scheme") == "sgd"))
    throw BadInput("-mc_dt auto: not with -mc_checkpoint, slices or -mc_scheme sgd, whose step is "
                   "given; give -mc_dt");
  if (!options.given("mc_checkpoint"))
    return;
  for (const char* end : {".json", ".records", ".vtp", ".png", "_exits.vtp"})
    if (options.text("mc_checkpoint") == options.text("output") + end)
      throw BadInput("-mc_checkpoint " + options.text("mc_checkpoint") +
                     ": the run writes another file of that name; give another one");
}

/// The records of start number `s`, at the step that is then in `run`.
std::vector<ExitRecord> run_start(Session& session, const Options& options, ExitSetup& run,
                                  const std::string& key, std::size_t s, std::size_t parts,
                                  Outcome& out) {
  const std::int64_t paths = options.integer("mc_paths");
  const Progressed line = shown(session, "trajectories");
  if (options.given("mc_checkpoint"))
    return run_exits(session.comm(), run, paths, line, out.partial,
                     {options.text("mc_checkpoint"), key, s});
  if (!is_auto(options))
    return run_exits(session.comm(), run, paths, line, out.partial);
  std::vector<StepTried> tried;
  std::vector<ExitRecord> records =
      run_until_stable(session.comm(), run, paths, parts, line, out.partial, tried);
  auto steps = Json::array();
  for (const StepTried& t : tried)
    steps.push_back({{"step", t.step},
                     {"mean_exit_time", t.mean_exit_time.mean},
                     {"standard_error", t.mean_exit_time.standard_error}});
  if (!steps.empty())
    out.solver["steps_tried"] = steps;
  return records;
}

/// Of the exits through part k.
Number mean_time_of(const ExitStatistics& s, std::size_t k) {
  Number unknown;
  if (s.exponential)
    unknown.error_unknown = "some paths timed out: of those that left the fast ones alone count";
  else if (s.mean_time_by_part[k].samples < 2)
    unknown.error_unknown = "fewer than two paths left through this part";
  else
    return number(s.mean_time_by_part[k]);
  return unknown;
}

/// Makes the errors of a start hold those of the tables, by the same paths with coarser ones; `out`
/// tells whether all starts' do. Collective.
void hold_table_errors(Session& session, const Options& options, const Setup& setup,
                       const ExitSetup& run, bool first, ExitStatistics& found, Outcome& out) {
  std::optional<ExitStatistics> coarser;
  if (!out.partial && asks_coarser_tables(options, setup))
    coarser = of_coarser_tables(setup, [&](bool& partial) {
      const auto records = run_exits(session.comm(), run, options.integer("mc_paths"),
                                     shown(session, "trajectories, coarser tables"), partial);
      return whole_statistics(records, setup.parts.size(), run.dt, Ranks(session.comm()));
    });
  out.holds_table_errors = coarser && (first || out.holds_table_errors);
  if (!coarser)
    return;
  hold_table_error(found.mean_exit_time, coarser->mean_exit_time);
  hold_table_error(found.exit_time_std, coarser->exit_time_std);
  hold_table_error(found.exit_probability, coarser->exit_probability);
  hold_table_error(found.mean_time_by_part, coarser->mean_time_by_part);
}

} // namespace

void refuse_diverged(std::int64_t diverged, double dt, const Options& options, const Setup& setup) {
  if (diverged == 0)
    return;
  if (const auto t = unbounded_by(setup, dt))
    throw BadInput("drift or diffusion grow without bound by t = " + rounded(*t, 4) + ", where " +
                   std::to_string(diverged) +
                   " trajectories diverged; give a schedule that stays "
                   "finite, or an earlier -mc_max_time");
  // far above the usual step a quarter would not do
  refuse_diverged(diverged, std::min(dt, 4 * usual_step(options, setup)));
}

Polyline line_of(const SavedPath& path) {
  return {path.point, {{"time", path.time}}};
}

Progressed shown(const Session& session, const std::string& title) {
  using Clock = std::chrono::steady_clock;
  static constexpr auto patience = std::chrono::seconds(20);
  return [&session, title, line = std::make_shared<Progress>(title, session.rank()),
          begin = Clock::now(), told = false](std::int64_t done, std::int64_t total) mutable {
    if (!told && done == 0 && Clock::now() - begin > patience) {
      told = true;
      session.notice("none of the " + title +
                     " is over after 20 s: -mc_max_time ends those that stay, a longer -mc_dt "
                     "shortens the way");
    }
    line->show(done, total, "");
  };
}

std::vector<ExitRecord> run_exits(Session& session, const ExitSetup& setup, std::int64_t paths,
                                  bool& partial) {
  return run_exits(session.comm(), setup, paths, shown(session, "trajectories"), partial);
}

void report_exits(Session& session, Outcome& out, Vec2 start, bool several,
                  const std::vector<std::string>& parts, const ExitStatistics& s) {
  out.table.emplace_back("start " + point_text(start), "");
  out.add(out.results["mean_exit_time"], "mean exit time", number(s.mean_exit_time), several);
  out.add(out.results["exit_time_std"], "standard deviation", number(s.exit_time_std), several);
  for (std::size_t k = 0; k < parts.size(); ++k)
    out.add(out.results["exit_probability"][parts[k]], "exit through " + parts[k],
            number(s.exit_probability[k]), several);
  for (std::size_t k = 0; k < parts.size(); ++k)
    out.add_time_by_part(parts, k, mean_time_of(s, k), several);
  put(out.results["timed_out"], s.timed_out, several);
  put(out.results["survival"],
      {{"times", s.survival.times},
       {"value", s.survival.value},
       {"standard_error", s.survival.standard_error}},
      several);
  if (s.timed_out > 0) {
    out.table.emplace_back("timed out", std::to_string(s.timed_out));
    session.notice(std::to_string(s.timed_out) + " trajectories timed out: mean and standard "
                                                 "deviation are those of an exponential law "
                                                 "(total time over exits)");
  }
  tell_of_few(session, s.mean_exit_time.samples, "exits");
  if (!out.headline)
    out.headline = {"mean_exit_time", number(s.mean_exit_time)};
}

Outcome mc_exit_question(Session& session, const Options& options, const Setup& setup) {
  Outcome out;
  out.grid = {{"kind", "none"}};
  check_options(options);
  std::shared_ptr<const SgdSampler> sampler;
  agree(session.comm(), [&] { sampler = exit_sampler(options, setup); });
  const std::int64_t paths = options.integer("mc_paths");
  const Ranks ranks(session.comm());
  const bool slice = options.flag("mc_records") || options.given("mc_first_path");
  double dt = 0;
  RecordFile file; // on rank 0
  std::vector<ExitRecord> exits;
  std::int64_t room = most_exit_points;
  for (std::size_t s = 0; s < setup.starts.size(); ++s) {
    ExitSetup run = trajectory_setup(options, setup, setup.starts[s], sampler.get());
    file.key = run_key(options, setup, run.dt);
    std::vector<ExitRecord> records =
        run_start(session, options, run, file.key, s, setup.parts.size(), out);
    const std::int64_t whole = ranks.sum(std::ssize(records));
    if (s > 0 && out.partial && whole == 0) {
      session.notice("stopped by a signal: no trajectory is whole from " +
                     point_text(setup.starts[s]) + " on, the results are of the starts before");
      break;
    }
    dt = run.dt;
    refuse_diverged(diverged_of(records, ranks), dt, options, setup);
    ExitStatistics found = whole_statistics(records, setup.parts.size(), dt, ranks);
    hold_table_errors(session, options, setup, run, s == 0, found, out);
    report_exits(session, out, setup.starts[s], setup.starts.size() > 1, setup.parts, found);
    tell_of_stop(session, whole, paths, "trajectories",
                 options.given("mc_checkpoint") ? "; the same command goes on from -mc_checkpoint"
                                                : "");
    const std::vector<ExitRecord> few = first_exits(session.comm(), records, room);
    exits.insert(exits.end(), few.begin(), few.end());
    room -= std::min(room, found.mean_exit_time.samples);
    if (slice)
      file.starts.push_back({{run.first_path, gathered(session.comm(), std::move(records))}});
    run.paths = paths;
    if (session.rank() == 0)
      for (const SavedPath& path : trace_paths(run))
        out.paths.push_back(line_of(path));
  }
  // a run that was stopped may lack paths in the middle: it is no slice
  const bool keep = !out.partial && slice;
  out.write_more = [exits = std::move(exits), file = std::move(file),
                    keep](const std::string& prefix) {
    std::vector<std::string> names = write_exit_points(prefix, exits);
    if (keep) {
      write_records(prefix + ".records", file);
      names.push_back(prefix + ".records");
    }
    return names;
  };
  out.solver.update({{"kind", "trajectories"},
                     {"scheme", options.text("mc_scheme")},
                     {"step", dt},
                     {"bridge", options.flag("mc_bridge")}});
  return out;
}

} // namespace escapade
