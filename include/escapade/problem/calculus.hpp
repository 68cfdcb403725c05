// How multiplicative noise is read. The SDE's drift b_given is turned once, exactly, into the Itô
// drift that everything else uses:
//   Itô           b = b_given
//   Stratonovich  b_i = b_given,i + Σ_jk σ_kj ∂_k σ_ij   (½∇·D where D = s(θ)D₀)
//   isothermal    b = b_given + ∇·D                       (Hänggi–Klimontovich, post-point)
#pragma once

namespace escapade {

enum class Calculus { ito, stratonovich, isothermal };

/// c in b = b_given + c ∇·D, valid for D = s(θ)D₀: 0, ½, 1.
constexpr double divergence_share(Calculus calculus) {
  return calculus == Calculus::ito ? 0.0 : calculus == Calculus::stratonovich ? 0.5 : 1.0;
}

} // namespace escapade
