// Problems in one dimension: problems in the plane that live on the line y = 0 (Domain::line).
#pragma once

#include "escapade/problem/problem.hpp"

namespace escapade {

/// A problem whose drift along x and D₁₁ depend on x alone, as chains take it: the noise is the
/// same across the line, along which nothing depends on that. What else is known of it stays.
Problem on_a_line(Problem problem);

/// The same as trajectories take it: nothing moves across the line.
Problem still_across(Problem problem);

} // namespace escapade
