#include "programs/mc/sgd.hpp"

#include "escapade/error.hpp"
#include "escapade/paths/estimate.hpp"
#include "output/summary.hpp"
#include "parallel/gather.hpp"
#include "programs/main/progress.hpp"
#include "programs/report/path_count.hpp"
#include "programs/report/stopped.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <exception>

namespace escapade {
namespace {

constexpr std::int64_t default_runs = 20, listed_runs = 1000;

/// Draws of run `k` from start `s`: starts have draws of their own.
std::uint64_t path_of(std::size_t s, std::int64_t k) {
  return static_cast<std::uint64_t>(s) << 40 | static_cast<std::uint64_t>(k);
}

/// This rank's runs on its threads; fewer where a signal came.
std::vector<Descent> descend_all(const SgdSampler& sampler, Vec2 start, const DescentStop& stop,
                                 std::uint64_t seed, std::size_t s, std::int64_t first,
                                 std::int64_t count) {
  std::vector<Descent> all(static_cast<std::size_t>(count));
  std::vector<char> done(all.size(), 0);
  std::exception_ptr failure;
#pragma omp parallel for schedule(dynamic, 1)
  for (std::int64_t k = 0; k < count; ++k) {
    if (stop_requested())
      continue;
    try {
      all[static_cast<std::size_t>(k)] = descend(sampler, start, stop, seed, path_of(s, first + k));
      done[static_cast<std::size_t>(k)] = 1;
    } catch (...) {
#pragma omp critical(escapade_sgd_failure)
      failure = std::current_exception();
    }
  }
  if (failure)
    std::rethrow_exception(failure);
  std::size_t whole = 0; // runs that happened to end first would bias the answer
  while (whole < all.size() && done[whole])
    ++whole;
  all.resize(whole);
  return all;
}

/// All ranks' runs in order, on every rank.
std::vector<Descent> gathered_runs(MPI_Comm comm, const std::vector<Descent>& mine) {
  std::vector<double> flat;
  for (const Descent& d : mine)
    for (double v : {d.final_point.x, d.final_point.y, static_cast<double>(d.iterations),
                     d.converged ? 1.0 : 0.0, d.diverged ? 1.0 : 0.0})
      flat.push_back(v);
  const auto all = joined(comm, flat);
  std::vector<Descent> runs;
  for (std::size_t k = 0; k + 4 < all.size(); k += 5)
    runs.push_back({{all[k], all[k + 1]},
                    static_cast<std::int64_t>(all[k + 2]),
                    all[k + 3] != 0,
                    all[k + 4] != 0});
  return runs;
}

double quantile(std::vector<double> sorted, double q) {
  return sorted[static_cast<std::size_t>(std::lround(q * static_cast<double>(sorted.size() - 1)))];
}

/// null where one run alone gives no error
nlohmann::ordered_json error_or_null(const Estimate& e) {
  return std::isfinite(e.standard_error) ? nlohmann::ordered_json(e.standard_error)
                                         : nlohmann::ordered_json(nullptr);
}

/// The entry of one start, and its line of the table.
nlohmann::ordered_json describe(Vec2 start, const std::vector<Descent>& runs, std::string& text) {
  std::array<std::vector<double>, 2> end;
  std::vector<double> iterations;
  std::int64_t converged = 0, diverged = 0;
  auto list = nlohmann::ordered_json::array();
  for (const Descent& d : runs) {
    converged += d.converged;
    diverged += d.diverged;
    if (d.diverged)
      continue;
    end[0].push_back(d.final_point.x);
    end[1].push_back(d.final_point.y);
    iterations.push_back(static_cast<double>(d.iterations));
    if (static_cast<std::int64_t>(list.size()) < listed_runs)
      list.push_back({d.final_point.x, d.final_point.y, d.iterations, d.converged});
  }
  if (iterations.empty())
    throw NotTrusted("every run from " + point_text(start) +
                     " diverged: give a smaller -learning_rate");
  const Estimate x = mean_of(end[0]), y = mean_of(end[1]), n = mean_of(iterations);
  std::sort(iterations.begin(), iterations.end());
  nlohmann::ordered_json entry;
  entry["start"] = {start.x, start.y};
  entry["final_point"] = {{"value", {x.mean, y.mean}},
                          {"standard_error", {error_or_null(x), error_or_null(y)}},
                          {"std", {deviation_of(end[0]).mean, deviation_of(end[1]).mean}},
                          {"samples", x.samples}};
  entry["iterations"] = {{"value", n.mean},
                         {"standard_error", error_or_null(n)},
                         {"samples", n.samples},
                         {"quantiles",
                          {{"0.05", quantile(iterations, 0.05)},
                           {"0.5", quantile(iterations, 0.5)},
                           {"0.95", quantile(iterations, 0.95)}}}};
  entry["converged"] = converged == static_cast<std::int64_t>(runs.size());
  entry["converged_runs"] = converged;
  entry["diverged"] = diverged;
  entry["runs"] = std::move(list);
  char line[240];
  std::snprintf(line, sizeof line,
                "(%.5g, %.5g), spread (%.2g, %.2g); %.6g iterations; %lld of %zu converged", x.mean,
                y.mean, deviation_of(end[0]).mean, deviation_of(end[1]).mean,
                quantile(iterations, 0.5), static_cast<long long>(converged), runs.size());
  text = line;
  if (diverged > 0)
    text += "; " + std::to_string(diverged) + " diverged";
  return entry;
}

} // namespace

Outcome mc_sgd_study(Session& session, const Options& options, const Setup& setup) {
  SgdSampler sampler;
  agree(session.comm(), [&] {
    check_path_count(options, 4 * static_cast<std::int64_t>(sizeof(Descent)));
    sampler = sampler_of(options, setup);
  });
  DescentStop stop;
  stop.window = options.integer("mc_window");
  stop.tolerance = options.number("mc_tolerance");
  if (options.given("mc_max_time"))
    stop.max_iterations = std::max<std::int64_t>(
        1, std::llround(options.number("mc_max_time") / sampler.learning_rate));
  const std::int64_t runs = options.given("mc_paths") ? options.integer("mc_paths") : default_runs;
  const auto seed = static_cast<std::uint64_t>(options.integer("mc_seed"));
  const std::int64_t first_path = options.integer("mc_first_path");
  const RowRange slice = rows_of_rank(runs, session.rank(), session.ranks());
  const std::int64_t first = slice.first, count = slice.size();

  Outcome out;
  out.grid = {{"kind", "none"}};
  out.results["starts"] = nlohmann::ordered_json::array();
  Progress line("descent", session.rank());
  std::int64_t diverged = 0;
  for (std::size_t s = 0; s < setup.starts.size(); ++s) {
    line.show(static_cast<std::int64_t>(s), static_cast<std::int64_t>(setup.starts.size()), "");
    std::vector<Descent> mine;
    agree(session.comm(), [&] {
      mine = descend_all(sampler, setup.starts[s], stop, seed, s, first_path + first, count);
    });
    const std::vector<Descent> all = gathered_runs(session.comm(), mine);
    out.partial = out.partial || static_cast<std::int64_t>(all.size()) < runs;
    if (all.empty() && s == 0)
      throw NotTrusted("stopped before the first run was over: nothing to report");
    if (all.empty()) {
      session.notice("stopped by a signal: no run is whole from " + point_text(setup.starts[s]) +
                     " on, the results are of the starts before");
      break;
    }
    tell_of_stop(session, std::ssize(all), runs, "runs from " + point_text(setup.starts[s]));
    std::string text;
    out.results["starts"].push_back(describe(setup.starts[s], all, text));
    diverged += out.results["starts"].back()["diverged"].get<std::int64_t>();
    out.table.emplace_back(point_text(setup.starts[s]), text);
    if (session.rank() == 0)
      for (std::int64_t k = 0;
           k < std::min(options.integer("mc_save"), static_cast<std::int64_t>(all.size())); ++k)
        out.paths.push_back(trace_descent(sampler, setup.starts[s],
                                          all[static_cast<std::size_t>(k)].iterations, seed,
                                          path_of(s, first_path + k)));
  }
  if (diverged > 0)
    session.notice(std::to_string(diverged) +
                   " runs diverged and are left out: give a smaller -learning_rate");
  out.solver = {{"kind", "descent"},
                {"batches", options.text("mc_batches")},
                {"step", sampler.learning_rate},
                {"window", stop.window},
                {"tolerance", stop.tolerance},
                {"max_iterations", stop.max_iterations}};
  return out;
}

} // namespace escapade
