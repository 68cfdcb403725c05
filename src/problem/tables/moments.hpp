// Sums over rows that are polynomials in the parameters: a few moments of the data in place of the
// rows. Least squares with a model that is linear in its parameters has such sums.
#pragma once

#include "escapade/problem/expression.hpp"
#include "escapade/problem/field.hpp"

#include <optional>
#include <vector>

namespace escapade {

/// The highest degree of which moments are taken.
inline constexpr int most_degree = 4;

/// Degree in the inputs 0 and 1; more than most_degree where it is no such polynomial.
int degree_of(const Expression& f);

/// Σ_r weight_r f(θ; row r) for each output, as RowSum has it (function.hpp), exactly but for
/// rounding; nothing where an output is no polynomial of that degree. Powers are taken about where
/// the first output has its minimum, if it is of degree 2 and has one, so that nothing cancels
/// there.
std::optional<Field> moments_field(const std::vector<Expression>& outputs,
                                   const std::vector<std::vector<double>>& columns,
                                   const std::vector<double>& weights);

} // namespace escapade
