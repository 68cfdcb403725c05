// Stochastic gradient descent as a diffusion: b = −∇L, D = (η/2) Σ(θ), one step is Δt = η.
//
// Data (x_μ, y_μ), model f(θ; x), ℓ_μ = ½(f − y)², L = ⟨ℓ_μ⟩ + R(θ). Models of the noise:
//   covariance       Σ = (1/B)(N−B)/(N−1) [⟨∇ℓ∇ℓᵀ⟩ − ∇L∇Lᵀ]   (batches without replacement)
//   gauss_newton     Σ = (2L/B) ⟨∇f∇fᵀ⟩
//   hessian          Σ = (2L/B) H(θ*):    D = (η/B) L H*     (Mori et al., arXiv:2105.09557)
//   hessian_squared  D = (η/B) L H*²
//   isotropic        D = T L I
// ⟨·⟩ is the mean over the data. The regulariser R moves the drift; it is the same in every batch,
// so it enters no covariance, and gauss_newton's L is the data's part alone.
#pragma once

#include "escapade/problem/data.hpp"
#include "escapade/problem/expression.hpp"
#include "escapade/problem/function.hpp"
#include "escapade/problem/problem.hpp"
#include "escapade/problem/sde.hpp"

#include <string>

namespace escapade {

enum class SgdNoise { hessian, covariance, gauss_newton, hessian_squared, isotropic };

/// A loss and, where it comes from data, the sums that its noise is made of. Sub- and superscripts
/// as above; M = ⟨∇ℓ∇ℓᵀ⟩, G = ⟨∇f∇fᵀ⟩, g and H gradient and Hessian of the data's part of L.
struct Loss {
  Field gradient;          // 3: L, L₁, L₂
  Field landscape;         // 6: L, L₁, L₂, L₁₁, L₁₂, L₂₂
  Field spread;            // 5: g₁, g₂, M₁₁, M₁₂, M₂₂
  Field spread_slope;      // 7: g₁, g₂, H₁₁, H₁₂, H₂₂, (∇·M)₁, (∇·M)₂
  Field gauss;             // 6: data's L, g₁, g₂, G₁₁, G₁₂, G₂₂
  Field gauss_slope;       // 2: (∇·G)₁, (∇·G)₂
  std::size_t samples = 0; // N; 0 for a loss without data, which has only the first two fields
};

/// A loss given as an expression of inputs 0 and 1.
Loss loss_of_expression(const Expression& loss, Compile compile);

/// A model on data: inputs 0 and 1 of `model` are the parameters, input 2 + c is column c of the
/// table. `regularization` uses inputs 0 and 1.
Loss loss_of_data(const Expression& model, const Table& table, std::size_t target,
                  const Expression& regularization, Compile compile);

struct SgdSetting {
  SgdNoise noise = SgdNoise::hessian;
  Calculus calculus = Calculus::ito;
  double learning_rate = 0; // η
  double batch_size = 1;    // B
  double temperature = 0;   // T, for isotropic noise only
};

/// `minimum` is θ*, needed for the two Hessian models. Throws BadInput where the noise model needs
/// data that the loss does not have, where H* is not positive definite, where L(θ*) < 0, and for
/// Stratonovich noise without constant direction.
Problem sgd_problem(const Loss& loss, const SgdSetting& setting, std::optional<Vec2> minimum);

/// Covariance of the mini-batch gradient, Σ of the model `covariance`, at one point.
Sym2 gradient_covariance(const Loss& loss, double batch_size, Vec2 at);

/// G = ⟨∇f∇fᵀ⟩ and friends at single points are read off the fields with this.
std::vector<double> values_at(const Field& field, std::size_t components, Vec2 at);

SgdNoise sgd_noise_named(const std::string& name);

} // namespace escapade
