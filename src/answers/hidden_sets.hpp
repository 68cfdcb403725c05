// Sets thinner than a cell that no edge of the grid meets: to the chain they are not there.
//
// generator/stepped_over says which.
#pragma once

#include "answers/grids/chain_run.hpp"

#include <vector>

namespace escapade {

/// Puts into `unresolved` where `region` may hold between the cells of this rank's lattice without
/// meeting an edge. `touched`: of each of this rank's rows, whether an edge from it ends at a set,
/// or it lies in one. Collective.
void tell_hidden_sets(MPI_Comm comm, const Cells& cells, const Generator& rows,
                      const std::vector<char>& touched, const Region& region, GridAnswer& answer);

/// The same of the question's exit set.
void tell_hidden_sets(const GridQuestion& question, const ChainRun& run, GridAnswer& answer);

} // namespace escapade
