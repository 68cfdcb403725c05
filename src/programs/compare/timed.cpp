// Problems that depend on the time: what is left and where at -t_end, or means over a period.
#include "programs/compare/crosscheck.hpp"

#include "escapade/answers/evolution.hpp"
#include "escapade/error.hpp"
#include "escapade/problem/make.hpp"
#include "programs/fp/questions.hpp"
#include "support/exact.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace escapade {
namespace {

/// Of those that have not left by the end: share, mean, covariance xx, xy, yy; then the share that
/// has left through each part.
using EndEstimates = std::vector<Estimate>;

Estimate mean_over(const Ranks& ranks, const std::vector<double>& values) {
  double sum = 0, squares = 0;
  for (double v : values)
    sum += v;
  const auto n = static_cast<double>(ranks.sum(std::ssize(values)));
  const double mean = ranks.sum(sum) / n;
  for (double v : values)
    squares += (v - mean) * (v - mean);
  return {mean, std::sqrt(ranks.sum(squares) / (n - 1) / n), static_cast<std::int64_t>(n)};
}

EndEstimates estimates_of(const std::vector<ExitRecord>& records, const Ranks& ranks,
                          std::size_t parts) {
  std::vector<double> stayed, x, y;
  std::vector<std::vector<double>> left(parts);
  for (const ExitRecord& r : records) {
    stayed.push_back(r.part == ExitRecord::timed_out);
    for (std::size_t k = 0; k < parts; ++k)
      left[k].push_back(r.part == static_cast<std::int32_t>(k));
    if (r.part == ExitRecord::timed_out)
      x.push_back(r.where.x), y.push_back(r.where.y);
  }
  if (ranks.sum(std::ssize(x)) < 10)
    throw NotTrusted("fewer than 10 trajectories have not left by -t_end; give an earlier -t_end "
                     "or more -mc_paths");
  EndEstimates out{mean_over(ranks, stayed), mean_over(ranks, x), mean_over(ranks, y)};
  const Vec2 middle{out[1].mean, out[2].mean};
  std::array<std::vector<double>, 3> products;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double dx = x[i] - middle.x, dy = y[i] - middle.y;
    products[0].push_back(dx * dx), products[1].push_back(dx * dy), products[2].push_back(dy * dy);
  }
  for (const auto& p : products)
    out.push_back(mean_over(ranks, p));
  for (const auto& l : left)
    out.push_back(mean_over(ranks, l));
  return out;
}

/// Mean and covariance of both sides; `at` finds the trajectories' estimate by its place, mean x, y
/// and covariance xx, xy, yy.
template<class At>
void compare_moments_of(const Setup& setup, const std::array<Number, 2>& mean,
                        const std::array<Number, 3>& covariance, const At& at, Checks& checks) {
  const auto& v = setup.problem.variables;
  const std::string names[] = {"mean " + v[0], "mean " + v[1], "covariance " + v[0] + "," + v[0],
                               "covariance " + v[0] + "," + v[1],
                               "covariance " + v[1] + "," + v[1]};
  const double s[] = {std::sqrt(std::abs(at(2).second.mean)),
                      std::sqrt(std::abs(at(4).second.mean))};
  const double spread[] = {s[0], s[1], s[0] * s[0], s[0] * s[1], s[1] * s[1]};
  for (std::size_t k = 0; k < 5; ++k)
    if (!setup.domain.line || k == 0 || k == 2)
      checks.all.push_back(compare(names[k], k < 2 ? mean[k] : covariance[k - 2], at(k).first,
                                   at(k).second, spread[k]));
}

void check_periodic_state(Session& session, const Options& options, const Setup& setup,
                          Outcome& out, Checks& checks) {
  PeriodicSetup period;
  period.period = *setup.period;
  period.regions = setup.regions;
  PeriodicAnswer fv = periodic(session.comm(), setup.problem, setup.domain, setup.shape, {}, period,
                               effort_of(session, setup));
  take_answer(session, fv, out);
  const double dt = trajectory_step(options, setup);
  const auto seed = static_cast<std::uint64_t>(options.integer("mc_seed"));
  const StationaryStatistics coarse =
      run_stationary(session, options, setup, dt, seed, out.partial, {0, 0});
  const StationaryStatistics fine =
      run_stationary(session, options, setup, dt / 2, other_seed(seed), out.partial, {0, 0});
  out.solver["mc_step"] = dt / 2;
  compare_moments_of(
      setup, fv.mean, fv.covariance,
      [&](std::size_t k) {
        return k < 2 ? std::pair(coarse.mean[k], fine.mean[k])
                     : std::pair(coarse.covariance[k - 2], fine.covariance[k - 2]);
      },
      checks);
  for (std::size_t k = 0; k < setup.regions.size(); ++k)
    checks.all.push_back(compare("region_probability " + setup.regions[k].first,
                                 fv.region_probability[k], coarse.region_probability[k],
                                 fine.region_probability[k]));
}

/// The first whole period by which trajectories have forgotten where they began: -mc_burn_in, or
/// five times the slowest relaxation about the start.
double forgotten(const Options& options, const Setup& setup) {
  constexpr double relaxations = 5;
  const double P = *setup.period, inwards = usual_bounds(setup).inwards;
  const double burn_in = options.given("mc_burn_in") ? options.number("mc_burn_in")
                         : inwards > 0               ? relaxations / inwards
                                                     : P;
  return P * std::max(1.0, std::ceil(burn_in / P - 1e-9));
}

/// Of the paths that are left at `from`, in the order of what fp-rate gives with -period.
struct Leaving {
  Estimate rate, mean_time;
  std::vector<Estimate> part;
};

/// The rate is that of the share which leaves within `span`, a number of periods.
Leaving leaving_of(const std::vector<ExitRecord>& records, const Ranks& ranks, std::size_t parts,
                   double from, double span) {
  std::vector<double> time, stayed;
  std::vector<std::vector<double>> through(parts);
  std::int64_t late = 0;
  for (const ExitRecord& r : records) {
    late += r.part == ExitRecord::timed_out;
    if (!(r.time > from))
      continue;
    time.push_back(r.time - from);
    stayed.push_back(r.time > from + span);
    for (std::size_t k = 0; k < parts; ++k)
      through[k].push_back(r.part == static_cast<std::int32_t>(k));
  }
  if (ranks.sum(late) > 0)
    throw NotTrusted(std::to_string(ranks.sum(late)) +
                     " trajectories have not left by -mc_max_time; leave it out, or give -t_end to "
                     "compare what is left then");
  if (ranks.sum(std::ssize(time)) < 100)
    throw NotTrusted("fewer than 100 trajectories are left once their start is forgotten, at t = " +
                     rounded(from, 4) + "; give more -mc_paths, or an earlier -mc_burn_in");
  Leaving out;
  out.mean_time = mean_over(ranks, time);
  const Estimate share = mean_over(ranks, stayed);
  out.rate = {-std::log(share.mean) / span, share.standard_error / (share.mean * span),
              share.samples};
  for (const auto& p : through)
    out.part.push_back(mean_over(ranks, p));
  return out;
}

/// The decay rate over a period, and how those leave that are left when the start is forgotten.
void check_floquet(Session& session, const Options& options, const Setup& setup, Outcome& out,
                   Checks& checks) {
  PeriodicSetup period;
  period.period = *setup.period;
  PeriodicAnswer fv = periodic(session.comm(), setup.problem, setup.domain, setup.shape, setup.exit,
                               period, effort_of(session, setup));
  take_answer(session, fv, out);
  out.fields.reset();
  if (!fv.decay_rate.value)
    throw NotTrusted("the decay rate is " + to_text(fv.decay_rate) +
                     ": no trajectory will ever leave; use more noise");
  constexpr double best = 1.59; // κ t at which −log S/t has the least error
  const double from = forgotten(options, setup),
               span = *setup.period *
                      std::max(1.0, std::round(best / (*fv.decay_rate.value * *setup.period)));
  std::vector<Leaving> mc;
  out.solver["mc_step"] =
      at_both_steps(session, options, setup, {&setup.starts.front(), 1}, setup.paths_exit(), out,
                    [&](const std::vector<ExitRecord>& records, const Ranks& ranks) {
                      mc.push_back(leaving_of(records, ranks, setup.parts.size(), from, span));
                    });
  out.solver["mc_burn_in"] = from;
  checks.all.push_back(compare("escape_rate", fv.decay_rate, mc[0].rate, mc[1].rate));
  checks.all.push_back(
      compare("mean_exit_time_qsd", fv.mean_time, mc[0].mean_time, mc[1].mean_time));
  for (std::size_t k = 0; k < setup.parts.size() && setup.parts.size() > 1; ++k)
    checks.all.push_back(compare("exit_probability_qsd " + setup.parts[k], fv.probability[k],
                                 mc[0].part[k], mc[1].part[k]));
}

EvolutionSetup evolution_to_the_end(const Options& options, const Setup& setup) {
  if (!options.given("t_end"))
    throw BadInput("-t_end is missing: the problem depends on the time t; give the time at which "
                   "both sides are compared, or its -period");
  if (setup.starts.size() != 1)
    throw BadInput("-start is missing: give the one point where density and trajectories begin");
  EvolutionSetup e;
  e.t_end = options.number("t_end");
  e.frames = 1;
  e.start = setup.starts.front();
  e.timed = true;
  return e;
}

} // namespace

void check_timed(Session& session, const Options& options, const Setup& setup, Outcome& out,
                 Checks& checks) {
  if (setup.period && setup.parts.empty())
    return check_periodic_state(session, options, setup, out, checks);
  if (setup.period && !options.given("t_end"))
    return check_floquet(session, options, setup, out, checks);
  EvolutionSetup e;
  agree(session.comm(), [&] { e = evolution_to_the_end(options, setup); });
  EvolutionAnswer fv = evolution(session.comm(), setup.problem, setup.domain, setup.shape,
                                 setup.exit, e, effort_of(session, setup));
  take_answer(session, fv, out);
  out.fields.reset();
  const FrameNumbers& end = fv.frames.back();
  const Region nowhere = half_plane(0, 1e300);
  std::vector<EndEstimates> mc;
  out.solver["mc_step"] =
      at_both_steps(session, options.with("mc_max_time", options.text("t_end")), setup,
                    {&e.start, 1}, setup.parts.empty() ? nowhere : setup.exit, out,
                    [&](const std::vector<ExitRecord>& records, const Ranks& ranks) {
                      mc.push_back(estimates_of(records, ranks, setup.parts.size()));
                    });
  if (!setup.parts.empty())
    checks.all.push_back(compare("survival_probability", end.survival, mc[0][0], mc[1][0]));
  for (std::size_t k = 0; k < setup.parts.size() && setup.parts.size() > 1; ++k)
    checks.all.push_back(
        compare("exit_probability " + setup.parts[k], end.exited[k], mc[0][6 + k], mc[1][6 + k]));
  compare_moments_of(
      setup, end.mean, end.covariance,
      [&](std::size_t k) { return std::pair(mc[0][1 + k], mc[1][1 + k]); }, checks);
}

} // namespace escapade
