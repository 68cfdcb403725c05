// What share of a cell's mass lies in a region.
//
// A cell is the fan of triangles over its sides. A triangle that the boundary may cross is cut into
// four, a few times, and φ is linear on the smallest ones, so that shares depend on the region
// smoothly; thin sets and corners are seen down to a few hundredths of a cell. The density within
// a cell is exp(slope · r).
#pragma once

#include "grid/cells.hpp"

#include <cstdint>
#include <functional>
#include <vector>

namespace escapade {

/// First and second derivatives of the logarithm of a density at a cell's centre.
struct LogShape {
  Vec2 slope;
  Sym2 curvature;
};
/// Asked of cells that the boundary crosses.
using LogShapes = std::function<LogShape(std::int32_t)>;

/// Shares, between 0 and 1, of the cells [first, last) in {φ ≥ 0} of any part; those of a region
/// and of what it leaves add up to 1. Points where φ is not a number lie outside.
std::vector<double> region_shares(const Cells& cells, const Region& region, std::int64_t first,
                                  std::int64_t last, const LogShapes& shape);

} // namespace escapade
