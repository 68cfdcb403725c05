#include "escapade/compare/crosscheck.hpp"

#include "escapade/error.hpp"
#include "escapade/output/summary.hpp"
#include "escapade/paths/exits.hpp"
#include "escapade/study/exit_study.hpp"
#include "escapade/study/mc_exit_study.hpp"
#include "escapade/study/mc_stationary_study.hpp"
#include "escapade/study/stationary_study.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>

namespace escapade {

namespace {

/// Every quantity that both sides give at one start.
std::vector<Comparison> compare_start(const Setup& setup, std::size_t s, const ExitNumbers& fv,
                                      const ExitStatistics& coarse, const ExitStatistics& fine) {
  const std::string suffix =
      setup.starts.size() > 1 ? " at " + point_text(setup.starts[s]) : std::string();
  std::vector<Comparison> out{compare("mean_exit_time" + suffix, fv.mean_exit_time,
                                      coarse.mean_exit_time, fine.mean_exit_time),
                              compare("exit_time_std" + suffix, fv.exit_time_std,
                                      coarse.exit_time_std, fine.exit_time_std)};
  if (setup.parts.size() > 1)
    for (std::size_t k = 0; k < setup.parts.size(); ++k)
      out.push_back(compare("exit_probability " + setup.parts[k] + suffix, fv.exit_probability[k],
                            coarse.exit_probability[k], fine.exit_probability[k]));
  return out;
}

/// Binomial standard error at the finite-volume probability where no path, or every one, took a
/// part: the sample's own would be 0 and claim certainty.
Estimate with_rare_event_error(const Number& fv, Estimate e) {
  if (e.standard_error == 0 && e.samples > 0 && fv.value && *fv.value >= 0 && *fv.value <= 1) {
    const auto n = static_cast<double>(e.samples);
    e.standard_error = std::max(std::sqrt(*fv.value * (1 - *fv.value) / n), 1 / n);
  }
  return e;
}

bool starts_with(const std::string& text, const char* beginning) {
  return text.rfind(beginning, 0) == 0;
}

/// The seed of the run at half the step: the two estimates are independent.
std::uint64_t other(std::uint64_t seed) {
  return seed + 0x9E3779B97F4A7C15u;
}

std::vector<Comparison> compare_exits(Session& session, const Options& options, const Setup& setup,
                                      Outcome& out) {
  ExitAnswer fv = solve_exits(session, setup);
  out.grid = fv.grid;
  out.solver = fv.solver;
  out.fields = std::move(fv.fields);
  const std::int64_t paths = options.integer("mc_paths");
  std::shared_ptr<const SgdSampler> sampler;
  agree(session.comm(), [&] { sampler = exit_sampler(options, setup); });
  std::vector<Comparison> all;
  for (std::size_t s = 0; s < setup.starts.size(); ++s) {
    if (!fv.at_start[s].mean_exit_time.value)
      throw NotTrusted("the mean exit time from " + point_text(setup.starts[s]) + " is " +
                       to_text(fv.at_start[s].mean_exit_time) +
                       ": no trajectory will ever leave; use mc-splitting, or more noise");
    ExitStatistics statistics[2];
    for (int half = 0; half < 2; ++half) {
      ExitSetup run = trajectory_setup(options, setup, setup.starts[s], sampler.get());
      if (half) {
        run.seed = other(run.seed);
        if (!sampler) // the algorithm's step is what it is
          run.dt /= 2;
      }
      const auto records = run_exits(session, run, paths, out.partial);
      if (records.empty())
        throw NotTrusted("stopped before the first batch of trajectories was whole");
      statistics[half] = exit_statistics(records, setup.parts.size());
      refuse_diverged(statistics[half], run.dt);
      out.solver["mc_step"] = run.dt;
    }
    for (Comparison& c : compare_start(setup, s, fv.at_start[s], statistics[0], statistics[1]))
      all.push_back(std::move(c));
  }
  Picture picture;
  picture.scalar = "log_mean_exit_time";
  picture.title = "mean exit time";
  for (Vec2 start : setup.starts)
    picture.markers.push_back({Marker::Shape::dot, start, "start"});
  out.picture = picture;
  return all;
}

std::vector<Comparison> compare_stationary(Session& session, const Options& options,
                                           const Setup& setup, Outcome& out) {
  StationaryAnswer fv = solve_stationary(session, setup);
  out.grid = fv.grid;
  out.solver = fv.solver;
  out.fields = std::move(fv.fields);
  const double dt = trajectory_step(options, setup);
  const double half = options.text("mc_scheme") == "sgd" ? dt : dt / 2;
  const auto seed = static_cast<std::uint64_t>(options.integer("mc_seed"));
  const StationaryStatistics coarse =
      run_stationary(session, options, setup, dt, seed, out.partial);
  const StationaryStatistics fine =
      run_stationary(session, options, setup, half, other(seed), out.partial);
  out.solver["mc_step"] = half;
  const auto& v = setup.problem.variables;
  std::vector<Comparison> all;
  for (std::size_t k = 0; k < 2; ++k)
    all.push_back(compare("mean " + v[k], fv.mean[k], coarse.mean[k], fine.mean[k]));
  const std::string pairs[] = {v[0] + "," + v[0], v[0] + "," + v[1], v[1] + "," + v[1]};
  for (std::size_t k = 0; k < 3; ++k)
    all.push_back(compare("covariance " + pairs[k], fv.covariance[k], coarse.covariance[k],
                          fine.covariance[k]));
  for (std::size_t k = 0; k < setup.regions.size(); ++k)
    all.push_back(compare("region_probability " + setup.regions[k].first, fv.region_probability[k],
                          coarse.region_probability[k], fine.region_probability[k]));
  Picture picture;
  picture.scalar = "log_density";
  picture.title = "stationary density";
  out.picture = picture;
  return all;
}

} // namespace

Comparison compare(const std::string& quantity, const Number& fv, const Estimate& at_step,
                   const Estimate& at_half_step) {
  const bool probability = quantity.find("_probability") != std::string::npos;
  const Estimate fine = probability ? with_rare_event_error(fv, at_half_step) : at_half_step;
  Comparison c{quantity, fv, estimate(fine.mean, fine.standard_error, fine.samples),
               std::abs(at_step.mean - fine.mean), 0};
  const double difference = fv.value.value_or(std::numeric_limits<double>::infinity()) - fine.mean;
  const double spread = std::hypot(fine.standard_error, fv.error.value_or(0), c.step_error);
  c.z = difference == 0 ? 0 : difference / spread;
  // a mean may be near 0 for no reason but where the origin lies: no share of it is small
  const double scale = probability                      ? 1
                       : starts_with(quantity, "mean ") ? std::numeric_limits<double>::infinity()
                                                        : std::abs(fine.mean);
  c.step_resolved = c.step_error <= 0.05 * scale ||
                    c.step_error <= 4 * std::hypot(at_step.standard_error, fine.standard_error);
  return c;
}

bool agrees(const Comparison& comparison) {
  return std::abs(comparison.z) < 4 && comparison.step_resolved;
}

Needs crosscheck_needs(int argc, const char* const* argv) {
  const Needs exits{.exit = true, .start = true};
  try {
    const Options options = read_command_line("fp-crosscheck", argc, argv).options;
    const bool open =
        options.given("exit") || options.text("boundary").find("absorbing") != std::string::npos;
    return open ? exits : Needs{.closed = true};
  } catch (const std::exception&) {
    return exits; // the program itself tells what is wrong
  }
}

Outcome crosscheck_study(Session& session, const Options& options, const Setup& setup) {
  Outcome out;
  const std::vector<Comparison> all = setup.parts.empty()
                                          ? compare_stationary(session, options, setup, out)
                                          : compare_exits(session, options, setup, out);
  bool agree_all = true, resolved = true;
  out.table.emplace_back("quantity: finite volumes | trajectories | z", "");
  for (const Comparison& c : all) {
    nlohmann::ordered_json mc = to_json(c.mc);
    mc["step_error"] = c.step_error;
    out.results["comparisons"][c.quantity] = {{"fv", to_json(c.fv)}, {"mc", mc}, {"z", c.z}};
    char z[32];
    std::snprintf(z, sizeof z, "%+.2f", c.z);
    out.table.emplace_back(c.quantity, to_text(c.fv) + " | " + to_text(c.mc) + " | " + z +
                                           (c.step_resolved ? "" : " (step too long)"));
    agree_all = agree_all && agrees(c);
    resolved = resolved && c.step_resolved;
  }
  out.results["verdict"] = agree_all ? "agree" : "disagree";
  out.results["step_resolved"] = resolved;
  out.table.emplace_back(agree_all ? "verdict: every |z| < 4, the two sides agree"
                         : resolved
                             ? "verdict: |z| >= 4, the two sides DISAGREE"
                             : "verdict: trajectories change with the step, they DISAGREE with "
                               "themselves; try a shorter -mc_dt",
                         "");
  out.status = agree_all ? 0 : 5;
  return out;
}

} // namespace escapade
