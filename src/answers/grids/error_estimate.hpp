// The discretisation error of a number known on grids of spacing h, r₁h, r₂h, …
//
// With v_i = v + C (r_i h)^q the error of the finest is |v_h − v_i| / (r_i^q − 1); the estimate is
// the largest over the coarser grids. The number has the expected order where the two coarser
// grids agree on it: (v₂ − v_h)/(v₁ − v_h) is close to (r₂^q − 1)/(r₁^q − 1); then the value at
// h = 0 by eliminating the terms of order q and 2q is given beside it. q = 2, or 1 where a
// reflecting side is oblique to the grid.
#pragma once

#include <optional>
#include <span>

namespace escapade {

struct ErrorEstimate {
  double error = 0;
  std::optional<double> extrapolated;
};

/// values[0] belongs to the finest grid; ratios[i] = h_i / h_0, ratios[0] = 1. At least two grids.
ErrorEstimate estimate_error(std::span<const long double> values, std::span<const double> ratios,
                             double order);

} // namespace escapade
