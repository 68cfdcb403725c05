#include "programs/fp/observables.hpp"

#include "escapade/error.hpp"
#include "escapade/problem/expression.hpp"
#include "escapade/problem/function.hpp"
#include "programs/fp/questions.hpp"
#include "support/parse.hpp"

#include <algorithm>

namespace escapade {

Field read_observable(const std::string& what, const std::string& text, const Setup& setup,
                      Compile compile) {
  const auto e = parse_expressions(what, text, setup.symbols);
  if (e.size() != 1)
    throw BadInput(what + " \"" + text + "\": give one expression, not " +
                   std::to_string(e.size()));
  return field_of(e, compile);
}

NamedObservables read_observables(const Options& options, const Setup& setup) {
  NamedObservables out;
  if (!options.given("observables"))
    return out;
  const std::string& text = options.text("observables");
  for (const std::string& piece : split(text, ';')) {
    const std::string one = trimmed(piece);
    if (one.empty() && !out.empty())
      continue; // a ';' at the end
    const auto colon = one.find(':');
    if (colon == std::string::npos)
      throw BadInput("-observables \"" + text + "\": no ':' in \"" + one +
                     "\"; give a name and an expression each, \"speed: x^2 + y^2; height: y\"");
    const std::string name = trimmed(one.substr(0, colon));
    check_name("-observables", name);
    if (std::ranges::any_of(out, [&](const auto& known) { return known.first == name; }))
      throw BadInput("-observables \"" + text + "\": the observable '" + name + "' is given twice");
    out.emplace_back(
        name, read_observable("-observables " + name + ":", trimmed(one.substr(colon + 1)), setup));
  }
  return out;
}

void add_fluctuations(const StationaryAnswer& a, const NamedObservables& observables,
                      const Setup& setup, Outcome& out) {
  for (std::size_t k = 0; k < observables.size(); ++k) {
    const std::string& name = observables[k].first;
    Json& place = out.results["observables"][name];
    out.add(place["mean"], "mean of " + name, a.observables[k].mean);
    out.add(place["variance"], "variance of " + name, a.observables[k].variance);
    out.add(place["correlation_time"], "correlation time of " + name,
            a.observables[k].correlation_time);
  }
  if (!a.motion)
    return;
  out.results["mean_velocity"] = to_json(setup, a.motion->mean_velocity);
  out.results["effective_diffusion"] = to_json(setup, a.motion->effective_diffusion);
  const auto moves = [&](std::size_t axis) {
    return setup.domain.periodic(static_cast<int>(axis));
  };
  for (const auto& [name, k] : means_of(setup))
    if (moves(k))
      out.table.emplace_back("mean velocity of " + setup.problem.variables[k],
                             to_line(a.motion->mean_velocity[k]));
  for (std::size_t k = 0; k < 3; ++k)
    if (moves(k / 2) && moves((k + 1) / 2))
      out.table.emplace_back("effective diffusion " + setup.problem.variables[k / 2] + "," +
                                 setup.problem.variables[(k + 1) / 2],
                             to_line(a.motion->effective_diffusion[k]));
}

} // namespace escapade
