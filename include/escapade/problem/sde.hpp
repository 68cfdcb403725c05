// Problems given by expressions of the two variables (inputs 0 and 1):
//   a potential V and a temperature T:  b = −∇V, D = T I
//   a drift b and a diffusion D, or the matrix σ itself with D = σσᵀ
#pragma once

#include "escapade/problem/calculus.hpp"
#include "escapade/problem/domain.hpp"
#include "escapade/problem/expression.hpp"
#include "escapade/problem/function.hpp"
#include "escapade/problem/problem.hpp"

#include <array>

namespace escapade {

/// T may depend on the variables.
Problem potential_problem(const Expression& potential, const Expression& temperature,
                          Calculus calculus, Compile compile);

/// diffusion: D₁₁, D₁₂, D₂₂. `domain` is where D = s(θ)D₀ is looked for. Throws BadInput for
/// Stratonovich noise where D has no constant direction: σ is then not determined by D.
Problem drift_problem(const std::array<Expression, 2>& drift,
                      const std::array<Expression, 3>& diffusion, Calculus calculus,
                      const Domain& domain, Compile compile);

/// noise: σ₁₁, σ₁₂, σ₂₁, σ₂₂.
Problem noise_problem(const std::array<Expression, 2>& drift,
                      const std::array<Expression, 4>& noise, Calculus calculus,
                      const Domain& domain, Compile compile);

/// D₀ (of trace 1) if D(θ) = s(θ) D₀ on a lattice of points of the domain to 1e-13 of its trace.
std::optional<Sym2> constant_direction_of(const Field& coefficients, const Domain& domain);

} // namespace escapade
