// Selling's decomposition of a symmetric positive semi-definite matrix into integer directions:
//   D = Σ_e ρ_e e eᵀ,  ρ_e ≥ 0,  at most three offsets e ∈ ℤ².
// An obtuse superbase (v₀, v₁, v₂), v₀ + v₁ + v₂ = 0, ⟨v_a, D v_b⟩ ≤ 0 for a ≠ b, gives
// ρ = −⟨v_a, D v_b⟩ for e = v_c turned by a right angle.
// Fehrenbach, Mirebeau, J. Math. Imaging Vis. 49 (2014) 123; Bonnans, Bonnet, Mirebeau, "Monotone
// discretization of anisotropic differential operators using Voronoi's first reduction".
#pragma once

#include "escapade/problem/plane.hpp"

#include <array>
#include <cstdint>

namespace escapade {

/// An integer offset with its weight; the offset is the one of ±e with i > 0, or i = 0 and j > 0.
struct Spoke {
  std::int16_t i = 0, j = 0;
  double rho = 0;
};

using Stencil = std::array<Spoke, 3>;

/// D in cell units (D_ab / (h_a h_b), per unit time). Weights that vanish to rounding are 0.
/// Throws BadInput where the anisotropy needs offsets beyond 1000 cells.
Stencil selling(Sym2 D);

/// Weight of offset (i, j) (either sign) in a stencil, 0 where it is not part of it.
double weight_of(const Stencil& stencil, int i, int j);

} // namespace escapade
