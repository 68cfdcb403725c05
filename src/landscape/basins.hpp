// Which minimum descent leads to, and how high one has to climb from one minimum to another.
//
// Basins: cells are labelled in the order of V; from each a line follows −∇V (bilinear between
// centres) until all four centres around it carry the same label. A cell at a basin's edge may be
// labelled wrong, by less than a cell's width.
// Communication height of two minima: least over paths of the greatest V on the way. The sublevel
// sets that hold them merge at a saddle, and descent from its two sides tells which ones do
// (Kruskal's tree over saddles by value). The same on the lattice, cells joined in the order of V,
// is a check and finds passes over the rim of the box, where no saddle is.
#pragma once

#include "escapade/landscape/critical_points.hpp"
#include "grid/grid.hpp"

#include <optional>
#include <vector>

namespace escapade {

/// Label per unknown of the grid: index into `minima`, −1 where descent leaves the box. `v` holds
/// the six components of the landscape at the centres, component k of cell u at k·n + u.
std::vector<int> basins(const Grid& grid, const std::vector<double>& v,
                        const std::vector<CriticalPoint>& minima);

struct CommunicationHeight {
  std::size_t a = 0, b = 0;            // indices of the minima, a < b
  std::optional<CriticalPoint> saddle; // where the pass is; none where it lies on the rim
  double value = 0;                    // V there
  double on_lattice = 0;               // V of the cell whose joining connects the two
};

/// One entry per pair of minima. `points` are the critical points of the box.
std::vector<CommunicationHeight> communication_heights(const Field& landscape, const Grid& grid,
                                                       const std::vector<double>& v,
                                                       const std::vector<CriticalPoint>& points);

/// The edges of the basin with that label as closed polygons through the corners of its cells,
/// counter-clockwise around the basin (holes clockwise); cut open where they cross periodic sides.
std::vector<std::vector<Vec2>> basin_boundary(const Grid& grid, const std::vector<int>& label,
                                              int which);

} // namespace escapade
