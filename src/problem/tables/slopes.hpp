// Values and slopes along one line of a table.
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
