#include "paths/path_setup.hpp"

#include "escapade/error.hpp"
#include "support/exact.hpp"

#include <cmath>

namespace escapade {

Scheme scheme_named(const std::string& name) {
  for (std::size_t k = 0; k < scheme_names.size(); ++k)
    if (name == scheme_names[k])
      return static_cast<Scheme>(k);
  throw BadInput("the path scheme \"" + name + "\": give euler, time_changed, heun, tamed or sgd");
}

void check_algorithm(const PathSetup& s) {
  if (s.scheme != Scheme::sgd) {
    if (!s.problem || !s.problem->coefficients)
      throw BadInput("no problem given to simulate paths of");
    return;
  }
  if (!s.sampler || !s.sampler->gradient)
    throw BadInput(
        "the path scheme sgd: needs a gradient on data; give euler, time_changed, heun or "
        "tamed for a problem without data");
  check_sampler(*s.sampler);
  if (!(std::fabs(s.dt / step_time(*s.sampler) - 1) < 1e-12))
    throw BadInput("the step size: a step of sgd takes its learning rate in time, with its "
                   "velocity the root of it; leave the step size out");
}

void check_step(double dt) {
  if (!(dt > 0) || !std::isfinite(dt))
    throw BadInput("the step size " + std::to_string(dt) + ": the time step must be positive");
}

void check_steps(double steps, double dt) {
  constexpr double most = 1e12; // weeks, whatever the machine: a step follows the one before
  if (!(steps <= most))
    throw BadInput("the step size " + rounded(dt, 3) + ": " + rounded(steps, 3) +
                   " steps a path, more than can be taken; give a longer step, or a shorter time "
                   "limit");
}

void check_motion(double length, double extent, double dt) {
  if (length < 1e-15 * extent)
    throw BadInput("the step size " + rounded(dt, 3) + ": such a step moves a path by " +
                   rounded(length, 3) +
                   ", less than the rounding of its coordinates; give a longer step");
}

} // namespace escapade
