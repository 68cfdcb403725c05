// Rates of the finest chain of the positive multilevel solver (multilevel.hpp), taken back
// from the level that holds them, so that they are kept once: v_ji = w_ji e^{φ_j − φ_i} / d_i is
// made plain by the opposite factor, with the same rounded exponent. Edges are those of a level's
// pattern; row i holds a value for each edge from j into i. Collective where ranks share the level.
#pragma once

#include "solve/multilevel/coarsen/level.hpp"

#include <vector>

namespace escapade::multilevel {

/// level.v times d_i e^{φ_i − φ_j}: plain rates w_ji. For the reversed chain, whose φ counts from
/// `masses` (else empty), these are the rates w_ij of the chain itself.
void make_plain(Level& level, const std::vector<double>& masses);

/// Exchanges the values of the two directions of every edge.
void turn_round(const Pattern& pattern, std::vector<double>& per_edge);

/// Sums over the edges of each row.
void add_rows(const Pattern& pattern, const std::vector<double>& per_edge,
              std::vector<double>& sums);

} // namespace escapade::multilevel
