#include "programs/mc/path_options.hpp"

#include "escapade/error.hpp"
#include "escapade/grid/mesh.hpp"
#include "escapade/problem/time.hpp"
#include "programs/main/program_table.hpp"
#include "programs/main/progress.hpp"
#include "programs/mc/questions.hpp"
#include "programs/setup/problem_key.hpp"
#include "support/exact.hpp"
#include "support/memory.hpp"
#include "support/parse.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace escapade {
namespace {

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

} // namespace

bool is_auto(const Options& options) {
  return options.given("mc_dt") && options.text("mc_dt") == "auto";
}

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

StepBounds usual_bounds(const Setup& setup) {
  const std::vector<Vec2> starts =
      setup.starts.empty() ? std::vector{middle_of(setup)} : setup.starts;
  return step_bounds(setup.untabulated(), setup.domain, &setup.paths_exit(), starts);
}

Scheme scheme_of(const Options& options, const Setup& setup) {
  const Scheme named = scheme_named(options.text("mc_scheme"));
  if (options.given("mc_scheme") || options.program() != "fp-crosscheck" ||
      !setup.problem.constant_noise)
    return named;
  const StepBounds bounds = usual_bounds(setup);
  return bounds.turns < bounds.resolved ? Scheme::heun : named;
}

namespace {

/// The time that trajectories of a timed problem run for; 0 if none is known.
double span_of(const Options& options, const Setup& setup) {
  return setup.period                   ? *setup.period
         : options.given("t_end")       ? options.number("t_end")
         : options.given("mc_max_time") ? options.number("mc_max_time")
                                        : 0;
}

/// What comes later may be steeper, and coefficients change with time.
double step_until(const Setup& setup, double span) {
  const std::vector<Vec2> starts =
      setup.starts.empty() ? std::vector{middle_of(setup)} : setup.starts;
  double dt = time_scale(setup.untabulated(), setup.domain, 0, span) / 16;
  for (const double share : {0.25, 0.5, 0.75, 1.0})
    dt = std::min(dt, default_step(at_time(setup.untabulated(), share * span), setup.domain,
                                   &setup.paths_exit(), starts));
  return dt;
}

/// The largest step that is at most `dt` and a whole part of `span`.
double whole_part(double span, double dt) {
  return span / std::ceil(span / dt);
}

} // namespace

double usual_step(const Options& options, const Setup& setup) {
  if (options.text("mc_scheme") == "sgd")
    return setup.inertial ? std::sqrt(options.number("learning_rate"))
                          : options.number("learning_rate");
  double dt = usual_bounds(setup).of(scheme_of(options, setup));
  const double span = setup.timed ? span_of(options, setup) : 0;
  if (span > 0)
    dt = whole_part(span, std::min(dt, step_until(setup, span)));
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
  run.timed = setup.timed;
  run.domain = setup.domain;
  run.outline = setup.outline.get();
  run.scheme = scheme_of(options, setup);
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

std::string run_key(const Options& options, const Setup& setup, double dt) {
  std::string key;
  for (const std::string& part : setup.parts)
    key += "part=" + part + "\n";
  for (Vec2 s : setup.starts)
    key += printed("start=%.17g,%.17g\n", s.x, s.y);
  key += printed("step=%.17g\n", dt);
  for (const char* name : {"mc_seed", "mc_scheme", "mc_bridge", "mc_batches", "mc_max_time",
                           "mc_table", "domain", "boundary", "exit"})
    key += key_line(options, name);
  return key + problem_key(options, setup);
}

void check_path_count(const Options& options, std::int64_t bytes_each) {
  constexpr std::int64_t most = std::int64_t{1} << 40; // the rest of the number tells starts apart
  const std::int64_t paths = options.integer("mc_paths"), first = options.integer("mc_first_path");
  if (first >= most)
    throw BadInput("-mc_first_path " + std::to_string(first) + ": give less than 2^40, " +
                   std::to_string(most));
  const double bytes = static_cast<double>(paths) * static_cast<double>(bytes_each);
  const auto free = static_cast<double>(available_memory());
  if (paths < most - first && bytes < free)
    return;
  throw BadInput(
      printed("-mc_paths %lld: their records take %.3g GB of memory, %.3g GB are free; give fewer, "
              "or slices with -mc_first_path",
              static_cast<long long>(paths), bytes / 1e9, free / 1e9));
}

void check_scatter(const Options& options) {
  if (options.integer("mc_paths") < 2)
    throw BadInput("-mc_paths 1: give 2 or more, better hundreds: errors come from their scatter");
}

void tell_of_few(const Session& session, std::int64_t samples, const std::string& what) {
  constexpr std::int64_t few = 10;
  if (samples < 2 || samples >= few)
    return;
  const double off = 1 / std::sqrt(2 * static_cast<double>(samples - 1));
  session.notice("errors come from the scatter of " + std::to_string(samples) + " " + what +
                 " and are themselves off by about " + std::to_string(std::lround(100 * off)) +
                 " %; give more -mc_paths");
}

void tell_of_stop(const Session& session, std::int64_t done, std::int64_t wanted,
                  const std::string& what, const std::string& after) {
  if (done < wanted)
    session.notice("stopped by a signal: " + std::to_string(done) + " of " +
                   std::to_string(wanted) + " " + what + " are whole, the results are theirs" +
                   after);
}

} // namespace escapade
