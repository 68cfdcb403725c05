#include "paths/path_setup.hpp"

#include "escapade/error.hpp"

#include <cmath>
#include <cstdio>

namespace escapade {

Scheme scheme_named(const std::string& name) {
  for (std::size_t k = 0; k < scheme_names.size(); ++k)
    if (name == scheme_names[k])
      return static_cast<Scheme>(k);
  throw BadInput("-mc_scheme \"" + name + "\": give euler, time_changed, heun, tamed or sgd");
}

void check_algorithm(const PathSetup& s) {
  if (s.scheme != Scheme::sgd) {
    if (!s.problem || !s.problem->coefficients)
      throw BadInput("no problem given to simulate paths of");
    return;
  }
  if (!s.sampler || !s.sampler->gradient)
    throw BadInput("-mc_scheme sgd: needs -model and -data; give euler, time_changed, heun or "
                   "tamed for a problem without data");
  check_sampler(*s.sampler);
  if (!(std::fabs(s.dt / s.sampler->learning_rate - 1) < 1e-12))
    throw BadInput("-mc_dt: a step of sgd takes the time -learning_rate; leave -mc_dt out");
}

void check_step(double dt) {
  if (!(dt > 0) || !std::isfinite(dt))
    throw BadInput("-mc_dt " + std::to_string(dt) + ": the time step must be positive");
}

void check_steps(double steps, double dt) {
  if (steps < 9007199254740992.0)
    return;
  char text[160];
  std::snprintf(
      text, sizeof text,
      "-mc_dt %.3g: %.3g steps a path, more than can be counted; give a longer step, or a "
      "shorter -mc_max_time",
      dt, steps);
  throw BadInput(text);
}

void check_motion(double length, double extent, double dt) {
  if (!(length < 1e-15 * extent))
    return;
  char text[160];
  std::snprintf(text, sizeof text,
                "-mc_dt %.3g: such a step moves a path by %.3g, less than the rounding of its "
                "coordinates; give a longer step",
                dt, length);
  throw BadInput(text);
}

} // namespace escapade
