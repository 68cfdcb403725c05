// The parts of a chain that rates join, either way, over all ranks.
#pragma once

#include "generator/generator.hpp"

#include <mpi.h>

#include <cstdint>
#include <map>
#include <vector>

namespace escapade {

struct Components {
  std::vector<std::int32_t> label;           // of this rank's rows: the smallest cell of the part
  std::map<std::int32_t, std::int64_t> size; // cells of each part, by its label; on every rank
};

/// Collective: every rank gives its rows.
Components components(MPI_Comm comm, const Generator& rows);

} // namespace escapade
