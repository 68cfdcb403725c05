#include "escapade/study/mc_exit_study.hpp"

#include "escapade/error.hpp"
#include "escapade/output/summary.hpp"
#include "escapade/paths/gather.hpp"
#include "escapade/run/progress.hpp"

#include <algorithm>
#include <cmath>

namespace escapade {

namespace {

Scheme scheme_named(const std::string& name) {
  return name == "euler"          ? Scheme::euler
         : name == "time_changed" ? Scheme::time_changed
         : name == "heun"         ? Scheme::heun
         : name == "tamed"        ? Scheme::tamed
                                  : Scheme::sgd;
}

Number to_number(const Estimate& e) {
  return estimate(e.mean, e.standard_error, e.samples);
}

std::vector<Polyline> polylines(const std::vector<SavedPath>& saved) {
  std::vector<Polyline> lines;
  for (const SavedPath& path : saved)
    lines.push_back({path.point, {{"time", path.time}}});
  return lines;
}

} // namespace

ExitSetup trajectory_setup(const Options& options, const Setup& setup, Vec2 start) {
  ExitSetup run;
  run.problem = &setup.problem;
  run.domain = setup.domain;
  run.exit = &setup.exit;
  run.start = start;
  run.first_path = options.integer("mc_first_path");
  run.seed = static_cast<std::uint64_t>(options.integer("mc_seed"));
  run.bridge = options.flag("mc_bridge");
  run.scheme = scheme_named(options.text("mc_scheme"));
  run.dt = options.given("mc_dt") ? options.number("mc_dt")
                                  : default_step(setup.problem, setup.domain, &setup.exit);
  if (options.given("mc_max_time"))
    run.max_time = options.number("mc_max_time");
  run.saved_paths = static_cast<int>(options.integer("mc_save"));
  return run;
}

std::vector<ExitRecord> run_exits(Session& session, ExitSetup run, std::int64_t paths,
                                  bool& partial) {
  const auto [first, count] = path_slice(paths, session.rank(), session.ranks());
  run.first_path += first;
  run.paths = count;
  Progress line("trajectories", session.rank());
  run.stop = [] { return stop_requested(); };
  run.progress = [&, total = count](std::int64_t done, std::span<const ExitRecord>) {
    line.show(done, total, "");
  };
  std::vector<ExitRecord> mine;
  agree(session.comm(), [&] {
    if (count > 0)
      mine = simulate_exits(run);
  });
  // A stopped run keeps the leading whole batches of every rank's slice.
  int stopped = static_cast<std::int64_t>(mine.size()) < count;
  MPI_Allreduce(MPI_IN_PLACE, &stopped, 1, MPI_INT, MPI_MAX, session.comm());
  partial = partial || stopped;
  return gather_exits(session.comm(), mine);
}

void refuse_diverged(const ExitStatistics& statistics, double dt) {
  if (statistics.diverged > 0)
    throw NotTrusted(std::to_string(statistics.diverged) +
                     " trajectories diverged: the step is too long for the drift; try -mc_dt " +
                     std::to_string(dt / 4) + " or -mc_scheme tamed");
}

Outcome mc_exit_study(Session& session, const Options& options, const Setup& setup) {
  Outcome out;
  out.grid = {{"kind", "none"}};
  const std::int64_t paths = options.integer("mc_paths");
  const bool several = setup.starts.size() > 1;
  const auto put = [&](nlohmann::ordered_json& place, nlohmann::ordered_json value) {
    if (several)
      place.push_back(std::move(value));
    else
      place = std::move(value);
  };
  double dt = 0;
  for (Vec2 start : setup.starts) {
    const ExitSetup run = trajectory_setup(options, setup, start);
    dt = run.dt;
    const std::vector<ExitRecord> records = run_exits(session, run, paths, out.partial);
    if (records.empty())
      throw NotTrusted(
          "stopped before the first batch of trajectories was whole: nothing to report");
    const ExitStatistics s = exit_statistics(records, setup.parts.size());
    refuse_diverged(s, run.dt);
    out.table.emplace_back("start " + point_text(start), "");
    out.table.emplace_back("mean exit time", to_text(to_number(s.mean_exit_time)));
    out.table.emplace_back("standard deviation", to_text(to_number(s.exit_time_std)));
    put(out.results["mean_exit_time"], to_json(to_number(s.mean_exit_time)));
    put(out.results["exit_time_std"], to_json(to_number(s.exit_time_std)));
    for (std::size_t k = 0; k < setup.parts.size(); ++k) {
      put(out.results["exit_probability"][setup.parts[k]],
          to_json(to_number(s.exit_probability[k])));
      out.table.emplace_back("exit through " + setup.parts[k],
                             to_text(to_number(s.exit_probability[k])));
    }
    put(out.results["timed_out"], s.timed_out);
    if (s.timed_out > 0) {
      out.table.emplace_back("timed out", std::to_string(s.timed_out));
      session.notice(std::to_string(s.timed_out) +
                     " trajectories timed out: mean and standard "
                     "deviation are those of an exponential law (total time over exits)");
    }
    if (!out.headline) {
      out.headline = to_number(s.mean_exit_time);
      out.headline_name = "mean_exit_time";
    }
    if (session.rank() == 0 && run.saved_paths > 0) {
      ExitSetup first = run;
      first.paths = std::min<std::int64_t>(run.saved_paths, paths);
      for (Polyline& line : polylines(trace_paths(first)))
        out.paths.push_back(std::move(line));
    }
  }
  out.solver = {{"kind", "trajectories"},
                {"scheme", options.text("mc_scheme")},
                {"step", dt},
                {"bridge", options.flag("mc_bridge")}};
  return out;
}

} // namespace escapade
