#include "paths/step_limits.hpp"

#include "escapade/error.hpp"

#include <cstdio>

namespace escapade {

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
