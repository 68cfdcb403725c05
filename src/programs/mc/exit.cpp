#include "programs/mc/exit.hpp"

#include "escapade/error.hpp"
#include "escapade/grid/mesh.hpp"
#include "output/summary.hpp"
#include "parallel/gather.hpp"
#include "paths/exits/survival.hpp"
#include "programs/mc/sgd.hpp"
#include "programs/report/path_count.hpp"
#include "programs/report/stopped.hpp"
#include "support/parse.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>

namespace escapade {

namespace {

constexpr int most_halvings = 12;
constexpr std::int64_t most_exit_points = 100000;

Number to_number(const Estimate& e) {
  return estimate(e.mean, e.standard_error, e.samples);
}

bool is_auto(const Options& options) {
  return options.given("mc_dt") && options.text("mc_dt") == "auto";
}

/// Runs at ever shorter steps, each with draws of its own, until two in a row agree to the standard
/// error of their difference; the records and the step of the last one.
std::vector<ExitRecord> run_until_stable(Session& session, ExitSetup& run, std::int64_t paths,
                                         std::size_t parts, Outcome& out) {
  const Ranks ranks(session.comm());
  Estimate before;
  auto tried = nlohmann::ordered_json::array();
  for (int k = 0; k <= most_halvings; ++k) {
    const std::vector<ExitRecord> records = run_exits(session, run, paths, out.partial);
    if (out.partial)
      return records;
    std::int64_t exits = 0;
    for (const ExitRecord& r : records)
      exits += r.part >= 0;
    if (diverged_of(records, ranks) == 0 && ranks.sum(exits) > 0) {
      const Estimate now = exit_statistics(records, parts, ranks).mean_exit_time;
      tried.push_back(
          {{"step", run.dt}, {"mean_exit_time", now.mean}, {"standard_error", now.standard_error}});
      out.solver["steps_tried"] = tried;
      if (before.samples > 0 &&
          std::fabs(now.mean - before.mean) < std::hypot(now.standard_error, before.standard_error))
        return records;
      before = now;
    }
    run.dt /= 2;
    run.seed += 0x9E3779B97F4A7C15u;
  }
  throw NotTrusted("-mc_dt auto: the mean exit time still changes with the step after " +
                   std::to_string(most_halvings) + " halvings; give a -mc_dt");
}

/// The step in which noise spreads over an eighth of the mesh's narrow places; half of that where
/// currents are to be told, since steps are mirrored at straight edges.
double step_within(const Setup& setup) {
  const std::vector<Vec2>& nodes = setup.shape.mesh->shape.node;
  std::vector<double> x, y, c(5 * nodes.size());
  for (Vec2 p : nodes)
    x.push_back(p.x), y.push_back(p.y);
  setup.problem.coefficients(nodes.size(), x.data(), y.data(), c.data());
  double most = 0;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const Sym2 d{c[2 * nodes.size() + i], c[3 * nodes.size() + i], c[4 * nodes.size() + i]};
    most = std::max(most, eigen(d).value[1]);
  }
  const double reach = setup.outline->narrow() / (setup.parts.empty() ? 16 : 8);
  return reach * reach / (2 * most);
}

std::vector<Polyline> polylines(const std::vector<SavedPath>& saved) {
  std::vector<Polyline> lines;
  for (const SavedPath& path : saved)
    lines.push_back({path.point, {{"time", path.time}}});
  return lines;
}

/// The first `most` exits of all ranks' records, on rank 0.
std::vector<ExitRecord> first_exits(Session& session, const std::vector<ExitRecord>& records,
                                    std::int64_t most) {
  std::vector<ExitRecord> exits;
  for (auto r = records.begin(); r != records.end() && std::ssize(exits) < most; ++r)
    if (r->part >= 0)
      exits.push_back(*r);
  const std::int64_t mine = std::ssize(exits);
  std::int64_t before = 0;
  MPI_Exscan(&mine, &before, 1, MPI_INT64_T, MPI_SUM, session.comm());
  if (session.rank() > 0)
    exits.resize(static_cast<std::size_t>(std::clamp<std::int64_t>(most - before, 0, mine)));
  return gathered(session.comm(), std::move(exits));
}

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

} // namespace

Scheme scheme_named(const std::string& name) {
  return name == "euler"          ? Scheme::euler
         : name == "time_changed" ? Scheme::time_changed
         : name == "heun"         ? Scheme::heun
         : name == "tamed"        ? Scheme::tamed
                                  : Scheme::sgd;
}

double trajectory_step(const Options& options, const Setup& setup) {
  if (is_auto(options) && options.program() != "mc-exit")
    throw BadInput("-mc_dt auto: only mc-exit looks for a step; give a number above 0");
  if (options.given("mc_dt") && !is_auto(options)) {
    const auto dt = parse_number(options.text("mc_dt"));
    if (!dt || !(*dt > 0))
      throw BadInput("-mc_dt \"" + options.text("mc_dt") +
                     "\": expected a number above 0, or auto with mc-exit");
    return *dt;
  }
  return usual_step(options, setup);
}

double usual_step(const Options& options, const Setup& setup) {
  if (options.text("mc_scheme") == "sgd")
    return options.number("learning_rate");
  const std::vector<Vec2> starts =
      setup.starts.empty() ? std::vector{middle_of(setup)} : setup.starts;
  const double dt = default_step(setup.problem, setup.domain, &setup.paths_exit(), starts);
  return setup.outline ? std::min(dt, step_within(setup)) : dt;
}

Vec2 middle_of(const Setup& setup) {
  const Domain& d = setup.domain;
  const Vec2 middle{0.5 * (d.x0 + d.x1), 0.5 * (d.y0 + d.y1)};
  if (!setup.shape.mesh)
    return middle;
  const Mesh& mesh = *setup.shape.mesh;
  Vec2 best = mesh.shape.node.front();
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t v = 0; v < mesh.shape.node.size(); ++v)
    if (const double r = norm(mesh.shape.node[v] - middle); !mesh.on_boundary[v] && r < least)
      least = r, best = mesh.shape.node[v];
  return best;
}

std::shared_ptr<const SgdSampler> exit_sampler(const Options& options, const Setup& setup) {
  check_scatter(options);
  check_path_count(options, 4 * static_cast<std::int64_t>(sizeof(ExitRecord)));
  if (options.text("mc_scheme") != "sgd")
    return nullptr;
  return std::make_shared<SgdSampler>(sampler_of(options, setup));
}

ExitSetup trajectory_setup(const Options& options, const Setup& setup, Vec2 start,
                           const SgdSampler* sampler) {
  ExitSetup run;
  run.problem = &setup.simulated();
  run.domain = setup.domain;
  if (setup.outline) { // a box that no path comes to
    const double w = setup.domain.width(), h = setup.domain.height();
    run.domain = {
        setup.domain.x0 - w, setup.domain.x1 + w, setup.domain.y0 - h, setup.domain.y1 + h, {}};
    run.outline = setup.outline.get();
  }
  run.exit = &setup.paths_exit();
  run.start = start;
  run.first_path = options.integer("mc_first_path");
  run.seed = static_cast<std::uint64_t>(options.integer("mc_seed"));
  run.bridge = options.flag("mc_bridge");
  run.scheme = scheme_named(options.text("mc_scheme"));
  run.sampler = sampler;
  run.dt = trajectory_step(options, setup);
  if (options.given("mc_max_time"))
    run.max_time = options.number("mc_max_time");
  run.saved_paths = static_cast<int>(options.integer("mc_save"));
  return run;
}

std::int64_t diverged_of(const std::vector<ExitRecord>& records, const Ranks& ranks) {
  std::int64_t diverged = 0;
  for (const ExitRecord& r : records)
    diverged += r.part == ExitRecord::diverged;
  return ranks.sum(diverged);
}

void refuse_diverged(std::int64_t diverged, double dt, const Options& options, const Setup& setup) {
  if (diverged > 0) // far above the usual step a quarter would not do
    refuse_diverged(diverged, std::min(dt, 4 * usual_step(options, setup)));
}

void refuse_diverged(std::int64_t diverged, double dt) {
  if (diverged == 0)
    return;
  char text[240];
  std::snprintf(
      text, sizeof text,
      "%lld trajectories diverged: the step is too long for the drift; try -mc_dt %.3g or "
      "-mc_scheme tamed (for sgd a smaller -learning_rate)",
      static_cast<long long>(diverged), dt / 4);
  throw NotTrusted(text);
}

ExitStatistics report_exits(Session& session, Outcome& out, Vec2 start, bool several,
                            const std::vector<std::string>& parts,
                            const std::vector<ExitRecord>& records, double dt, const Ranks& ranks) {
  const auto put = [&](nlohmann::ordered_json& place, nlohmann::ordered_json value) {
    if (several)
      place.push_back(std::move(value));
    else
      place = std::move(value);
  };
  if (ranks.sum(std::ssize(records)) == 0)
    throw NotTrusted("stopped before the first batch of trajectories was whole: nothing to report");
  refuse_diverged(diverged_of(records, ranks),
                  dt); // first: where all have, there are no statistics
  const ExitStatistics s = exit_statistics(records, parts.size(), ranks);
  out.table.emplace_back("start " + point_text(start), "");
  out.table.emplace_back("mean exit time", to_text(to_number(s.mean_exit_time)));
  out.table.emplace_back("standard deviation", to_text(to_number(s.exit_time_std)));
  put(out.results["mean_exit_time"], to_json(to_number(s.mean_exit_time)));
  put(out.results["exit_time_std"], to_json(to_number(s.exit_time_std)));
  for (std::size_t k = 0; k < parts.size(); ++k) {
    put(out.results["exit_probability"][parts[k]], to_json(to_number(s.exit_probability[k])));
    out.table.emplace_back("exit through " + parts[k], to_text(to_number(s.exit_probability[k])));
  }
  put(out.results["timed_out"], s.timed_out);
  const Survival survival = survival_curve(records, ranks);
  put(out.results["survival"], {{"times", survival.times},
                                {"value", survival.value},
                                {"standard_error", survival.standard_error}});
  if (!out.chart)
    out.chart = Chart{"survival of trajectories", "time", "share that has not left", true, {}};
  out.chart->lines.push_back({survival.times, survival.value, survival.standard_error,
                              several ? "from " + point_text(start) : std::string()});
  if (s.timed_out > 0) {
    out.table.emplace_back("timed out", std::to_string(s.timed_out));
    session.notice(std::to_string(s.timed_out) + " trajectories timed out: mean and standard "
                                                 "deviation are those of an exponential law "
                                                 "(total time over exits)");
  }
  tell_of_few(session, s.mean_exit_time.samples, "exits");
  if (!out.headline) {
    out.headline = to_number(s.mean_exit_time);
    out.headline_name = "mean_exit_time";
  }
  return s;
}

Outcome mc_exit_study(Session& session, const Options& options, const Setup& setup) {
  Outcome out;
  out.grid = {{"kind", "none"}};
  if (is_auto(options) && (options.given("mc_checkpoint") || options.given("mc_first_path") ||
                           options.flag("mc_records") || options.text("mc_scheme") == "sgd"))
    throw BadInput("-mc_dt auto: not with -mc_checkpoint, slices or -mc_scheme sgd, whose step is "
                   "given; give -mc_dt");
  if (options.given("mc_checkpoint"))
    for (const char* end : {".json", ".records", ".vtp", ".png", "_exits.vtp"})
      if (options.text("mc_checkpoint") == options.text("output") + end)
        throw BadInput("-mc_checkpoint " + options.text("mc_checkpoint") +
                       ": the run writes another file of that name; give another one");
  const std::int64_t paths = options.integer("mc_paths");
  std::shared_ptr<const SgdSampler> sampler;
  agree(session.comm(), [&] { sampler = exit_sampler(options, setup); });
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
        is_auto(options) ? run_until_stable(session, run, paths, setup.parts.size(), out)
        : options.given("mc_checkpoint") ? run_exits(session, run, paths, out.partial,
                                                     {options.text("mc_checkpoint"), file.key, s})
                                         : run_exits(session, run, paths, out.partial);
    const std::int64_t whole = ranks.sum(std::ssize(records));
    if (s > 0 && out.partial && whole == 0) {
      session.notice("stopped by a signal: no trajectory is whole from " +
                     point_text(setup.starts[s]) + " on, the results are of the starts before");
      break;
    }
    dt = run.dt;
    refuse_diverged(diverged_of(records, ranks), dt, options, setup);
    const ExitStatistics found = report_exits(
        session, out, setup.starts[s], setup.starts.size() > 1, setup.parts, records, dt, ranks);
    tell_of_stop(session, whole, paths, "trajectories",
                 options.given("mc_checkpoint") ? "; the same command goes on from -mc_checkpoint"
                                                : "");
    const std::vector<ExitRecord> few = first_exits(session, records, room);
    exits.insert(exits.end(), few.begin(), few.end());
    room -= std::min(room, found.mean_exit_time.samples);
    if (slice)
      file.starts.push_back({{run.first_path, gathered(session.comm(), std::move(records))}});
    if (session.rank() == 0 && run.saved_paths > 0) {
      ExitSetup first = run;
      first.paths = std::min<std::int64_t>(run.saved_paths, paths);
      for (Polyline& line : polylines(trace_paths(first)))
        out.paths.push_back(std::move(line));
    }
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
