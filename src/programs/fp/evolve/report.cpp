#include "programs/fp/evolve/evolve.hpp"

#include "support/exact.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace escapade {

namespace {

/// No number where the density at rest vanishes and the mass does not.
Json entropy_of(const Number& n) {
  Json entry = to_json(n);
  if (!n.value && !n.log)
    entry["infinite"] = "there is mass where the density at rest vanishes";
  return entry;
}

/// The row in one line of the table: survival, the mean, and where the grids show their order what
/// they lead to for cells of no size, mean and covariance xx, xy, yy.
std::string line_of(const FrameNumbers& f, bool open, bool on_line) {
  if (on_line)
    return (open ? "survival " + to_text(f.survival) + "  " : "") + "mean " + to_line(f.mean[0]) +
           "  variance " + to_line(f.covariance[0]);
  const Number moments[] = {f.mean[0], f.mean[1], f.covariance[0], f.covariance[1],
                            f.covariance[2]};
  std::string text = open ? "survival " + to_text(f.survival) + "  " : "";
  text += "mean (" + to_text(moments[0]) + ", " + to_text(moments[1]) + ")";
  if (!(f.time > 0))
    return text;
  const double variance = std::abs(*moments[2].value) + std::abs(*moments[4].value);
  std::array<double, 5> limit{};
  for (std::size_t k = 0; k < 5; ++k) {
    const Number& n = moments[k];
    const double scale = k < 2 ? std::sqrt(variance) : variance;
    const bool settled = n.error && *n.error < 1e-6 * scale; // 0 by symmetry: no order to show
    if (!n.extrapolated && !settled)
      return text;
    limit[k] = n.extrapolated.value_or(*n.value);
    if (std::abs(limit[k]) < 1e-12 * scale) // rounding
      limit[k] = 0;
  }
  return text + printed("  h->0: (%.5g, %.5g), covariance (%.4g, %.4g, %.4g)", limit[0], limit[1],
                        limit[2], limit[3], limit[4]);
}

/// What is known because mass can leave.
void report_exit(Outcome& out, const EvolutionAnswer& a) {
  Json hazard;
  Json exited = Json::object(), flux = exited;
  for (const FrameNumbers& f : a.frames) {
    hazard.push_back(to_json(*f.hazard_rate));
    for (std::size_t k = 0; k < a.parts.size(); ++k) {
      exited[a.parts[k]].push_back(to_json(f.exited[k]));
      flux[a.parts[k]].push_back(to_json(f.exit_flux[k]));
    }
  }
  out.results["exited"] = exited;
  out.results["exit_time_density"] = flux;
  out.results["hazard_rate"] = hazard;
  const auto of_one_grid = [](double value) {
    Number n = number(value);
    n.error_unknown = "of the finest grid alone";
    return to_json(n);
  };
  if (a.survival_decay_rate)
    out.results["survival_decay_rate"] = of_one_grid(*a.survival_decay_rate);
  out.results["survival_integral"] = of_one_grid(*a.survival_integral);
  if (!a.mean_exit_time)
    return; // where the problem changes in time
  out.add(out.results["mean_exit_time"], "mean exit time", *a.mean_exit_time);
  out.results["mean_exit_time_defect"] = a.mean_exit_time_defect;
}

} // namespace

Json describe(const EvolutionAnswer& a, int ranks) {
  const EvolutionWork& w = a.work;
  Json out;
  out["integrator"] = w.integrator;
  out["fastest_rate"] = w.fastest_rate;
  out["mat_vecs"] = w.mat_vecs;
  out["mat_vecs_per_frame"] = static_cast<double>(w.mat_vecs) /
                              std::max<double>(1, static_cast<double>(a.frames.size()) - 1);
  out["steps"] = w.steps;
  out["rejected_steps"] = w.rejected;
  out["solves"] = w.solves;
  out["factorisations"] = w.factorisations;
  if (ranks == 1 && a.solver.kind == "gth" && w.steps > 0) // each factor's entry once
    out["mat_vecs_per_step"] = static_cast<double>(w.solves) / static_cast<double>(w.steps) *
                               static_cast<double>(a.solver.memory_bytes) / sizeof(double) /
                               static_cast<double>(w.chain_entries);
  if (w.resting_since >= 0)
    out["resting_since"] = w.resting_since;
  out["evolution_seconds"] = w.seconds;
  return out;
}

void report_evolution(Outcome& out, const Setup& setup, const EvolutionAnswer& a) {
  const bool open = !a.parts.empty();
  Json times, survival, mean, covariance, entropy;
  for (const FrameNumbers& f : a.frames) {
    times.push_back(f.time);
    survival.push_back(to_json(f.survival));
    mean.push_back(to_json(setup, f.mean));
    covariance.push_back(to_json(setup, f.covariance));
    if (f.relative_entropy)
      entropy.push_back(entropy_of(*f.relative_entropy));
    out.table.emplace_back(printed("t = %.6g", f.time), line_of(f, open, setup.domain.line));
  }
  const FrameNumbers& last = a.frames.back();
  if (open) {
    out.headline = {"survival", last.survival};
    out.must_resolve = {{{"the survival at the end", last.survival}}};
  } else {
    if (last.relative_entropy)
      out.headline = {"relative_entropy", *last.relative_entropy};
    out.must_resolve = {variances_of(setup, last.covariance)};
  }
  out.results = {
      {"times", times}, {"survival", survival}, {"mean", mean}, {"covariance", covariance}};
  if (open)
    report_exit(out, a);
  else if (!entropy.is_null())
    out.results["relative_entropy"] = entropy;
  out.results["mass_imbalance"] = a.mass_imbalance;
}

} // namespace escapade
