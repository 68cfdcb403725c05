#include "paths/exits/gather.hpp"

#include <numeric>
#include <type_traits>

namespace escapade {

std::pair<std::int64_t, std::int64_t> path_slice(std::int64_t paths, int rank, int ranks) {
  const std::int64_t share = paths / ranks, rest = paths % ranks;
  const std::int64_t first = rank * share + std::min<std::int64_t>(rank, rest);
  return {first, share + (rank < rest ? 1 : 0)};
}

std::pair<std::int64_t, std::int64_t> path_slice(MPI_Comm comm, std::int64_t paths) {
  int rank = 0, ranks = 1;
  MPI_Comm_rank(comm, &rank);
  MPI_Comm_size(comm, &ranks);
  return path_slice(paths, rank, ranks);
}

std::vector<ExitRecord> gather_exits(MPI_Comm comm, std::vector<ExitRecord> local) {
  static_assert(std::is_trivially_copyable_v<ExitRecord>);
  int rank = 0, ranks = 1;
  MPI_Comm_rank(comm, &rank);
  MPI_Comm_size(comm, &ranks);
  if (ranks == 1)
    return local;
  MPI_Datatype record; // counts in records, so that 2³¹ bytes are no limit
  MPI_Type_contiguous(sizeof(ExitRecord), MPI_BYTE, &record);
  MPI_Type_commit(&record);
  const int count = static_cast<int>(local.size());
  std::vector<int> counts(static_cast<std::size_t>(ranks)), first(counts.size());
  MPI_Gather(&count, 1, MPI_INT, counts.data(), 1, MPI_INT, 0, comm);
  std::exclusive_scan(counts.begin(), counts.end(), first.begin(), 0);
  std::vector<ExitRecord> all;
  if (rank == 0)
    all.resize(static_cast<std::size_t>(first.back() + counts.back()));
  MPI_Gatherv(local.data(), count, record, all.data(), counts.data(), first.data(), record, 0,
              comm);
  MPI_Type_free(&record);
  return all;
}

} // namespace escapade
