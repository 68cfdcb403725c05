// The same numbers on four grids, and the error that follows.
//
// Spacings h, r h, 2h and 2r h with r about 1.5: of 3/2, 4/3, 8/5, 5/3, 7/4, 5/4 the first that
// divides the cells of both directions, so that the grids are similar and the error has one
// constant. Of a mesh refined n times: it and the (at most three) meshes it was refined from, h,
// 2h, 4h, 8h.
#pragma once

#include "escapade/answers/number.hpp"
#include "grid/grid.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace escapade {

/// The finest shape first; only that one where no errors are wanted or the grid is too small.
std::vector<GridShape> grid_sequence(const GridShape& fine, bool with_coarser);

/// The fewest cells along each axis of a grid that errors are estimated of, and of a fourth grid.
inline constexpr std::int64_t fewest_cells = 8, fewest_of_fourth = 8;
/// Grids that an error needs; a further one may be refused for being too coarse.
inline constexpr std::size_t grids_needed = 3;

/// One number of one grid. Positive ones of unknown size are measured by their logarithm.
struct Measured {
  long double value = 0;
  bool logarithmic = false;
  /// What a relative error of the masses is relative to: the standard deviation for a mean, which
  /// may be 0 itself. Not given: the value.
  long double scale = 0;
};
inline Measured logarithm(long double log_value) {
  return {log_value, true, 1};
}

/// All numbers of one grid, in a struct of the question's own.
template<class Numbers>
struct Level {
  Numbers numbers;
  double spacing = 0;     // geometric mean of the cell's sides
  double certificate = 0; // largest relative error of the solves
  std::string doubt = {}; // why no error can be told, whatever the grids say
  bool line = false;      // of one dimension, where errors are sums of powers of the spacing
};

/// A number measured on grids of spacing h·ratios[k], the finest first, with its error: of the
/// grids, of rounding and of solves with this relative error.
Number with_error(const std::vector<Measured>& measured, const std::vector<double>& ratios,
                  double certificate = 0, const std::string& doubt = {}, bool line = false);

/// The same of one number of the levels: `which(numbers)`, a member or a function.
template<class Numbers, class Which>
Number with_error(const std::vector<Level<Numbers>>& levels, const Which& which) {
  std::vector<Measured> measured;
  std::vector<double> ratios;
  for (const Level<Numbers>& level : levels) {
    measured.push_back(std::invoke(which, level.numbers));
    ratios.push_back(level.spacing / levels.front().spacing);
  }
  const Level<Numbers>& fine = levels.front();
  return with_error(measured, ratios, fine.certificate, fine.doubt, fine.line);
}

} // namespace escapade
