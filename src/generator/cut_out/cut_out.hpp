// The chain that ends in some of the sets it leads through, without a look at the problem again.
//
//   x → y that meets such a set at the fraction s:   w → killing ρ Bern(−s g)/s = SetCut::rate
//   Shortley–Weller on lattices:                      both rates of that direction × 2/(s₊ + s₋)
// which is what make_chain gives for an exit by CutRule::shortley_weller in the Itô form over edges
// (assemble.hpp). Parts of the exit are the numbers of the sets; a set counts as one part whatever
// its own. Rates per unit time.
#pragma once

#include "generator/chain.hpp"

#include <mpi.h>

#include <optional>
#include <vector>

namespace escapade {

/// Whether that is known of every cut: not where the drift jumps along its flow, conductances are
/// means of both ends, or a set lies within half a cell of a side. Collective.
bool can_be_cut_out(MPI_Comm comm, const Chain& whole);

/// `ends`: for each of the sets that `whole` was made with, whether it is an exit. `set_of`: of
/// every cell of all ranks the set that holds its centre, −1 for none. Cells that lead nowhere near
/// are dropped. Nothing where no edge meets the exit. Collective.
std::optional<Chain> cut_out(MPI_Comm comm, const Chain& whole, const std::vector<char>& ends,
                             const std::vector<int>& set_of);

} // namespace escapade
