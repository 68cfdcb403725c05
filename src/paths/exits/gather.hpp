// Records of all ranks, in the order of paths.
#pragma once

#include "paths/exits/exits.hpp"

#include <mpi.h>

#include <cstdint>
#include <utility>
#include <vector>

namespace escapade {

/// The slice {first, count} of `paths` paths that belongs to `rank` of `ranks`.
std::pair<std::int64_t, std::int64_t> path_slice(std::int64_t paths, int rank, int ranks);
/// That of this rank.
std::pair<std::int64_t, std::int64_t> path_slice(MPI_Comm comm, std::int64_t paths);

/// Concatenates the ranks' records in rank order, on rank 0; none on the others. With slices from
/// path_slice the result is in path order and the same for any number of ranks. Collective.
std::vector<ExitRecord> gather_exits(MPI_Comm comm, std::vector<ExitRecord> local);

} // namespace escapade
