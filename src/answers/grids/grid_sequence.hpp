// The same numbers on three grids, and the error that follows.
//
// Spacings h, about 1.5h and 2h: of 3/2, 4/3, 8/5, 5/3, 7/4, 5/4 the first ratio that divides the
// cells of both directions, so that the grids are similar and the error has one constant. Of a mesh
// refined n times: it and the (at most two) meshes it was refined from, h, 2h, 4h.
//
// The discretisation error of a number known on grids of spacing h, r₁h, r₂h, …
//
// With v_i = v + C (r_i h)^q the error of the finest is |v_h − v_i| / (r_i^q − 1); the estimate is
// the largest over the coarser grids. The number has the expected order where the two coarser
// grids agree on it: (v₂ − v_h)/(v₁ − v_h) is close to (r₂^q − 1)/(r₁^q − 1); then the value at
// h = 0 by eliminating the terms of order q and 2q is given beside it. q = 2, or 1 where a
// reflecting side is oblique to the grid.
#pragma once

#include "escapade/answers/number.hpp"
#include "grid/grid.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

namespace escapade {

/// The finest shape first; only that one where no errors are wanted or the grid is too small.
std::vector<GridShape> grid_sequence(const GridShape& fine, bool with_coarser);

/// The fewest cells along each axis of a grid that errors are estimated of.
inline constexpr std::int64_t fewest_cells = 8;

struct ErrorEstimate {
  double error = 0;
  std::optional<double> extrapolated;
};

/// values[0] belongs to the finest grid; ratios[i] = h_i / h_0, ratios[0] = 1. At least two grids.
ErrorEstimate estimate_error(std::span<const long double> values, std::span<const double> ratios,
                             double order);

/// One number of one grid. Positive ones of unknown size are measured by their logarithm.
struct Measured {
  long double value = 0;
  bool logarithmic = false;
};
inline Measured logarithm(long double log_value) {
  return {log_value, true};
}

/// All numbers of one grid, in a struct of the question's own.
template<class Numbers>
struct Level {
  Numbers numbers;
  double spacing = 0;         // geometric mean of the cell's sides
  bool oblique_walls = false; // reflecting sides oblique to the grid: order 1 may show
};

/// A number measured on grids of spacing h·ratios[k], the finest first, with its error (none if
/// there is one grid only).
Number with_error(const std::vector<Measured>& measured, const std::vector<double>& ratios,
                  bool oblique_walls);

/// The same of one number of the levels: `which(numbers)`, a member or a function.
template<class Numbers, class Which>
Number with_error(const std::vector<Level<Numbers>>& levels, const Which& which) {
  std::vector<Measured> measured;
  std::vector<double> ratios;
  for (const Level<Numbers>& level : levels) {
    measured.push_back(std::invoke(which, level.numbers));
    ratios.push_back(level.spacing / levels.front().spacing);
  }
  return with_error(measured, ratios, levels.front().oblique_walls);
}

} // namespace escapade
