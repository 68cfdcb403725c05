// What is known on one lattice, brought to another of the same frame and box: where a solve there
// begins. Cubic interpolation of logarithms; where the first lattice has no cells its values go on
// linearly. The error is of order h⁴ inside and of order h where cells are missing.
#pragma once

#include "generator/assemble.hpp"
#include "grid/grid.hpp"

#include <cstdint>
#include <vector>

namespace escapade {

/// The cells of `from` that the cells [first, last) of `to` take their values from: whole rows of
/// the lattice, with some more to continue from where cells are missing; all of them where the
/// second coordinate is periodic.
RowRange cells_to_know(const Grid& to, std::int64_t first, std::int64_t last, const Grid& from);

/// The logarithm at the cells [first, last) of `to`, from those at the cells of `from` that begin
/// with `known`: all, or those of the range above. Finite where all of `log_values` are and there
/// is one.
std::vector<double> log_values_on(const Grid& to, std::int64_t first, std::int64_t last,
                                  const Grid& from, const std::vector<double>& log_values,
                                  std::int64_t known = 0);

} // namespace escapade
