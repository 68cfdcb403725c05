// Files in pieces, one per rank under a header. Everything is collective, and
// all ranks throw together.
#pragma once

#include "escapade/answers/fields.hpp"

#include <mpi.h>

#include <string>
#include <vector>

namespace escapade {

/// Writes PREFIX_k.vti (.vts, .vtu) of every rank with cells, and rank 0 PREFIX.pvti (.pvts,
/// .pvtu), whose name is returned there. All are on the disk aside before the first gets its name;
/// where that fails, the new files are taken away again.
std::string write_pieces(MPI_Comm comm, const std::string& prefix, const FieldFile& piece);

/// The fields of these names (an empty one is left out) of all cells on rank 0; elsewhere a file
/// without fields.
FieldFile gathered_fields(MPI_Comm comm, const FieldFile& piece,
                          const std::vector<std::string>& names);

} // namespace escapade
