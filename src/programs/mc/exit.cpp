#include "programs/mc/exit.hpp"

#include "escapade/error.hpp"
#include "escapade/grid/mesh.hpp"
#include "parallel/gather.hpp"
#include "programs/main/progress.hpp"
#include "programs/mc/sgd.hpp"
#include "programs/report/path_count.hpp"
#include "programs/report/stopped.hpp"
#include "programs/report/summary.hpp"
#include "support/parse.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>

namespace escapade {

namespace {

constexpr std::int64_t most_exit_points = 100000;

Number to_number(const Estimate& e) {
  return estimate(e.mean, e.standard_error, e.samples);
}

bool is_auto(const Options& options) {
  return options.given("mc_dt") && options.text("mc_dt") == "auto";
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

double trajectory_step(const Options& options, const Setup& setup) {
  if (is_auto(options) && !program_named(options.program()).halves_its_step)
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

PathSetup path_setup(const Options& options, const Setup& setup) {
  PathSetup run;
  run.problem = &setup.simulated();
  run.domain = setup.domain;
  run.outline = setup.outline.get();
  run.scheme = scheme_named(options.text("mc_scheme"));
  run.stop = [] { return stop_requested(); };
  return run;
}

ExitSetup trajectory_setup(const Options& options, const Setup& setup, Vec2 start,
                           const SgdSampler* sampler) {
  ExitSetup run;
  static_cast<PathSetup&>(run) = path_setup(options, setup);
  if (setup.outline) { // a box that no path comes to
    const double w = setup.domain.width(), h = setup.domain.height();
    run.domain = {
        setup.domain.x0 - w, setup.domain.x1 + w, setup.domain.y0 - h, setup.domain.y1 + h, {}};
  }
  run.exit = &setup.paths_exit();
  run.start = start;
  run.first_path = options.integer("mc_first_path");
  run.seed = static_cast<std::uint64_t>(options.integer("mc_seed"));
  run.bridge = options.flag("mc_bridge");
  run.sampler = sampler;
  run.dt = trajectory_step(options, setup);
  if (options.given("mc_max_time"))
    run.max_time = options.number("mc_max_time");
  run.saved_paths = static_cast<int>(options.integer("mc_save"));
  return run;
}

void refuse_diverged(std::int64_t diverged, double dt, const Options& options, const Setup& setup) {
  if (diverged > 0) // far above the usual step a quarter would not do
    refuse_diverged(diverged, std::min(dt, 4 * usual_step(options, setup)));
}

std::string run_key(const Options& options, const Setup& setup, double dt) {
  std::string key;
  char text[120];
  for (const std::string& part : setup.parts)
    key += "part=" + part + "\n";
  for (Vec2 s : setup.starts) {
    std::snprintf(text, sizeof text, "start=%.17g,%.17g\n", s.x, s.y);
    key += text;
  }
  std::snprintf(text, sizeof text, "step=%.17g\n", dt);
  key += text;
  for (const char* name :
       {"mc_seed",       "mc_scheme",   "mc_bridge", "mc_batches", "mc_max_time",
        "domain",        "boundary",    "exit",      "variables",  "parameters",
        "potential",     "temperature", "drift",     "diffusion",  "noise",
        "calculus",      "loss",        "model",     "target",     "regularization",
        "learning_rate", "batch_size",  "sgd_noise", "minimum",    "mc_table"})
    key +=
        std::string(name) + "=" + (options.given(name) ? options.text(name) : "(default)") + "\n";
  if (setup.data)
    key += "data=" + setup.data->checksum + "\n";
  return key;
}

Polyline line_of(const SavedPath& path) {
  return {path.point, {{"time", path.time}}};
}

Progressed shown(const Session& session, const std::string& title) {
  return [line = std::make_shared<Progress>(title, session.rank())](
             std::int64_t done, std::int64_t total) { line->show(done, total, ""); };
}

std::vector<ExitRecord> run_exits(Session& session, const ExitSetup& setup, std::int64_t paths,
                                  bool& partial) {
  return run_exits(session.comm(), setup, paths, shown(session, "trajectories"), partial);
}

ExitStatistics report_exits(Session& session, Outcome& out, Vec2 start, bool several,
                            const std::vector<std::string>& parts,
                            const std::vector<ExitRecord>& records, double dt, const Ranks& ranks) {
  const auto put = [&](Json& place, Json value) {
    if (several)
      place.push_back(std::move(value));
    else
      place = std::move(value);
  };
  ExitStatistics s = whole_statistics(records, parts.size(), dt, ranks);
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
  put(out.results["survival"], {{"times", s.survival.times},
                                {"value", s.survival.value},
                                {"standard_error", s.survival.standard_error}});
  if (!out.chart)
    out.chart = Chart{"survival of trajectories", "time", "share that has not left", true, {}};
  out.chart->lines.push_back({s.survival.times, s.survival.value, s.survival.standard_error,
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

namespace {

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

} // namespace

Outcome mc_exit_study(Session& session, const Options& options, const Setup& setup) {
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
    const ExitStatistics found = report_exits(
        session, out, setup.starts[s], setup.starts.size() > 1, setup.parts, records, dt, ranks);
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
