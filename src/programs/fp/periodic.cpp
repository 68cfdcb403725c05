// fp-stationary and fp-rate with -period: the state that returns with the problem.
#include "escapade/answers/evolution.hpp"

#include "programs/fp/questions.hpp"
#include "support/exact.hpp"

namespace escapade {

namespace {

void add_frames(Outcome& out, const Setup& setup, const PeriodicAnswer& a) {
  Json times = Json::array(), mean = times, covariance = times;
  for (const PeriodicFrame& f : a.frames) {
    times.push_back(f.time);
    mean.push_back(to_json(setup, f.mean));
    covariance.push_back(to_json(setup, f.covariance));
  }
  out.results["frames"] = {{"times", times}, {"mean", mean}, {"covariance", covariance}};
  out.results["periods"] = a.periods;
}

} // namespace

Outcome periodic_state_question(Session& session, const Setup& setup) {
  PeriodicAnswer a = periodic(session.comm(), setup.problem, setup.domain, setup.shape, {},
                              *setup.period, setup.regions, effort_of(session, setup));
  Outcome out;
  take_answer(session, a, out);
  out.results["mean"] = to_json(setup, a.mean);
  out.results["covariance"] = to_json(setup, a.covariance);
  out.results["response"] = to_json(setup, a.response);
  out.headline = {"response", a.response[0]};
  out.headline->second.log.reset(); // no line over 1/value: it rises and falls
  out.must_resolve = {variances_of(setup, a.covariance)};
  for (std::size_t k = 0; k < setup.regions.size(); ++k)
    out.results["region_probability"][setup.regions[k].first] = to_json(a.region_probability[k]);
  out.results["negative_cells"] = 0; // masses are held by their logarithms
  add_frames(out, setup, a);
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
  for (const PeriodicFrame& f : a.frames)
    if (setup.domain.line)
      out.table.emplace_back(printed("t = %.6g", f.time), "mean " + to_line(f.mean[0]) +
                                                              "  variance " +
                                                              to_line(f.covariance[0]));
    else
      out.table.emplace_back(printed("t = %.6g", f.time),
                             "mean (" + to_text(f.mean[0]) + ", " + to_text(f.mean[1]) + ")");
  return out;
}

Outcome floquet_question(Session& session, const Setup& setup) {
  PeriodicAnswer a = periodic(session.comm(), setup.problem, setup.domain, setup.shape, setup.exit,
                              *setup.period, {}, effort_of(session, setup));
  Outcome out;
  take_answer(session, a, out);
  out.add(out.results["escape_rate"], "decay rate of survival over a period", a.decay_rate);
  out.add(out.results["mean_exit_time_qsd"], "mean exit time from the periodic state at t = 0",
          a.mean_time);
  for (std::size_t k = 0; k < a.parts.size(); ++k)
    out.add(out.results["exit_probability_qsd"][a.parts[k]], "exit through " + a.parts[k],
            a.probability[k]);
  add_frames(out, setup, a);
  out.headline = {"escape_rate", a.decay_rate};
  out.must_resolve = {{{"the decay rate", a.decay_rate}}};
  return out;
}

} // namespace escapade
