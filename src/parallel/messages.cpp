#include "parallel/messages.hpp"

#include <algorithm>
#include <cstddef>
#include <numeric>

namespace escapade {

namespace {

constexpr std::int64_t most = 1 << 30; // bytes of one message of MPI

} // namespace

void Messages::receive_bytes(int rank, void* to, std::int64_t bytes, int tag) {
  for (std::int64_t k = 0; k < bytes; k += most)
    MPI_Irecv(static_cast<std::byte*>(to) + k, static_cast<int>(std::min(most, bytes - k)),
              MPI_BYTE, rank, tag, comm_, &requests_.emplace_back());
}

void Messages::send_bytes(int rank, const void* from, std::int64_t bytes, int tag) {
  for (std::int64_t k = 0; k < bytes; k += most)
    MPI_Isend(static_cast<const std::byte*>(from) + k, static_cast<int>(std::min(most, bytes - k)),
              MPI_BYTE, rank, tag, comm_, &requests_.emplace_back());
}

void Messages::wait() {
  if (!requests_.empty()) // MPI need not have begun
    MPI_Waitall(static_cast<int>(requests_.size()), requests_.data(), MPI_STATUSES_IGNORE);
  requests_.clear();
}

std::vector<std::int64_t> dealt_firsts(MPI_Comm comm, const std::vector<std::int64_t>& given) {
  std::vector<std::int64_t> give(given.size() - 1), get(given.size());
  for (std::size_t r = 0; r < give.size(); ++r)
    give[r] = given[r + 1] - given[r];
  MPI_Alltoall(give.data(), 1, MPI_INT64_T, get.data(), 1, MPI_INT64_T, comm);
  std::exclusive_scan(get.begin(), get.end(), get.begin(), std::int64_t{0});
  return get;
}

} // namespace escapade
