// A grid with its generator, cleaned of cells that no edge joins to the rest.
//
// Wide offsets can leave cells in the corners of a reflecting box without any edge. Components of
// the chain (cells joined by rates either way) are found over all ranks:
//   without exit      the largest is kept; a second one of more than a few cells is refused, since
//                     the stationary density would not be unique, or all are kept if it is not
//                     asked for
//   with an exit      those that reach the exit set are kept; cells that cannot have no finite exit
//                     time and are dropped and counted
#pragma once

#include "generator/assemble.hpp"
#include "grid/cells.hpp"

#include <mpi.h>

#include <optional>
#include <vector>

namespace escapade {

/// The cells of each rank: whole rows of a lattice, beginning with a multiple of a power of 2 where
/// there are many, about as many cells to each rank; of a mesh equal shares. Ranks beyond the
/// number of rows get none.
RowRange share_of_rank(const Cells& cells, int rank, int ranks);

struct Chain {
  Cells grid;                   // on every rank; grid.isolated() counts the dropped cells
  Generator generator;          // rows of this rank
  std::vector<SetCut> set_cuts; // ascending in row
  RateForm form = RateForm::ito;
  int reach = 1;
  bool cut_anywhere = false; // sets cut edges elsewhere than at faces or centres of cells
  std::vector<float> peclet; // per local row: max |g|
  std::optional<FlowPart> flow = std::nullopt; // where the drift jumps along its flow
  bool falls_apart = false; // into closed parts that nothing joins: no one state at rest
};

/// Null where drift moves over edges.
inline const FlowPart* flow_of(const Chain& chain) {
  return chain.flow ? &*chain.flow : nullptr;
}

/// Collective; every rank throws together. `absorbing`: whether jumps into `exit` and absorbing
/// sides are to be expected; BadInput where there are none (the exit cannot be reached). `sets` are
/// met by edges and jumps, no more. `may_fall_apart`: no state at rest is asked for. The shape's
/// `automatic` transport is by edges here: who can solve decides (answers/transport/transport.hpp).
Chain make_chain(MPI_Comm comm, const Problem& problem, const Domain& domain,
                 const GridShape& shape, const Region& exit, CutRule rule,
                 const std::vector<Region>& sets = {}, bool may_fall_apart = false);

} // namespace escapade
