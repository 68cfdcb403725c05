// What ranks that hold consecutive rows tell each other while a chain is made; private to this
// room.
#pragma once

#include <mpi.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

namespace escapade {

/// Each rank's `size` bytes after those of the ranks before, on every rank. Collective.
std::vector<char> joined_bytes(MPI_Comm comm, const void* mine, std::size_t size);

/// The same of plain data.
template<class T>
std::vector<T> joined(MPI_Comm comm, const std::vector<T>& mine) {
  const std::vector<char> bytes = joined_bytes(comm, mine.data(), mine.size() * sizeof(T));
  std::vector<T> all(bytes.size() / sizeof(T));
  if (!all.empty())
    std::memcpy(all.data(), bytes.data(), bytes.size());
  return all;
}

/// The values of cells (ascending) that other ranks hold, who each hold `mine` from their `first`
/// cell on. Collective.
std::vector<std::int32_t> values_elsewhere(MPI_Comm comm, std::int64_t first,
                                           const std::vector<std::int32_t>& mine,
                                           const std::vector<std::int32_t>& cells);

} // namespace escapade
