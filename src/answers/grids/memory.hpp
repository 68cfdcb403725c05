// Grids too large for memory, refused before they are assembled.
#pragma once

#include "answers/grids/chain_run.hpp"

#include <cstdint>

namespace escapade {

/// What the memory of a run depends on.
struct RunSize {
  double unknowns = 0;
  int reach = 1;         // of the stencil, in cells
  bool diagonal = false; // it has edges besides those along the axes
  bool even = false;     // the noise is known to exchange about as much along both axes
  Demand demand = Demand::more;
};

/// Bytes of a whole run at its peak, over all ranks: rates, solver and fields.
double run_bytes(const SolveOptions& solve, int ranks, const RunSize& size);

/// Collective; every rank throws together. BadInput, with the bytes and the largest grid that fits,
/// where a node's ranks need more than it has free. The number of unknowns is taken from the share
/// of the box that the exit set leaves; of graded cells a quarter, the least there is likely to be.
void check_memory(const GridQuestion& question, const GridShape& shape);

/// The same once the chain is there, with its own number of unknowns and its stencil. Returns the
/// bytes.
double check_memory(const GridQuestion& question, const GridShape& shape, const Chain& chain);

/// "1.5 GB"
std::string gigabytes(double bytes);

} // namespace escapade
