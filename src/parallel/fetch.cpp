#include "parallel/fetch.hpp"

#include <algorithm>
#include <cstddef>

namespace escapade {

std::vector<double> fetched(MPI_Comm comm, std::int64_t own_first, const std::vector<double>& own,
                            std::int64_t first, std::int64_t last) {
  int rank = 0, ranks = 1;
  MPI_Comm_rank(comm, &rank);
  MPI_Comm_size(comm, &ranks);
  struct Ends {
    std::int64_t first, last; // held, then wanted
    std::int64_t from, to;
  };
  const Ends mine{own_first, own_first + static_cast<std::int64_t>(own.size()), first,
                  std::max(first, last)};
  std::vector<Ends> ends(static_cast<std::size_t>(ranks));
  MPI_Allgather(&mine, sizeof mine, MPI_BYTE, ends.data(), sizeof mine, MPI_BYTE, comm);

  std::vector<double> out(static_cast<std::size_t>(mine.to - mine.from));
  std::vector<MPI_Request> requests;
  constexpr std::int64_t most = 1 << 30; // entries of one message
  const auto messages = [&](std::int64_t begin, std::int64_t end, const auto& start) {
    for (; begin < end; begin += most) {
      requests.emplace_back();
      start(begin, static_cast<int>(std::min(most, end - begin)), &requests.back());
    }
  };
  for (int r = 0; r < ranks; ++r) {
    const Ends& e = ends[static_cast<std::size_t>(r)];
    messages(std::max(e.first, mine.from), std::min(e.last, mine.to),
             [&](std::int64_t begin, int n, MPI_Request* request) {
               MPI_Irecv(out.data() + (begin - mine.from), n, MPI_DOUBLE, r, 0, comm, request);
             });
  }
  for (int r = 0; r < ranks; ++r) {
    const Ends& e = ends[static_cast<std::size_t>(r)];
    messages(std::max(mine.first, e.from), std::min(mine.last, e.to),
             [&](std::int64_t begin, int n, MPI_Request* request) {
               MPI_Isend(own.data() + (begin - mine.first), n, MPI_DOUBLE, r, 0, comm, request);
             });
  }
  MPI_Waitall(static_cast<int>(requests.size()), requests.data(), MPI_STATUSES_IGNORE);
  return out;
}

} // namespace escapade
