// Drift and noise from a table, for problems whose evaluation is expensive (SGD on many rows).
//
// A bicubic Hermite table on the domain's box: at each node the value, both slopes and the mixed
// derivative of b₁, b₂ and of s where D = s(θ) D₀, else of D₁₁, D₁₂, D₂₂. Only values are asked of
// the problem, one evaluation a node; slopes are seven-point differences of them (order 6), whose
// error is far below the interpolation's own: f⁗ h⁴/384 along each axis, order 4. The interpolant
// is continuously differentiable.
//
// Nothing is clipped: points outside the box, cells with a node where the problem is not finite,
// and points where the interpolated D is not semi-definite are evaluated exactly.
#pragma once

#include "escapade/problem/domain.hpp"
#include "escapade/problem/problem.hpp"

#include <array>
#include <cstdint>

namespace escapade {

struct Tabulated {
  Problem problem; // the same problem, with `coefficients` from the table
  std::array<std::int64_t, 2> cells;
  /// Largest difference between table and problem at every cell's middle and an off-centre point,
  /// over the largest value of that component in the box; the largest component counts.
  double error = 0;
  /// The same with the box in 16 x 16 blocks, each with its own largest difference and value:
  /// steep corners of the box hide nothing here.
  double local_error = 0;
  double memory_bytes = 0;
};

/// cells: 8 to 8192 along each axis. Throws BadInput for other numbers, and where no cell of the
/// table is usable.
Tabulated tabulate(const Problem& problem, const Domain& domain, std::array<std::int64_t, 2> cells);

} // namespace escapade
