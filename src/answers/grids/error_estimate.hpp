// The discretisation error of a number known on grids of spacing h, r₁h, r₂h, …
//
// With v_i = v + C (r_i h)^q the differences from the finest grid are in the ratio
//   (v₂ − v_h)/(v₁ − v_h) = (r₂^q − 1)/(r₁^q − 1),
// which tells the order q: 2 as a rule; 1 where an edge has drift and no noise of its own, beside
// oblique walls, or where a side absorbs beside one that reflects; 4/3 at re-entrant corners. The
// error is that of the finest grid, |v_h − v_i|/(r_i^q − 1), the largest over the coarser grids,
// with q no larger than 2 (1 by methods of first order) and a factor that makes it hold for 95 of
// 100 numbers (Roache 1998, doi:10.2514/2.457).
#pragma once

#include "escapade/answers/number.hpp"

#include <optional>
#include <span>
#include <string>

namespace escapade {

/// What is known beforehand of a number's error in powers of h.
enum class Expansion {
  even,      ///< h², h⁴, h⁶, …: sums over cells
  at_point,  ///< the same, taken at a point that lies otherwise among the cells of every grid
  uneven,    ///< graded cells, walls without noise: beyond h² nothing
  by_flow,   ///< jumps along a flow: the same, with parts of order h that coarse grids do not show
  cut,       ///< sets cut cells at fractions that differ from grid to grid: beyond h² nothing
  irregular, ///< not even h² alone
  first_order, ///< h by the method, and irregular: an order above 1 is an accident
  slow,        ///< like h^½ for all that is known, though grids show other orders
  scattered    ///< h, and scatter from grid to grid that is as large: no order is to be seen
};

/// Where a value at h = 0 comes from.
enum class LimitKind {
  by_order, ///< the order that the grids show
  on_line,  ///< cells of one dimension: terms of order 2, 3 and 4
  none      ///< something else than the cells differs from grid to grid: an order is an accident
};

struct ErrorContext {
  double floor = 0; ///< the error without any grid's: of rounding and of the solve
  double scale = 0; ///< of the number; 0 where there is none
  Expansion expansion = Expansion::even;
  LimitKind limit = LimitKind::by_order;
};

struct ErrorEstimate {
  std::optional<double> error, order;
  /// At h = 0, by eliminating the terms of order q and 2q, where the grids show a clean order; on a
  /// line those of order 2, 3 (of a set that ends between two centres) and 4.
  std::optional<double> extrapolated, extrapolated_error;
  std::string unknown; ///< why there is no error, empty where there is
};

/// values[0] belongs to the finest grid; ratios[i] = h_i / h_0, ratios[0] = 1, ascending.
ErrorEstimate estimate_error(std::span<const long double> values, std::span<const double> ratios,
                             const ErrorContext& context = {});

} // namespace escapade
