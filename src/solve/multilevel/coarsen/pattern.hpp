// What patterns of the multilevel solver are made with, on one rank or on several
// (coarsen/level.hpp).
#pragma once

#include "solve/multilevel/coarsen/level.hpp"

#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

namespace escapade::multilevel {

constexpr std::int64_t most_edges = std::numeric_limits<std::int32_t>::max(); // of a rank

/// BadInput where the lattice does not have a place for each of so many cells.
void check_lattice(const Lattice& lattice, std::int64_t cells);

/// The cells held: the own ones at these places and the halo, from the ranks that `around` leads
/// to. Collective.
void set_cells(Pattern& p, std::vector<std::int32_t> own, const Halo& around);

/// Rows of the edges from `column`, the cells' numbers among those held (null: the generator's own
/// columns), and of `missing` ones, (into, from): both directions of every edge, also where one of
/// the rates is 0.
void set_rows(Pattern& p, const Generator& rows, const std::vector<std::int32_t>* column,
              std::vector<std::pair<std::int32_t, std::int32_t>> missing);

/// Sources of the edges, given by their numbers among the cells held.
void set_sources(Pattern& p, std::vector<std::int32_t> from);

/// Rows that the halo of the next level must cover: oblique edges keep their offsets.
std::int64_t reach_of_blocks(const Pattern& fine);

/// Lines of the own cells.
void find_lines(Pattern& p);

/// The cells at the places of the rows held.
void find_cells(Pattern& p);

/// Whether edges go around periodic sides, over more than half of the lattice. Collective.
void find_wraps(Pattern& p);

/// The edges across each border, in the orders of both sides.
void find_border_edges(Pattern& p);

} // namespace escapade::multilevel
