// Non-negative vectors held by the natural logarithms of their entries (−inf for 0): first-exit
// times and masses of rare events leave the range of every floating-point type.
#pragma once

#include <vector>

namespace escapade {

/// log x_i for each cell of this rank; −inf where x_i = 0.
using LogVector = std::vector<long double>;

} // namespace escapade
