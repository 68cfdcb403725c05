// What the jumps of a lattice make of the action along the most probable path.
//
// Along the path H = b·p + p·Dp = 0 with the momentum p = D⁻¹(θ′ − b)/2. The chain on a lattice has
// a Hamiltonian of its own: with π_e = p·e, g_e = e·D⁻¹b, κ_e = π_e + g_e over the edges of
// Selling's stencil
//   H = Σ_e 4ρ_e (g_e/2)/sinh(g_e/2) sinh(π_e/2) sinh(κ_e/2) = Σ_e ρ_e [π_e κ_e + (π_e κ_e)²/12 +
//   …],
// of which the first term is that of the SDE. At every point the chain needs the share s of the
// momentum, H(s p) = 0, s ≤ 1, and its action along the path is Σ s dS: too low, the more so the
// coarser the lattice.
#pragma once

#include "escapade/problem/field.hpp"
#include "escapade/problem/plane.hpp"

#include <array>
#include <vector>

namespace escapade {

/// A stretch of the path that climbs against the drift.
struct Climb {
  Vec2 work; // D⁻¹b
  Vec2 momentum;
  Sym2 noise;
  double action = 0; // of the stretch
};

/// A path in `count` stretches of equal action; what it goes downhill costs nothing and is left
/// out. NotTrusted where the noise is singular on the way.
std::vector<Climb> climbs_along(const Field& coefficients, const std::vector<Vec2>& points,
                                const std::vector<double>& action, int count);

/// The chain's action on a lattice of cells with the sides h in the frame turned by `angle`;
/// nothing where its edges would be longer than a grid allows.
double lattice_action(const std::vector<Climb>& climbs, double angle, std::array<double, 2> h);

} // namespace escapade
