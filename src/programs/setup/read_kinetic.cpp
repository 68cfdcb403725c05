#include "escapade/error.hpp"
#include "escapade/problem/sde.hpp"
#include "programs/setup/readers.hpp"

#include <utility>

namespace escapade {

void read_kinetic(const Options& options, Setup& setup) {
  refuse(options, "kinetic", {"diffusion", "noise"});
  if (on_a_line(setup.symbols))
    throw BadInput("-kinetic: one variable is given; give position and velocity, e.g. "
                   "-variables x,v");
  const auto read = [&](const char* name) {
    if (!options.given(name))
      throw BadInput(std::string("-kinetic needs -") + name +
                     ": give -potential, -friction and -temperature");
    return timed_expression(options, name, setup);
  };
  using Named = std::pair<const char*, Expression>;
  const Named V{"potential", read("potential")}, G{"friction", read("friction")},
      T{"temperature", read("temperature")};
  for (const auto& [name, e] : {V, G, T})
    if (depends_on(e, 1))
      throw BadInput(std::string("-") + name + " \"" + options.text(name) +
                     "\": must not depend on the velocity " + setup.symbols.inputs[1]);
  for (const auto& [name, e] : {G, T})
    if (const auto value = constant_value(e); value && !(*value > 0))
      throw BadInput(std::string("-") + name + " " + options.text(name) + ": give a positive " +
                     name);
  leave_out_holes(setup);
  setup.problem = kinetic_problem(V.second, G.second, T.second, setup.domain, setup.compile);
  setup.kinetic_temperature = constant_value(T.second);
  setup.description["kind"] = "kinetic";
  for (const auto& [name, e] : {V, G, T})
    setup.description[name] = options.text(name);
}

void check_momentum(const Options& options, bool itself) {
  if (!options.given("momentum"))
    return;
  const double momentum = options.number("momentum");
  if (!(momentum < 1))
    throw BadInput("-momentum " + options.text("momentum") +
                   ": v <- B v - eta g grows without end; give 0 <= B < 1");
  if (itself)
    return;
  if (!options.has_velocity())
    throw BadInput("-momentum " + options.text("momentum") +
                   ": two parameters and their velocities are four coordinates; use mc-sgd or "
                   "mc-exit -mc_scheme sgd, or one parameter, -variables a");
  if (options.text("calculus") != "ito" || options.text("sme_order") == "2")
    throw BadInput("-momentum: goes with -calculus ito and -sme_order 1, give these");
}

} // namespace escapade
