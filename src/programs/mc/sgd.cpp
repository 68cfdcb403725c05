#include "answers/trajectories/runs.hpp"
#include "escapade/error.hpp"
#include "paths/estimate.hpp"
#include "programs/main/progress.hpp"
#include "programs/mc/questions.hpp"
#include "support/exact.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace escapade {
namespace {

constexpr std::int64_t default_runs = 20, listed_runs = 1000;

double quantile(std::vector<double> sorted, double q) {
  return sorted[static_cast<std::size_t>(std::lround(q * static_cast<double>(sorted.size() - 1)))];
}

/// null where one run alone gives no error
Json error_or_null(const Estimate& e) {
  return std::isfinite(e.standard_error) ? Json(e.standard_error) : Json(nullptr);
}

/// Noise moves the means of two windows apart by an amount that falls with √window.
std::string why_moving(const Descent& run, const DescentStop& stop, const SgdSampler& sampler) {
  const GradientAndNoise g = gradient_and_noise(sampler, run.mean);
  const std::string moved = printed(
      "still moved after %lld iterations, from window to window by up to %.2g "
      "(-mc_tolerance %.2g); at the mean of the last window |grad L| is %.2g and the noise "
      "of a batch's gradient %.2g: ",
      static_cast<long long>(stop.max_iterations), run.moved, stop.tolerance, g.gradient, g.noise);
  // over a window of n steps the gradient moves the mean by η n |∇L|, noise its own mean by 1/√n
  const auto steps = static_cast<double>(stop.window);
  const bool drawn = g.gradient > 3 * g.noise / std::sqrt(steps) &&
                     sampler.learning_rate * steps * g.gradient < 3 * run.moved;
  if (drawn)
    return moved + "they are on the way still, give a longer -mc_max_time";
  const double wider = std::pow(run.moved / std::max(stop.tolerance, 1e-300), 2);
  return moved + printed("noise keeps them moving about a place, as it does at any minimum; they "
                         "count as converged with -mc_tolerance %.1g, or -mc_window %.1g",
                         2 * run.moved, steps * wider);
}

/// Why some of the runs have not converged; nothing where all have.
std::string reason_of(const std::vector<Descent>& runs, const DescentStop& stop,
                      const SgdSampler& sampler) {
  std::int64_t diverged = 0, short_ones = 0, moving = 0;
  const Descent* most_moved = nullptr;
  for (const Descent& d : runs) {
    diverged += d.diverged;
    if (d.diverged || d.converged)
      continue;
    ++(d.iterations < 2 * stop.window ? short_ones : moving);
    if (d.iterations >= 2 * stop.window && (!most_moved || d.moved > most_moved->moved))
      most_moved = &d;
  }
  std::string reason;
  const auto add = [&](std::int64_t count, const std::string& why) {
    if (count > 0)
      reason += (reason.empty() ? "" : "; ") + std::to_string(count) + " of " +
                std::to_string(runs.size()) + " " + why;
  };
  add(diverged, "diverged: a smaller -learning_rate may help");
  add(short_ones,
      printed("ended after %lld iterations, less than two windows of %lld: give a longer "
              "-mc_max_time or a shorter -mc_window",
              static_cast<long long>(stop.max_iterations), static_cast<long long>(stop.window)));
  if (most_moved)
    add(moving, why_moving(*most_moved, stop, sampler));
  return reason;
}

/// The steps that the schedule makes until -mc_max_time, all of them where none is given. BadInput
/// where a rate among them is not positive.
std::int64_t steps_of_schedule(const Options& options, const SgdSampler& sampler) {
  const double end = options.given("mc_max_time") ? options.number("mc_max_time")
                                                  : std::numeric_limits<double>::infinity();
  const std::int64_t most = options.given("mc_max_time") ? 100000000 : DescentStop{}.max_iterations;
  std::int64_t k = 0;
  for (double t = 0; k < most && t < end; ++k) {
    const double eta = sampler.schedule(t, static_cast<double>(k));
    if (!(eta > 0) || !std::isfinite(eta))
      throw BadInput("-learning_rate \"" + options.text("learning_rate") + "\": is " +
                     rounded(eta, 4) + " in step k = " + std::to_string(k) +
                     ", at t = " + rounded(t, 6) +
                     "; give a schedule that stays finite and positive, or an "
                     "earlier -mc_max_time");
    t += eta;
  }
  return std::max<std::int64_t>(1, k);
}

/// The entry of one start, and its line of the table.
Json describe(const Setup& setup, Vec2 start, const std::vector<Descent>& runs,
              const DescentStop& stop, const SgdSampler& sampler, std::string& text) {
  std::array<std::vector<double>, 2> end;
  std::vector<double> iterations;
  std::int64_t converged = 0, diverged = 0;
  auto list = Json::array();
  for (const Descent& d : runs) {
    converged += d.converged;
    diverged += d.diverged;
    if (d.diverged)
      continue;
    end[0].push_back(d.final_point.x);
    end[1].push_back(d.final_point.y);
    iterations.push_back(static_cast<double>(d.iterations));
    if (static_cast<std::int64_t>(list.size()) < listed_runs) {
      Json run = to_json(setup, d.final_point);
      run.push_back(d.iterations);
      run.push_back(d.converged);
      list.push_back(std::move(run));
    }
  }
  if (iterations.empty())
    throw NotTrusted("every run from " + point_text(start) +
                     " diverged: give a smaller -learning_rate");
  const Estimate x = mean_of(end[0]), y = mean_of(end[1]), n = mean_of(iterations);
  std::sort(iterations.begin(), iterations.end());
  Json entry;
  const bool line = setup.domain.line;
  const auto both = [&](Json first, Json second) {
    return line ? Json(std::vector{std::move(first)})
                : Json(std::vector{std::move(first), std::move(second)});
  };
  const double spread[] = {deviation_of(end[0]).mean, deviation_of(end[1]).mean};
  entry["start"] = to_json(setup, start);
  entry["final_point"] = {{"value", both(x.mean, y.mean)},
                          {"standard_error", both(error_or_null(x), error_or_null(y))},
                          {"std", both(spread[0], spread[1])},
                          {"samples", x.samples}};
  entry["iterations"] = {{"value", n.mean},
                         {"standard_error", error_or_null(n)},
                         {"samples", n.samples},
                         {"quantiles",
                          {{"0.05", quantile(iterations, 0.05)},
                           {"0.5", quantile(iterations, 0.5)},
                           {"0.95", quantile(iterations, 0.95)}}}};
  entry["converged"] = converged == static_cast<std::int64_t>(runs.size());
  const std::string reason = reason_of(runs, stop, sampler);
  entry["reason"] = reason.empty() ? Json(nullptr) : Json(reason);
  entry["converged_runs"] = converged;
  entry["diverged"] = diverged;
  entry["runs"] = std::move(list);
  text = line ? printed("%.5g, spread %.2g", x.mean, spread[0])
              : printed("(%.5g, %.5g), spread (%.2g, %.2g)", x.mean, y.mean, spread[0], spread[1]);
  text += printed("; %.6g iterations; %lld of %zu converged", quantile(iterations, 0.5),
                  static_cast<long long>(converged), runs.size());
  if (!reason.empty())
    text += " (" + reason + ")";
  return entry;
}

} // namespace

Outcome mc_sgd_question(Session& session, const Options& options, const Setup& setup) {
  SgdSampler sampler;
  agree(session.comm(), [&] {
    check_path_count(options, 4 * static_cast<std::int64_t>(sizeof(Descent)));
    sampler = sampler_of(options, setup);
  });
  DescentStop stop;
  stop.window = options.integer("mc_window");
  stop.tolerance = options.number("mc_tolerance");
  if (options.given("mc_max_time") && !sampler.schedule)
    stop.max_iterations =
        std::max<std::int64_t>(1, std::llround(options.number("mc_max_time") / step_time(sampler)));
  if (sampler.schedule)
    agree(session.comm(), [&] { stop.max_iterations = steps_of_schedule(options, sampler); });
  DescentRuns which;
  which.seed = static_cast<std::uint64_t>(options.integer("mc_seed"));
  which.first = options.integer("mc_first_path");
  which.runs = options.given("mc_paths") ? options.integer("mc_paths") : default_runs;

  Outcome out;
  out.grid = {{"kind", "none"}};
  out.results["starts"] = Json::array();
  Progress line("descent", session.rank());
  std::int64_t diverged = 0;
  for (std::size_t s = 0; s < setup.starts.size(); ++s) {
    line.show(static_cast<std::int64_t>(s), static_cast<std::int64_t>(setup.starts.size()), "");
    which.start_number = s;
    const std::vector<Descent> all = descend_all(session.comm(), sampler, setup.starts[s], stop,
                                                 which, [] { return stop_requested(); });
    out.partial = out.partial || std::ssize(all) < which.runs;
    if (all.empty() && s == 0)
      throw NotTrusted("stopped before the first run was over: nothing to report");
    if (all.empty()) {
      session.notice("stopped by a signal: no run is whole from " + point_text(setup.starts[s]) +
                     " on, the results are of the starts before");
      break;
    }
    tell_of_stop(session, std::ssize(all), which.runs, "runs from " + point_text(setup.starts[s]));
    std::string text;
    out.results["starts"].push_back(describe(setup, setup.starts[s], all, stop, sampler, text));
    diverged += std::count_if(all.begin(), all.end(), [](const Descent& d) { return d.diverged; });
    out.table.emplace_back(point_text(setup.starts[s]), text);
    if (session.rank() == 0)
      for (std::int64_t k = 0; k < std::min(options.integer("mc_save"), std::ssize(all)); ++k)
        out.paths.push_back(line_of(trace_descent(sampler, setup.starts[s],
                                                  all[static_cast<std::size_t>(k)].iterations,
                                                  which.seed, which.path(k))));
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
