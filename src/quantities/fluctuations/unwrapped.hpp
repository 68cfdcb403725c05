// Motion along periodic axes, counted without wrapping: X_t, the sum of the jumps r_xy.
//
//   mean velocity        v = lim E X_t / t = Σ π_x w_xy r_xy
//   effective diffusion  D = lim Cov X_t / (2t) = ½ Σ π_x w_xy j_xy j_xyᵀ,  j_xy = r_xy + χ_y − χ_x
//   cell problem         M χ = u − v,  u_x = Σ_y w_xy r_xy,  ⟨χ⟩ = 0
// X_t − v t + χ is a martingale whose jumps are j_xy (Bensoussan, Lions, Papanicolaou,
// Asymptotic Analysis for Periodic Structures, 1978; Reimann et al. 2001,
// doi:10.1103/PhysRevLett.87.010602). Every term of the sum is of one sign, so that D stays right
// down to some 1e-30 of the noise. Lengths in the variables' units, times in the unit of 1/rate.
// Along other axes v and D are 0. Order 2 in the cells' size.
#pragma once

#include "escapade/problem/plane.hpp"
#include "grid/cells.hpp"
#include "quantities/fluctuations/resolvent.hpp"

#include <array>

namespace escapade {

/// Σ π w r along the periodic axes of any masses of sum 1, and Σ π w |r|, what it is a difference
/// of. Collective.
struct Velocity {
  Vec2 mean, gross;
};
Velocity mean_velocity(const Generator& rates, const LogVector& log_mass, const Halo& halo,
                       const Cells& grid, std::array<bool, 2> along);

struct Unwrapped {
  Vec2 velocity, gross; // `gross`: Σ π w |r|, what the velocity is a difference of
  Sym2 diffusion;
  double rounding = 0; // of the diffusion: ½ Σ π w ε² with ε what is lost in r + χ_y − χ_x
};

/// `along`: which axes are periodic. Collective.
Unwrapped unwrapped_motion(const AtRest& chain, const Cells& grid, std::array<bool, 2> along,
                           Resolvent& at_zero);

} // namespace escapade
