// The tree of fronts of a multifrontal elimination, from an elimination order and the pattern of
// the rates. A front is a set of cells eliminated together (its pivots) with the later cells they
// are joined to by then; its parent is the front that eliminates the first of those.
#pragma once

#include "generator/generator.hpp"

#include <cstdint>
#include <vector>

namespace escapade::gth {

/// Sources of the rates into each cell: Wᵀ without its values.
struct Incoming {
  std::vector<std::int64_t> start; // cells + 1
  std::vector<std::int32_t> source;
};

Incoming incoming(const Generator& generator);

/// BadInput unless the rates are usable: all rows here, finite, none negative.
void check_rates(const Generator& generator);

/// Whether the chain has an exit. BadInput if it has one that some cells cannot reach, or if it has
/// none and more than one closed class. Rates that are there at all decide, however small, so no
/// rounding enters.
bool has_exit(const Generator& generator, const Incoming& into);

/// Children of every node of a tree as linked lists, in ascending order; −1 ends a list.
struct Children {
  std::vector<std::int32_t> head, next;
  explicit Children(const std::vector<std::int32_t>& parent);
};

/// Fronts in postorder: children before parents, each subtree contiguous. Positions are places in
/// the elimination order. The rows of front k are its pivots first[k] … first[k+1]−1, then later
/// ones.
struct FrontTree {
  std::vector<std::int32_t> cell;      // cell at each position
  std::vector<std::int32_t> position;  // position of each cell
  std::vector<std::int32_t> first;     // fronts + 1
  std::vector<std::int32_t> parent;    // −1 at roots
  std::vector<std::int64_t> row_start; // fronts + 1
  std::vector<std::int32_t> row;       // positions, ascending within a front

  std::int64_t fronts() const { return static_cast<std::int64_t>(parent.size()); }
  std::int64_t pivots(std::int64_t k) const { return first[k + 1] - first[k]; }
  std::int64_t rows(std::int64_t k) const { return row_start[k + 1] - row_start[k]; }
  /// Rows left when the pivots are gone: the order of the contribution block.
  std::int64_t rest(std::int64_t k) const { return rows(k) - pivots(k); }
};

/// `order` is a permutation of the cells; it is changed only so far that fronts become contiguous.
FrontTree front_tree(const Generator& generator, const Incoming& into,
                     const std::vector<std::int32_t>& order);

/// Multiply-add pairs of eliminating front k, times 2.
double front_flops(const FrontTree& tree, std::int64_t k);

} // namespace escapade::gth
