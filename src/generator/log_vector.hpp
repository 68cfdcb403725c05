// Non-negative vectors held by the natural logarithms of their entries (−inf for 0): first-exit
// times and masses of rare events leave the range of every floating-point type.
#pragma once

#include <vector>

namespace escapade {

/// log x_i for each cell of this rank; −inf where x_i = 0. Long double: 1e-19 relative of 28 500
/// nats is still 3e-15.
using LogVector = std::vector<long double>;

} // namespace escapade
