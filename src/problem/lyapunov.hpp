// The stationary covariance C of a linear system dz = A z dt + √2 σ dW, σσᵀ = D:
//   A C + C Aᵀ + 2D = 0   (Lyapunov's equation).
// In two dimensions, with r = tr A, Δ = det A and Cayley–Hamilton, C = −(Δ D + adj(A) D adj(A)ᵀ) /
// (r Δ): where A is stable (r < 0 < Δ) a sum of two positive semi-definite matrices, without
// cancellation. Units: A 1/time, D area/time, C area.
#pragma once

#include "escapade/problem/plane.hpp"

#include <array>

namespace escapade {

/// C for A = {a₁₁, a₁₂, a₂₁, a₂₂}. Infinite or not a number where r Δ = 0; a covariance only where
/// A is stable, which is the caller's to see to.
Sym2 lyapunov_covariance(const std::array<double, 4>& A, Sym2 D);

} // namespace escapade
