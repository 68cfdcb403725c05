#include "answers/trajectories/runs.hpp"
#include "escapade/error.hpp"
#include "programs/main/progress.hpp"
#include "programs/mc/questions.hpp"
#include "programs/mc/table_errors.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace escapade {
namespace {

constexpr double default_steps = 10000; // per path
constexpr double default_relaxations = 20;
constexpr double burned = 0.2; // share of a path that forgets the start

/// Each named region as one part: where it holds, the largest φ of its own parts is ≥ 0.
Region joined(const std::vector<std::pair<std::string, Region>>& regions) {
  Region all;
  for (const auto& named : regions) {
    const Region& region = named.second;
    Part part;
    part.name = named.first;
    part.phi = [region](std::size_t n, const double* x, const double* y, double* out) {
      region.front().phi(n, x, y, out);
      std::vector<double> phi(n);
      for (std::size_t k = 1; k < region.size(); ++k) {
        region[k].phi(n, x, y, phi.data());
        for (std::size_t i = 0; i < n; ++i)
          out[i] = std::max(out[i], phi[i]);
      }
    };
    all.push_back(std::move(part));
  }
  return all;
}

std::array<std::size_t, 2> lattice_of(const Options& options, const Setup& setup) {
  if (setup.domain.line)
    return {options.given("cells") ? static_cast<std::size_t>(options.numbers("cells", 1)[0]) : 256,
            1};
  if (!options.given("cells"))
    return {64, 64};
  const std::vector<double> v = options.numbers("cells", 2);
  return {static_cast<std::size_t>(v[0]), static_cast<std::size_t>(v[1])};
}

/// A vector (columns 0), or a matrix row by row.
Json array_of(const std::vector<Estimate>& e, std::size_t columns) {
  Json value = Json::array(), error = value;
  for (std::size_t k = 0; k < e.size(); ++k) {
    if (columns > 0 && k % columns == 0) {
      value.push_back(Json::array());
      error.push_back(Json::array());
    }
    (columns > 0 ? value.back() : value).push_back(e[k].mean);
    (columns > 0 ? error.back() : error).push_back(e[k].standard_error);
  }
  return {{"value", value}, {"standard_error", error}, {"samples", e.front().samples}};
}

void check_times(const Options& options, const PathTimes& times, double dt) {
  if (times.total - times.burn_in >= dt)
    return;
  throw BadInput("-mc_burn_in " + to_text(number(times.burn_in)) + ", -mc_max_time " +
                 to_text(number(times.total)) +
                 (options.given("mc_max_time") ? "" : " (the default)") + ": no step (of " +
                 to_text(number(dt)) +
                 ") is left after the burn-in; give a longer -mc_max_time or a shorter "
                 "-mc_burn_in");
}

void tell_of_long_paths(const Session& session, double steps, double dt) {
  constexpr double long_way = 1e8;  // minutes for some hundred paths at once
  constexpr double too_long = 1e12; // refused
  if (steps < long_way || steps > too_long)
    return;
  char text[200];
  std::snprintf(
      text, sizeof text,
      "a path takes %.3g steps of %.3g, which will take long: a shorter -mc_max_time or a "
      "longer -mc_dt ends sooner",
      steps, dt);
  session.notice(text);
}

/// Whether there was something to hold.
bool hold_table_errors(StationaryStatistics& s,
                       const std::optional<StationaryStatistics>& coarser) {
  if (!coarser)
    return false;
  hold_table_error(s.mean, coarser->mean);
  hold_table_error(s.covariance, coarser->covariance);
  hold_table_error(s.region_probability, coarser->region_probability);
  return true;
}

} // namespace

CellLattice lattice_over(const Setup& setup, std::array<std::size_t, 2> cells) {
  const Domain& d = setup.domain;
  CellLattice lattice;
  lattice.cells = {static_cast<std::int64_t>(cells[0]), static_cast<std::int64_t>(cells[1])};
  lattice.h = {d.width() / static_cast<double>(cells[0]),
               d.height() / static_cast<double>(cells[1])};
  lattice.origin = {d.x0, d.y0};
  lattice.variables = setup.problem.variables;
  return lattice;
}

PathTimes path_times(const Options& options, const Setup& setup) {
  double total = 0;
  if (options.given("mc_max_time")) {
    total = options.number("mc_max_time");
  } else {
    total = default_steps * trajectory_step(options, setup);
    const bool bounded = !options.given("mc_dt") && options.text("mc_scheme") != "sgd";
    const double inwards = bounded ? usual_bounds(setup).inwards : 0;
    if (inwards > 0) // steps that resolve how it turns tell nothing of how it relaxes
      total = std::max(total, default_relaxations / inwards);
  }
  const double burn_in =
      options.given("mc_burn_in") ? options.number("mc_burn_in") : burned * total;
  if (!setup.period)
    return {total, burn_in};
  const auto whole = [P = *setup.period](double t) { return P * std::ceil(t / P - 1e-9); };
  return {whole(burn_in) + whole(total - burn_in), whole(burn_in)}; // of periods
}

namespace {

/// What the options say of long runs; the sampler is made if the algorithm itself runs.
StationarySetup long_runs(Session& session, const Options& options, const Setup& setup, double dt,
                          std::uint64_t seed, SgdSampler& sampler) {
  StationarySetup run;
  static_cast<PathSetup&>(run) = path_setup(options, setup);
  if (run.scheme == Scheme::sgd) {
    agree(session.comm(), [&] { sampler = sampler_of(options, setup); });
    run.sampler = &sampler;
  }
  run.start = setup.starts.empty() ? middle_of(setup) : setup.starts.front();
  run.dt = dt;
  run.seed = seed;
  const PathTimes times = path_times(options, setup);
  check_times(options, times, dt);
  check_scatter(options);
  tell_of_long_paths(session, times.total / dt, dt);
  run.burn_in = times.burn_in;
  run.duration = times.total - times.burn_in;
  run.first_path = options.integer("mc_first_path");
  return run;
}

StationarySample run_all(Session& session, const Options& options, const Setup& setup,
                         const StationarySetup& run, bool& partial) {
  Progress line("trajectories", session.rank());
  line.say(std::to_string(std::llround((run.burn_in + run.duration) / run.dt)) + " steps of " +
           std::to_string(options.integer("mc_paths")) + " paths");
  StationarySample all = run_stationary(session.comm(), run, options.integer("mc_paths"), partial);
  refuse_diverged(diverged_of(all), run.dt, options, setup); // first: all may have
  return all;
}

} // namespace

std::vector<Estimate> run_periodogram(Session& session, const Options& options, const Setup& setup,
                                      double dt, std::uint64_t seed, bool& partial,
                                      const Periodogram& of) {
  SgdSampler sampler;
  StationarySetup run = long_runs(session, options, setup, dt, seed, sampler);
  run.observable = &of.observable, run.observable_mean = of.mean;
  run.frequencies = of.frequencies, run.segments = of.segments;
  agree(session.comm(), [&] { check_path_count(options, 16 * (6 + std::ssize(run.frequencies))); });
  const StationarySample all = run_all(session, options, setup, run, partial);
  std::vector<Estimate> out;
  for (std::size_t f = 0; f < run.frequencies.size(); ++f) {
    std::vector<double> power;
    for (const PathAverages& path : all.paths)
      power.push_back(path.value[path.value.size() - run.frequencies.size() + f]);
    out.push_back(mean_of(power));
  }
  return out;
}

StationaryStatistics run_stationary(Session& session, const Options& options, const Setup& setup,
                                    double dt, std::uint64_t seed, bool& partial,
                                    std::array<std::size_t, 2> blocks) {
  SgdSampler sampler;
  StationarySetup run = long_runs(session, options, setup, dt, seed, sampler);
  const Region regions = joined(setup.regions);
  run.regions = &regions;
  run.block_nx = blocks[0];
  run.block_ny = blocks[1];
  const std::size_t n_blocks = blocks[0] * blocks[1];
  if (n_blocks == 0) {
    const auto cells = lattice_of(options, setup);
    run.nx = cells[0];
    run.ny = cells[1];
  }
  agree(session.comm(), [&] {
    const std::int64_t doubles = 2 * (6 + static_cast<std::int64_t>(regions.size() + 3 * n_blocks));
    check_path_count(options, 8 * doubles);
  });
  return whole_statistics(run_all(session, options, setup, run, partial), setup.domain);
}

void tell_of_walls(const Session& session, const Options& options, std::int64_t hits) {
  if (hits > 0 && options.text("mc_scheme") == "sgd")
    session.notice("the sides of -domain, at which the algorithm itself has no walls, reflected " +
                   std::to_string(hits) +
                   " steps: give a wider -domain; if that changes the result, it diverges");
}

Outcome mc_stationary_question(Session& session, const Options& options, const Setup& setup) {
  Outcome out;
  const double dt = trajectory_step(options, setup);
  const auto paths_of = [&](bool& partial) {
    return run_stationary(session, options, setup, dt,
                          static_cast<std::uint64_t>(options.integer("mc_seed")), partial);
  };
  StationaryStatistics s = paths_of(out.partial);
  tell_of_stop(session, s.mean[0].samples, options.integer("mc_paths"), "paths");
  if (!out.partial && asks_coarser_tables(options, setup))
    out.holds_table_errors = hold_table_errors(s, of_coarser_tables(setup, paths_of));
  const auto& c = s.covariance;
  if (setup.domain.line) {
    out.results["mean"] = array_of({s.mean[0]}, 0);
    out.results["covariance"] = array_of({c[0]}, 1);
  } else {
    out.results["mean"] = array_of({s.mean[0], s.mean[1]}, 0);
    out.results["covariance"] = array_of({c[0], c[1], c[1], c[2]}, 2);
  }
  for (std::size_t k = 0; k < setup.regions.size(); ++k)
    out.results["region_probability"][setup.regions[k].first] =
        to_json(number(s.region_probability[k]));
  out.results["effective_samples"] = s.effective_samples;
  out.results["wall_hits"] = s.wall_hits;
  tell_of_walls(session, options, s.wall_hits);

  for (const auto& [name, k] : means_of(setup))
    out.table.emplace_back(name, to_text(number(s.mean[k])));
  for (const auto& [name, k] : covariances_of(setup))
    out.table.emplace_back(name, to_text(number(c[k])));
  for (std::size_t k = 0; k < setup.regions.size(); ++k)
    out.table.emplace_back("probability of " + setup.regions[k].first,
                           to_text(number(s.region_probability[k])));
  out.table.emplace_back("effective samples", std::to_string(std::llround(s.effective_samples)));
  const auto paths = static_cast<double>(s.mean[0].samples);
  if (s.effective_samples < 10 * paths)
    session.notice("a path holds only " + printed("%.2g", s.effective_samples / paths) +
                   " independent points: -mc_max_time may be too short to forget the start");
  tell_of_few(session, s.mean[0].samples, "paths");
  const auto cells = lattice_of(options, setup);
  out.grid = {{"kind", "histogram"}, {"cells", {cells[0], cells[1]}}};
  if (setup.domain.line)
    out.grid["cells"] = Json(std::vector{cells[0]});
  if (session.rank() == 0 && !s.density.empty()) {
    out.fields.emplace();
    out.fields->lattice = lattice_over(setup, cells);
    out.fields->fields = {{"density", "1/area", 1, {}, s.density}};
  }
  const PathTimes times = path_times(options, setup);
  out.solver = {{"kind", "trajectories"},
                {"scheme", options.text("mc_scheme")},
                {"step", dt},
                {"burn_in", times.burn_in},
                {"time_per_path", times.total}};
  return out;
}

} // namespace escapade
