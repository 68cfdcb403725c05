// fp-stationary: stationary density, current and entropy production.
#include "escapade/answers/stationary.hpp"

#include "escapade/error.hpp"
#include "programs/fp/observables.hpp"
#include "programs/fp/questions.hpp"

namespace escapade {

namespace {

std::vector<std::pair<std::string, std::string>> table_of(const StationaryAnswer& a,
                                                          const Setup& setup) {
  std::vector<std::pair<std::string, std::string>> table;
  for (const auto& [name, k] : means_of(setup))
    table.emplace_back(name, to_line(a.mean[k]));
  for (const auto& [name, k] : covariances_of(setup))
    table.emplace_back(name, to_line(a.covariance[k]));
  table.emplace_back("entropy production rate", a.entropy_production
                                                    ? to_line(*a.entropy_production)
                                                    : "infinite (one-way edges)");
  table.emplace_back("largest current", to_line(a.max_current));
  for (std::size_t k = 0; k < setup.regions.size(); ++k)
    table.emplace_back("probability of " + setup.regions[k].first,
                       to_line(a.region_probability[k]));
  return table;
}

} // namespace

Outcome stationary_question(Session& session, const Options& options, const Setup& setup) {
  if (setup.period && options.given("observables"))
    throw BadInput("-observables: not over a period; leave out -period, or give one -observable, "
                   "or -regions");
  if (setup.period)
    return periodic_state_question(session, options, setup);
  const NamedObservables observables = read_observables(options, setup);
  StationaryAnswer a = stationary(session.comm(), setup.problem, setup.domain, setup.shape,
                                  setup.regions, effort_of(session, setup), {0, 0}, observables);
  Outcome out;
  take_answer(session, a, out);
  out.results["mean"] = to_json(setup, a.mean);
  out.results["covariance"] = to_json(setup, a.covariance);
  const auto put = [&](const char* name, const std::optional<Number>& n) {
    if (n)
      out.results[name] = to_json(*n);
    else
      out.results[name] = {{"value", nullptr}, {"error", nullptr}, {"infinite", true}};
  };
  put("entropy_production_rate", a.entropy_production);
  put("entropy_production_of_current", a.entropy_of_current);
  out.results["max_current"] = to_json(a.max_current);
  for (std::size_t k = 0; k < setup.regions.size(); ++k)
    out.results["region_probability"][setup.regions[k].first] = to_json(a.region_probability[k]);
  out.results["negative_cells"] = 0; // masses are held by their logarithms
  out.results["balance_residual"] = a.balance_residual;

  out.table = table_of(a, setup);
  add_fluctuations(a, observables, setup, out);
  out.must_resolve = {variances_of(setup, a.covariance)};
  if (a.entropy_production)
    out.headline = {"entropy_production_rate", *a.entropy_production};
  return out;
}

} // namespace escapade
