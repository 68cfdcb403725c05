// fp-stationary: stationary density, current and entropy production.
#include "escapade/answers/stationary.hpp"

#include "programs/fp/questions.hpp"

namespace escapade {

namespace {

std::vector<std::pair<std::string, std::string>> table_of(const StationaryAnswer& a,
                                                          const Setup& setup) {
  std::vector<std::pair<std::string, std::string>> table;
  const auto& v = setup.problem.variables;
  for (std::size_t k = 0; k < 2; ++k)
    table.emplace_back("mean of " + v[k], to_line(a.mean[k]));
  const char* const pairs[] = {"variance of ", "covariance of ", "variance of "};
  for (std::size_t k = 0; k < 3; ++k)
    table.emplace_back(pairs[k] + (k == 0   ? v[0]
                                   : k == 2 ? v[1]
                                            : v[0] + ", " + v[1]),
                       to_line(a.covariance[k]));
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

Outcome stationary_question(Session& session, const Options&, const Setup& setup) {
  StationaryAnswer a = stationary(session.comm(), setup.problem, setup.domain, setup.shape,
                                  setup.regions, effort_of(session, setup));
  Outcome out;
  take_answer(session, a, out);
  const auto& c = a.covariance;
  out.results["mean"] = to_json(std::vector{a.mean[0], a.mean[1]});
  out.results["covariance"] = to_json({c[0], c[1], c[1], c[2]}, 2);
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
  out.must_resolve = {{"the variance of " + setup.problem.variables[0], c[0]},
                      {"the variance of " + setup.problem.variables[1], c[2]}};
  if (a.entropy_production)
    out.headline = {"entropy_production_rate", *a.entropy_production};
  return out;
}

} // namespace escapade
