// Grids too large for memory, refused before they are assembled; private to this room.
#pragma once

#include "answers/chain_run.hpp"
#include "generator/chain.hpp"
#include "programs/main/session.hpp"
#include "programs/setup/setup.hpp"

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
/// of the box that -exit leaves; of graded cells a quarter, the least there is likely to be.
void check_memory(Session& session, const Setup& setup, const GridShape& shape, const Region& exit,
                  Demand demand = Demand::more);

/// The same once the chain is there, with its own number of unknowns and its stencil. Returns the
/// bytes.
double check_memory(Session& session, const Setup& setup, const GridShape& shape,
                    const Chain& chain, Demand demand);

/// "1.5 GB"
std::string gigabytes(double bytes);

} // namespace escapade
