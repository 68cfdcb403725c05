// Non-negative vectors held by the natural logarithms of their entries (−inf for 0): first-exit
// times and masses of rare events leave the range of every floating-point type.
#pragma once

#include <cmath>
#include <limits>
#include <vector>

namespace escapade {

/// log x_i for each cell of this rank; −inf where x_i = 0. Long double: 1e-19 relative of 28 500
/// nats is still 3e-15.
using LogVector = std::vector<long double>;

constexpr long double log_of_zero = -std::numeric_limits<long double>::infinity();

/// e^l to 2e-16 of itself, at a fifth of the time of long double's exponential: double's, and what
/// double drops of l to first order. Beyond double's range it is long double's.
inline long double exp_in_double(long double l) {
  const double near = static_cast<double>(l);
  if (!(std::abs(near) < 700))
    return std::exp(l);
  return std::exp(near) * (1 + (l - near));
}

} // namespace escapade
