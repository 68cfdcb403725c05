// Problems and regions in a line each: from functions, or from text in the language of
// problem/expression.hpp.
//
//   potential   b = −∇V, D = T I        drift   b and D as they are       (Itô, D = σσᵀ)
//   region      {θ : φ(θ) ≥ 0}; several joined are left through by name, the first that holds
//   counts
#pragma once

#include "escapade/problem/domain.hpp"
#include "escapade/problem/expression.hpp"
#include "escapade/problem/problem.hpp"
#include "escapade/problem/region.hpp"

#include <functional>
#include <string>
#include <vector>

namespace escapade {

/// Names that text may use: the variables x and y, and no constants.
Symbols plain_symbols();

/// V and T, which may depend on the variables: "(x^2-1)^2/4 + y^2/2", "0.1". BadInput with the
/// column where the text cannot be read.
Problem potential_problem(const std::string& potential, const std::string& temperature,
                          const Symbols& symbols = plain_symbols());

/// "b1, b2" and "D" or "D11, D12, D22". `domain` is where a constant direction of D is looked for.
Problem drift_problem(const std::string& drift, const std::string& diffusion, const Domain& domain,
                      const Symbols& symbols = plain_symbols());

/// Functions of one point. Where D turns from place to place its divergence is taken by central
/// differences over 1e-5 of the domain, right to about 1e-9 of D per length of the domain.
Problem drift_problem(std::function<Vec2(double x, double y)> drift,
                      std::function<Sym2(double x, double y)> diffusion, const Domain& domain);

/// "x > 0.5 or y > 4", each operand of a top-level "or" a part of its own.
Region region(const std::string& text, const Symbols& symbols = plain_symbols());

/// {coordinate[axis] ≥ position}, or ≤ where `above` is false; exact for every grid.
Region half_plane(int axis, double position, bool above = true);

Region disc(Vec2 centre, double radius);

/// The inside of a closed polygon, not crossing itself; φ is the distance to its boundary.
Region polygon(std::vector<Vec2> corners);

/// Where φ ≥ 0; its gradient is taken by central differences over `length` · 1e-6.
Region level_set(const std::string& name, std::function<double(double x, double y)> phi,
                 double length = 1);

/// Where a region does not hold, as one part.
Region outside(const Region& region);

} // namespace escapade
