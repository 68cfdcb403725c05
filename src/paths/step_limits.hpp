// Steps that no run can make sense of. Private to paths.
#pragma once

namespace escapade {

/// BadInput beyond 2⁵³ steps a path, where step numbers and times are no longer exact.
void check_steps(double steps, double dt);

/// BadInput where a step of `length` is lost in the rounding of coordinates of the size `extent`.
void check_motion(double length, double extent, double dt);

} // namespace escapade
