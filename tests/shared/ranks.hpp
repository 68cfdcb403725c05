// MPI in tests, and shares of what every rank has built whole.
#pragma once

#include "generator/generator.hpp"

#include <mpi.h>

#include <cstdint>
#include <cstdlib>
#include <utility>
#include <vector>

namespace escapade::test {

/// MPI for the time of a test; use as a global fixture.
struct Mpi {
  Mpi() {
    // Without this, and without mpiexec, a process of its own would be started beside the test.
    ::setenv("OMPI_MCA_ess_singleton_isolated", "1", 0);
    MPI_Init(nullptr, nullptr);
  }
  ~Mpi() { MPI_Finalize(); }
};

inline int rank_of_self() {
  int rank = 0;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  return rank;
}

inline int ranks() {
  int count = 1;
  MPI_Comm_size(MPI_COMM_WORLD, &count);
  return count;
}

/// This rank's share [first, second) of n rows: about equal ones, of whole multiples of `block`.
inline std::pair<std::int64_t, std::int64_t> own_rows(std::int64_t n, std::int64_t block = 1) {
  const auto cut = [&](std::int64_t rank) {
    return rank == ranks() ? n : n / block * rank / ranks() * block;
  };
  return {cut(rank_of_self()), cut(rank_of_self() + 1)};
}

/// Those rows of a chain.
inline Generator share(const Generator& whole, std::int64_t block = 1) {
  const auto [begin, end] = own_rows(whole.size, block);
  Generator part;
  part.size = whole.size;
  part.first = begin;
  for (std::int64_t x = begin; x < end; ++x) {
    for (std::int64_t e = whole.row_start[x]; e < whole.row_start[x + 1]; ++e) {
      part.column.push_back(whole.column[e]);
      part.rate.push_back(whole.rate[e]);
    }
    part.row_start.push_back(static_cast<std::int64_t>(part.column.size()));
    part.killing.push_back(whole.killing[x]);
  }
  for (PartKilling killing : whole.part_killing)
    if (killing.row >= begin && killing.row < end) {
      killing.row -= static_cast<std::int32_t>(begin);
      part.part_killing.push_back(killing);
    }
  return part;
}

template<class T>
std::vector<T> share(const std::vector<T>& whole, std::int64_t block = 1) {
  const auto [begin, end] = own_rows(static_cast<std::int64_t>(whole.size()), block);
  return {whole.begin() + begin, whole.begin() + end};
}

} // namespace escapade::test
