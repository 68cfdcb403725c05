// Entries of a vector that is spread over ranks in consecutive pieces, to whoever wants them.
#pragma once

#include "parallel/mpi.hpp"

#include <cstdint>
#include <vector>

namespace escapade {

/// The entries [first, last) of the vector of which every rank holds `own` from `own_first` on, in
/// the order of the ranks. Collective; each rank may want others.
std::vector<double> fetched(MPI_Comm comm, std::int64_t own_first, const std::vector<double>& own,
                            std::int64_t first, std::int64_t last);

} // namespace escapade
