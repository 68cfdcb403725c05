#include "generator/rates/selling.hpp"

#include "escapade/error.hpp"

#include <algorithm>
#include <cmath>

namespace escapade {

namespace {

struct IntVec {
  int x, y;
};

IntVec operator-(IntVec v) {
  return {-v.x, -v.y};
}
IntVec operator-(IntVec a, IntVec b) {
  return {a.x - b.x, a.y - b.y};
}

double product(Sym2 D, IntVec a, IntVec b) {
  return D.xx * a.x * b.x +
         D.xy * (static_cast<double>(a.x) * b.y + static_cast<double>(a.y) * b.x) +
         D.yy * a.y * b.y;
}

} // namespace

Stencil selling(Sym2 D) {
  std::array<IntVec, 3> v{IntVec{1, 0}, IntVec{0, 1}, IntVec{-1, -1}};
  // A product of this size is zero to rounding: turning on it would go round in circles.
  const double rounding = 4e-16 * (std::abs(D.xx) + std::abs(D.yy));
  for (bool obtuse = false; !obtuse;) {
    obtuse = true;
    for (std::size_t a = 0; a < 3 && obtuse; ++a) {
      const std::size_t b = (a + 1) % 3, c = (a + 2) % 3;
      const double scale = std::hypot(v[a].x, v[a].y) * std::hypot(v[b].x, v[b].y);
      if (product(D, v[a], v[b]) > rounding * scale) {
        const IntVec va = v[a], vb = v[b]; // Selling's step: the energy Σ⟨v, Dv⟩ decreases
        v[c] = va - vb;
        v[a] = -va;
        obtuse = false;
      }
    }
    for (const IntVec& w : v)
      if (std::max(std::abs(w.x), std::abs(w.y)) > 1000)
        throw BadInput("the diffusion is too anisotropic for this grid: its edges would be longer "
                       "than 1000 cells");
  }
  Stencil stencil;
  for (std::size_t a = 0; a < 3; ++a) {
    const std::size_t b = (a + 1) % 3, c = (a + 2) % 3;
    IntVec e{-v[c].y, v[c].x};
    if (e.x < 0 || (e.x == 0 && e.y < 0))
      e = -e;
    const double rho = -product(D, v[a], v[b]);
    const double scale = std::hypot(v[a].x, v[a].y) * std::hypot(v[b].x, v[b].y);
    stencil[a] = {static_cast<std::int16_t>(e.x), static_cast<std::int16_t>(e.y),
                  rho > rounding * scale ? rho : 0.0};
  }
  return stencil;
}

double weight_of(const Stencil& stencil, int i, int j) {
  if (i < 0 || (i == 0 && j < 0))
    i = -i, j = -j;
  for (const Spoke& spoke : stencil)
    if (spoke.i == i && spoke.j == j)
      return spoke.rho;
  return 0;
}

} // namespace escapade
