#include "escapade/compare/crosscheck.hpp"

#include "escapade/error.hpp"
#include "escapade/output/summary.hpp"
#include "escapade/paths/exits.hpp"
#include "escapade/study/exit_study.hpp"
#include "escapade/study/mc_exit_study.hpp"

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

} // namespace

Comparison compare(const std::string& quantity, const Number& fv, const Estimate& at_step,
                   const Estimate& at_half_step) {
  const bool probability = quantity.rfind("exit_probability", 0) == 0;
  const Estimate fine = probability ? with_rare_event_error(fv, at_half_step) : at_half_step;
  Comparison c{quantity, fv, estimate(fine.mean, fine.standard_error, fine.samples),
               std::abs(at_step.mean - fine.mean), 0};
  const double difference = fv.value.value_or(std::numeric_limits<double>::infinity()) - fine.mean;
  const double spread = std::hypot(fine.standard_error, fv.error.value_or(0), c.step_error);
  c.z = difference == 0 ? 0 : difference / spread;
  return c;
}

bool agrees(const Comparison& comparison) {
  return std::abs(comparison.z) < 4;
}

Outcome crosscheck_study(Session& session, const Options& options, const Setup& setup) {
  ExitAnswer fv = solve_exits(session, setup);
  Outcome out;
  out.grid = fv.grid;
  out.solver = fv.solver;
  out.fields = std::move(fv.fields);
  const std::int64_t paths = options.integer("mc_paths");
  std::vector<Comparison> all;
  for (std::size_t s = 0; s < setup.starts.size(); ++s) {
    if (!fv.at_start[s].mean_exit_time.value)
      throw NotTrusted("the mean exit time from " + point_text(setup.starts[s]) + " is " +
                       to_text(fv.at_start[s].mean_exit_time) +
                       ": no trajectory will ever leave; use mc-splitting, or more noise");
    ExitStatistics statistics[2];
    for (int half = 0; half < 2; ++half) {
      ExitSetup run = trajectory_setup(options, setup, setup.starts[s]);
      if (half) // other numbers for the other step: the two estimates are independent
        run.dt /= 2, run.seed += 0x9E3779B97F4A7C15u;
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
  bool agree_all = true;
  out.table.emplace_back("quantity: finite volumes | trajectories | z", "");
  for (const Comparison& c : all) {
    nlohmann::ordered_json mc = to_json(c.mc);
    mc["step_error"] = c.step_error;
    out.results["comparisons"][c.quantity] = {{"fv", to_json(c.fv)}, {"mc", mc}, {"z", c.z}};
    char z[32];
    std::snprintf(z, sizeof z, "%+.2f", c.z);
    out.table.emplace_back(c.quantity, to_text(c.fv) + " | " + to_text(c.mc) + " | " + z);
    agree_all = agree_all && agrees(c);
  }
  out.results["verdict"] = agree_all ? "agree" : "disagree";
  out.table.emplace_back(agree_all ? "verdict: every |z| < 4, the two sides agree"
                                   : "verdict: |z| >= 4, the two sides DISAGREE",
                         "");
  out.status = agree_all ? 0 : 5;
  Picture picture;
  picture.scalar = "log_mean_exit_time";
  picture.title = "mean exit time";
  for (Vec2 start : setup.starts)
    picture.markers.push_back({Marker::Shape::dot, start, "start"});
  out.picture = picture;
  return out;
}

} // namespace escapade
