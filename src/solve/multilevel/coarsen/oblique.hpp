// Coarse chains of the positive multilevel solver (multilevel.hpp) where edges lead along
// neither axis, as those of noise that is oblique to the grid.
//
// Blocks of 2 × 2 cells that exchange what their cells exchange have the wrong noise then: an edge
// of offset e joins blocks of several offsets, e/2 on the mean, and the scatter of these adds to
// the noise across the strong direction. With the factor ½ of edges along the axes the noise has
// not even the right direction. So a coarse edge gets the conductance of the fine edges of its own
// offset, which is that of the same noise on the coarse grid,
//   c_I = ½ / (1/A_I + 1/A_J),   A_I = Σ_{i∈I} F_{i+e,i},   J = I + e,
// half of the edges that leave I towards J in series with half of those that come into J from I,
// and keeps the net flux N of the edges that lead from block to block: fluxes c Bern(∓N/c). Net
// fluxes alone make the exact masses a fixed point. Blocks get edges for every offset of their
// cells.
#pragma once

#include "solve/multilevel/coarsen/level.hpp"

#include <cstdint>
#include <vector>

namespace escapade::multilevel {

/// The coarse cell that lies from i's block as cell j lies from cell i; −1 where there is none, or
/// it is i's block.
std::int32_t alike(const Pattern& fine, const Pattern& coarse, std::int32_t i, std::int32_t j);

/// The edge from cell j into cell i, −1 where there is none.
std::int64_t find_edge(const Pattern& pattern, std::int32_t j, std::int32_t i);

/// Drops edges of a pattern in the making, each from one of the cells held into one of the rank's
/// own, that have no counterpart the other way. Collective.
void keep_mutual(const Pattern& p, std::vector<std::int32_t>& row_start,
                 std::vector<std::int32_t>& from);

/// Makes fluxes v and w = w_there·lift of an edge, in units of masses `lift` times apart, those of
/// the conductance c with the same net flux.
void lengthen(double& v, double& w, double lift, double c);

/// rough_rates where edges lead along neither axis.
std::vector<double> rough_oblique_rates(const Pattern& fine, const Pattern& coarse,
                                        const std::vector<double>& incoming);

} // namespace escapade::multilevel
