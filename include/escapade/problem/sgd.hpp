// Stochastic gradient descent as a diffusion: b = −∇L, D = (η/2) Σ(θ), one step is Δt = η.
//
// Data (x_μ, y_μ), model f(θ; x), ℓ_μ = ½(f − y)², or any ℓ_μ(θ); L = ⟨ℓ_μ⟩ + R(θ). Models of the
// noise:
//   covariance       Σ = (1/B)(N−B)/(N−1) [⟨∇ℓ∇ℓᵀ⟩ − ∇L∇Lᵀ]   (batches without replacement)
//   gauss_newton     Σ = (2L/B) ⟨∇f∇fᵀ⟩
//   hessian          Σ = (2L/B) H(θ*):    D = (η/B) L H*     (Mori et al., arXiv:2105.09557)
//   hessian_squared  D = (η/B) L H*²
//   isotropic        D = T L I
// gauss_newton is for least squares alone. The second-order modified equation adds the drift
// −(η/4)∇|∇L|² (Li, Tai, E, arXiv:1511.06251).
// ⟨·⟩ is the mean over the data. The regulariser R moves the drift; it is the same in every batch,
// so it enters no covariance, and gauss_newton's L is the data's part alone.
#pragma once

#include "escapade/problem/data.hpp"
#include "escapade/problem/expression.hpp"
#include "escapade/problem/function.hpp"
#include "escapade/problem/problem.hpp"
#include "escapade/problem/sde.hpp"

#include <array>
#include <functional>
#include <optional>
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
  std::size_t rows = 0;    // distinct ones that every value is a sum over; 0: none
  std::size_t samples = 0; // N; 0 for a loss without data, which has only the first two fields
};

/// A loss given as an expression of inputs 0 and 1.
Loss loss_of_expression(const Expression& loss, Compile compile);

/// A model on data: inputs 0 and 1 of `model` are the parameters, input 2 + c is column c of the
/// table. `regularization` uses inputs 0 and 1.
Loss loss_of_data(const Expression& model, const Table& table, std::size_t target,
                  const Expression& regularization, Compile compile);

/// Any loss of a row: inputs as above, the target among the columns.
Loss loss_of_samples(const Expression& sample_loss, const Table& table,
                     const Expression& regularization, Compile compile);

/// A loss on many rows, whose sums take long, by their values at Chebyshev's points of the box.
struct SampledLoss {
  Loss loss;
  std::array<std::size_t, 2> points; // along each axis
  double error = 0;                  // of L and its derivatives, relative to the largest in the box
  std::function<void(bool)> coarser; // see Problem::approximations
};

/// Nothing where that does not pay, for few rows or sums that are polynomials and known exactly, or
/// where the sums are not smooth enough.
std::optional<SampledLoss> sampled(const Loss& loss, const Domain& box);

struct SgdSetting {
  SgdNoise noise = SgdNoise::hessian;
  Calculus calculus = Calculus::ito;
  double learning_rate = 0; // η
  double batch_size = 1;    // B
  double temperature = 0;   // T, for isotropic noise only
  int order = 1;            // of the modified equation: 1 or 2
};

/// `minimum` is θ*, needed for the two Hessian models. Throws BadInput where the noise model needs
/// data that the loss does not have, where H* is not positive definite, where L(θ*) < 0, and for
/// Stratonovich noise without constant direction.
Problem sgd_problem(const Loss& loss, const SgdSetting& setting, std::optional<Vec2> minimum);

/// SGD with momentum B, v ← Bv − ηg, θ ← θ + v, of one parameter a: input 0 is a, input 1 its
/// velocity p = v/√η; the time unit is √η a step:
///   da = p dt,  dp = (−γp − L′(a)) dt + √(2 D_pp) dW,  γ = (1 − B)/√η,  D_pp = √η Σ/2 = D/√η
/// (Li, Tai, E, arXiv:1511.06251, section 4). `plain`: the problem without momentum, D = (η/2)Σ.
Problem momentum_problem(const Problem& plain, double momentum, double learning_rate);

/// Covariance of the mini-batch gradient, Σ of the model `covariance`, at one point.
Sym2 gradient_covariance(const Loss& loss, double batch_size, Vec2 at);

/// G = ⟨∇f∇fᵀ⟩ and friends at single points are read off the fields with this.
std::vector<double> values_at(const Field& field, std::size_t components, Vec2 at);

SgdNoise sgd_noise_named(const std::string& name);

} // namespace escapade
