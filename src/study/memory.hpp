// Grids too large for memory, refused before they are assembled; private to this room.
#pragma once

#include "escapade/generator/chain.hpp"
#include "escapade/run/session.hpp"
#include "escapade/study/setup.hpp"

#include <cstdint>

namespace escapade {

/// Bytes of a whole run at its peak, over all ranks: rates, solver and fields of so many unknowns.
/// `diagonal`: the stencil has edges besides those along the axes.
double run_bytes(const SolveOptions& solve, int ranks, double unknowns, int reach, bool diagonal);

/// Collective; every rank throws together. BadInput, with the bytes and the largest grid that fits,
/// where a node's ranks need more than it has free. The number of unknowns is taken from the share
/// of the box that -exit leaves; of graded cells a quarter, the least there is likely to be.
void check_memory(Session& session, const Setup& setup, const GridShape& shape, const Region& exit);

/// The same once the chain is there, with its own number of unknowns and its stencil. Returns the
/// bytes.
double check_memory(Session& session, const Setup& setup, const GridShape& shape,
                    const Chain& chain);

/// "1.5 GB"
std::string gigabytes(double bytes);

} // namespace escapade
