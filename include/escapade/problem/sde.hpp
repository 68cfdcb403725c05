// Problems given by expressions of the two variables (inputs 0 and 1):
//   a potential V and a temperature T:  b = −∇V, D = T I
//   a drift b and a diffusion D, or the matrix σ itself with D = σσᵀ
// How multiplicative noise is read: the given drift is turned once, exactly, into the Itô drift
// that everything else uses,
//   Itô           b = b_given
//   Stratonovich  b_i = b_given,i + Σ_jk σ_kj ∂_k σ_ij   (½∇·D where D = s(θ)D₀)
//   isothermal    b = b_given + ∇·D                       (Hänggi–Klimontovich, post-point)
#pragma once

#include "escapade/problem/domain.hpp"
#include "escapade/problem/expression.hpp"
#include "escapade/problem/function.hpp"
#include "escapade/problem/problem.hpp"

#include <array>

namespace escapade {

enum class Calculus { ito, stratonovich, isothermal };

/// c in b = b_given + c ∇·D, valid for D = s(θ)D₀: 0, ½, 1.
constexpr double divergence_share(Calculus calculus) {
  return calculus == Calculus::ito ? 0.0 : calculus == Calculus::stratonovich ? 0.5 : 1.0;
}

/// T may depend on the variables.
Problem potential_problem(const Expression& potential, const Expression& temperature,
                          Calculus calculus, Compile compile);

/// diffusion: D₁₁, D₁₂, D₂₂. `domain` is where D = s(θ)D₀ is looked for. Throws BadInput for
/// Stratonovich noise where D has no constant direction: σ is then not determined by D.
Problem drift_problem(const std::array<Expression, 2>& drift,
                      const std::array<Expression, 3>& diffusion, Calculus calculus,
                      const Domain& domain, Compile compile);

/// Langevin's equation in one dimension: input 0 is the position x, input 1 the velocity v (unit
/// mass), dx = v dt, dv = (−V′ − γv) dt + √(2γT) dW. V, γ and T depend on x alone. At one T the
/// density at rest is e^(−H/T), H = V + v²/2.
Problem kinetic_problem(const Expression& potential, const Expression& friction,
                        const Expression& temperature, const Domain& domain, Compile compile);

/// noise: σ₁₁, σ₁₂, σ₂₁, σ₂₂.
Problem noise_problem(const std::array<Expression, 2>& drift,
                      const std::array<Expression, 4>& noise, Calculus calculus,
                      const Domain& domain, Compile compile);

/// D₀ (of trace 1) if D(θ) = s(θ) D₀ on a lattice of points of the domain to 1e-13 of its trace.
std::optional<Sym2> constant_direction_of(const Field& coefficients, const Domain& domain);

} // namespace escapade
