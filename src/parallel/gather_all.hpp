// Vectors of all ranks joined in rank order, on every rank. Private to study.
#pragma once

#include <mpi.h>

#include <cstddef>
#include <vector>

namespace escapade {

template<class T>
std::vector<T> gathered_all(MPI_Comm comm, MPI_Datatype type, const std::vector<T>& mine) {
  int ranks = 1;
  MPI_Comm_size(comm, &ranks);
  std::vector<int> counts(static_cast<std::size_t>(ranks)), starts;
  const int count = static_cast<int>(mine.size());
  MPI_Allgather(&count, 1, MPI_INT, counts.data(), 1, MPI_INT, comm);
  int total = 0;
  for (int c : counts) {
    starts.push_back(total);
    total += c;
  }
  std::vector<T> all(static_cast<std::size_t>(total));
  MPI_Allgatherv(mine.data(), count, type, all.data(), counts.data(), starts.data(), type, comm);
  return all;
}

} // namespace escapade
