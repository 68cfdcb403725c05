// A two-dimensional Itô SDE  dθ = b(θ) dt + √2 σ(θ) dW,  σσᵀ = D(θ) symmetric positive
// (semi-)definite, and what else is known of it exactly. Fokker–Planck equation:
//   ∂p/∂t = −∇·J,  J = b p − ∇·(D p);   backward generator  𝓛u = b·∇u + D:∇∇u.
// However the user stated the noise (Stratonovich, isothermal, SGD), b here is the Itô drift.
#pragma once

#include "escapade/problem/field.hpp"
#include "escapade/problem/plane.hpp"

#include <array>
#include <optional>
#include <string>

namespace escapade {

/// Gradient structure, where it is known exactly.
/// D(θ) = s(θ) D₀ and b = −s(θ) ∇Φ for a scalar s > 0, so D⁻¹b = −D₀⁻¹∇Φ exactly. For a
/// potential at constant temperature T: s = 1, D₀ = T I, Φ = V; for SGD with the Hessian model:
/// s = L, D₀ = (η/B) H*, Φ = log L.
struct GradientStructure {
  Field phi; // 1 component
  Sym2 d0;
};

/// What SGD adds: the minimum θ*, the Hessian H* of the loss there, η and B.
struct SgdModel {
  Vec2 minimum;
  Sym2 hessian;
  double learning_rate = 0;
  double batch_size = 0;
  std::string noise; // the name given to -sgd_noise
};

struct Problem {
  std::array<std::string, 2> variables{"x", "y"};

  /// 5 components: b₁, b₂, D₁₁, D₁₂, D₂₂.
  Field coefficients;

  /// 2 components: (∇·D)ᵢ = Σⱼ ∂ⱼDᵢⱼ. Needed where D is neither s(θ)D₀ nor diagonal in the grid's
  /// frame; empty if unknown.
  Field divergence;

  /// 6 components of the potential or the loss: V, V₁, V₂, V₁₁, V₁₂, V₂₂; empty for a bare drift.
  Field landscape;

  std::optional<GradientStructure> gradient;
  std::optional<Sym2> constant_direction; // D₀ where D(θ) = s(θ) D₀
  std::optional<SgdModel> sgd;
};

} // namespace escapade
