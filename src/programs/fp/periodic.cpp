// fp-stationary and fp-rate with -period: the state that returns with the problem.
#include "escapade/answers/evolution.hpp"

#include "escapade/error.hpp"
#include "programs/fp/evolve/frame_files.hpp"
#include "programs/fp/questions.hpp"
#include "support/exact.hpp"

#include <cmath>

namespace escapade {

namespace {

constexpr int fewest_times = 16; // of a period, for its means and its first harmonic

void add_frames(Outcome& out, const Setup& setup, const PeriodicAnswer& a, std::size_t every) {
  Json times = Json::array(), mean = times, covariance = times;
  for (std::size_t k = 0; k < a.frames.size(); k += every) {
    times.push_back(a.frames[k].time);
    mean.push_back(to_json(setup, a.frames[k].mean));
    covariance.push_back(to_json(setup, a.frames[k].covariance));
  }
  out.results["frames"] = {{"times", times}, {"mean", mean}, {"covariance", covariance}};
  out.results["periods"] = a.periods;
}

void add_signal(Outcome& out, const SignalNumbers& signal) {
  out.add(out.results["signal_to_noise"], "signal-to-noise ratio", signal.ratio);
  out.add(out.results["signal"], "amplitude of the observable", signal.amplitude);
  out.add(out.results["background"], "spectrum of its noise at 1/period", signal.background);
  out.must_resolve.push_back({{"the signal-to-noise ratio", signal.ratio}});
}

void add_flows(Outcome& out, const Setup& setup, const PeriodicAnswer& a) {
  if (a.entropy_production)
    out.add(out.results["entropy_production_rate"], "entropy production rate over a period",
            *a.entropy_production);
  else
    out.results["entropy_production_rate"] = {
        {"value", nullptr}, {"error", nullptr}, {"infinite", true}};
  out.add(out.results["max_current"], "largest mean current", a.max_current);
  if (!a.mean_velocity)
    return;
  out.results["mean_velocity"] = to_json(setup, *a.mean_velocity);
  for (const auto& [name, k] : means_of(setup))
    if (setup.domain.periodic(static_cast<int>(k)))
      out.table.emplace_back("mean velocity of " + setup.problem.variables[k],
                             to_line((*a.mean_velocity)[k]));
}

void add_table(Outcome& out, const Setup& setup, const PeriodicAnswer& a, std::size_t every) {
  for (const auto& [name, k] : means_of(setup))
    out.table.emplace_back(name + " over a period", to_line(a.mean[k]));
  for (std::size_t k = 0; k < (setup.domain.line ? 1 : 2); ++k)
    out.table.emplace_back("amplitude of the mean of " + setup.problem.variables[k],
                           to_line(a.response[k]));
  for (const auto& [name, k] : covariances_of(setup))
    out.table.emplace_back(name + " over a period", to_line(a.covariance[k]));
  for (std::size_t k = 0; k < setup.regions.size(); ++k)
    out.table.emplace_back("probability of " + setup.regions[k].first,
                           to_line(a.region_probability[k]));
  for (std::size_t k = 0; k < a.frames.size() && (!a.signal || every > 1); k += every) {
    const PeriodicFrame& f = a.frames[k];
    out.table.emplace_back(
        printed("t = %.6g", f.time),
        setup.domain.line ? "mean " + to_line(f.mean[0]) + "  variance " + to_line(f.covariance[0])
                          : "mean (" + to_text(f.mean[0]) + ", " + to_text(f.mean[1]) + ")");
  }
}

/// -observable, and the times of -frames among those that the means need.
PeriodicSetup read_period(const Options& options, const Setup& setup, std::int64_t& every) {
  PeriodicSetup out;
  out.period = *setup.period;
  out.regions = setup.regions;
  if (options.given("observable"))
    out.observable = read_observable("-observable", options.text("observable"), setup);
  if (!options.given("frames"))
    return out;
  const std::int64_t frames = options.integer("frames");
  if (frames > 100000)
    throw BadInput("-frames " + options.text("frames") + ": give at most 100000 times of a period");
  every = (fewest_times + frames - 1) / frames;
  every += every * frames % 2; // an even number of times
  out.times = static_cast<int>(every * frames);
  return out;
}

} // namespace

Outcome periodic_state_question(Session& session, const Options& options, const Setup& setup) {
  PeriodicSetup period;
  std::int64_t every = 1, number = 0;
  agree(session.comm(), [&] { period = read_period(options, setup, every); });
  FrameFiles files(session, options, setup);
  const bool writes = options.given("frames") && files.writes();
  if (writes)
    period.frame = [&](double time, FieldFile& density) {
      if (number % every == 0)
        files.write(density, number / every, time);
      ++number;
    };
  PeriodicAnswer a = periodic(session.comm(), setup.problem, setup.domain, setup.shape, {}, period,
                              effort_of(session, setup));
  Outcome out;
  take_answer(session, a, out);
  out.must_resolve = {variances_of(setup, a.covariance)};
  if (a.signal)
    add_signal(out, *a.signal);
  out.headline = a.signal ? std::pair<std::string, Number>("signal_to_noise", a.signal->ratio)
                          : std::pair<std::string, Number>("response", a.response[0]);
  out.headline->second.log.reset(); // no line over 1/value: it rises and falls
  out.results["mean"] = to_json(setup, a.mean);
  out.results["covariance"] = to_json(setup, a.covariance);
  out.results["response"] = to_json(setup, a.response);
  for (std::size_t k = 0; k < setup.regions.size(); ++k)
    out.results["region_probability"][setup.regions[k].first] = to_json(a.region_probability[k]);
  out.results["negative_cells"] = 0; // masses are held by their logarithms
  add_frames(out, setup, a, static_cast<std::size_t>(every));
  add_table(out, setup, a, static_cast<std::size_t>(every));
  add_flows(out, setup, a);
  if (writes) {
    files.write_list();
    files.finish(out);
  }
  if (setup.domain.periodic(0) || setup.domain.periodic(1))
    session.notice("over a period there is no effective_diffusion; mc-exit or fp-evolve tell how a "
                   "swarm spreads");
  return out;
}

Outcome floquet_question(Session& session, const Setup& setup) {
  PeriodicSetup period;
  period.period = *setup.period;
  PeriodicAnswer a = periodic(session.comm(), setup.problem, setup.domain, setup.shape, setup.exit,
                              period, effort_of(session, setup));
  Outcome out;
  take_answer(session, a, out);
  add_escape(
      out,
      {"decay rate of survival over a period", "mean exit time from the periodic state at t = 0"},
      a.decay_rate, a.mean_time, a.parts, a.probability);
  add_frames(out, setup, a, 1);
  return out;
}

} // namespace escapade
