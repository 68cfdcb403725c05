// Values and slopes along one line of a table.
//
//   s_i = (f_{i−2} − 8 f_{i−1} + 8 f_{i+1} − f_{i+2})/12      exact to degree 4
// and near holes and ends the derivative at i of Lagrange's polynomial through the points there
// are, up to five in a row. Distances are those of the points, slopes per distance. Fornberg 1988,
// doi:10.1090/S0025-5718-1988-0935077-0.
#pragma once

#include <cstddef>
#include <vector>

namespace escapade {

/// A line of equidistant points, in units of their distance.
struct TableLine {
  std::vector<double> value;
  std::vector<char> known; // 0: a hole, whose value is made up
  bool periodic = false;
};

/// Slopes at every point. Known points ask known ones alone.
std::vector<double> slopes(const TableLine& line);

/// The interpolant through every second known point, beginning with the first, at all points: their
/// values replaced, and its slopes. Points that do not lie between two of these stay as they are.
std::vector<double> slopes_of_every_second(TableLine& line);

} // namespace escapade
