// A two-dimensional Itô SDE  dθ = b(θ) dt + √2 σ(θ) dW,  σσᵀ = D(θ) symmetric positive
// (semi-)definite, and what else is known of it exactly. Fokker–Planck equation:
//   ∂p/∂t = −∇·J,  J = b p − ∇·(D p);   backward generator  𝓛u = b·∇u + D:∇∇u.
// However the user stated the noise (Stratonovich, isothermal, SGD), b here is the Itô drift.
#pragma once

#include "escapade/problem/field.hpp"
#include "escapade/problem/plane.hpp"

#include <array>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace escapade {

/// D⁻¹b = −K ∇Φ exactly, with a constant symmetric K. For a potential at constant temperature T:
/// Φ = V, K = I/T; for SGD with D = L D₀: Φ = log L, K = D₀⁻¹ (less I or I/2 where the noise is
/// read as isothermal or Stratonovich).
struct GradientStructure {
  Field phi; // 1 component
  Sym2 k;
};

/// What SGD adds: learning rate η (0 where the noise model does not use it), batch size B, the
/// name of the noise model, and for the models that need them the minimum θ* and the Hessian H*.
struct SgdModel {
  double learning_rate = 0;
  double batch_size = 1;
  std::string noise;
  std::optional<Vec2> minimum;
  std::optional<Sym2> hessian;
};

struct Problem {
  std::array<std::string, 2> variables{"x", "y"};

  /// 5 components: b₁, b₂, D₁₁, D₁₂, D₂₂.
  Field coefficients;

  /// Where D is the same everywhere: D, and b alone (2 components) for who needs no more. Both or
  /// neither.
  std::optional<Sym2> constant_noise;
  Field drift;

  /// 2 components: (∇·D)ᵢ = Σⱼ ∂ⱼDᵢⱼ. Needed where D is neither s(θ)D₀ nor diagonal in the grid's
  /// frame; empty if unknown.
  Field divergence;

  /// 6 components of the potential or the loss: V, V₁, V₂, V₁₁, V₁₂, V₂₂; empty for a bare drift.
  Field landscape;

  std::optional<GradientStructure> gradient;
  std::optional<Sym2> constant_direction; // D₀ where D(θ) = s(θ) D₀
  std::optional<SgdModel> sgd;

  /// What the fields, and the sets that go with them, are made of and is known at points only. Each
  /// is told to be coarser (true) or as it was: answers measure both to tell that error.
  std::vector<std::function<void(bool)>> approximations = {};
};

/// With `floor` (not negative) added to D₁₁ and D₂₂; b stays.
Problem with_noise_floor(Problem problem, Vec2 floor);

} // namespace escapade
