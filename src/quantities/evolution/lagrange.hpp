// Weights of Lagrange's interpolation on a lattice; private to this room.
#pragma once

#include <array>

namespace escapade {

/// Weights of `width` equally spaced nodes 0 … width−1 at position t.
inline std::array<long double, 4> lagrange(int width, long double t) {
  std::array<long double, 4> w{};
  for (int a = 0; a < width; ++a) {
    w[a] = 1;
    for (int b = 0; b < width; ++b)
      if (b != a)
        w[a] *= (t - b) / (a - b);
  }
  return w;
}

} // namespace escapade
