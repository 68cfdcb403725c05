#include "parallel/exchange.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <stdexcept>

namespace escapade {

namespace {

std::vector<int> starts_of(const std::vector<int>& counts) {
  std::vector<int> starts(counts.size() + 1, 0);
  std::partial_sum(counts.begin(), counts.end(), starts.begin() + 1);
  return starts;
}

} // namespace

std::vector<char> joined_bytes(MPI_Comm comm, const void* mine, std::size_t size) {
  int ranks = 1;
  MPI_Comm_size(comm, &ranks);
  const auto bytes = static_cast<std::int64_t>(size);
  std::int64_t all = 0;
  MPI_Allreduce(&bytes, &all, 1, MPI_INT64_T, MPI_SUM, comm);
  if (all > std::numeric_limits<int>::max()) // the same on every rank
    throw std::runtime_error("what ranks tell each other of a grid's border exceeds 2 GiB");
  const int count = static_cast<int>(size);
  std::vector<int> counts(static_cast<std::size_t>(ranks));
  MPI_Allgather(&count, 1, MPI_INT, counts.data(), 1, MPI_INT, comm);
  const std::vector<int> starts = starts_of(counts);
  std::vector<char> out(static_cast<std::size_t>(all));
  MPI_Allgatherv(mine, count, MPI_CHAR, out.data(), counts.data(), starts.data(), MPI_CHAR, comm);
  return out;
}

std::vector<std::int32_t> values_elsewhere(MPI_Comm comm, std::int64_t first,
                                           const std::vector<std::int32_t>& mine,
                                           const std::vector<std::int32_t>& cells) {
  int ranks = 1;
  MPI_Comm_size(comm, &ranks);
  std::vector<std::int64_t> firsts(static_cast<std::size_t>(ranks));
  MPI_Allgather(&first, 1, MPI_INT64_T, firsts.data(), 1, MPI_INT64_T, comm);
  std::vector<int> asked(firsts.size(), 0), wanted(firsts.size());
  for (std::int32_t c : cells) // of ranks without cells the last one, which has some, is the owner
    ++asked[std::upper_bound(firsts.begin(), firsts.end(), c) - firsts.begin() - 1];
  MPI_Alltoall(asked.data(), 1, MPI_INT, wanted.data(), 1, MPI_INT, comm);
  const std::vector<int> from = starts_of(asked), to = starts_of(wanted);
  std::vector<std::int32_t> questions(static_cast<std::size_t>(to.back())), answers;
  MPI_Alltoallv(cells.data(), asked.data(), from.data(), MPI_INT32_T, questions.data(),
                wanted.data(), to.data(), MPI_INT32_T, comm);
  for (std::int32_t c : questions)
    answers.push_back(mine[c - first]);
  std::vector<std::int32_t> values(cells.size());
  MPI_Alltoallv(answers.data(), wanted.data(), to.data(), MPI_INT32_T, values.data(), asked.data(),
                from.data(), MPI_INT32_T, comm);
  return values;
}

} // namespace escapade
