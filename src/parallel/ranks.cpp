#include "parallel/ranks.hpp"

#include "parallel/gather.hpp"

namespace escapade {

Ranks::Ranks(MPI_Comm comm) : comm_(comm) {
  MPI_Comm_rank(comm, &rank_);
  MPI_Comm_size(comm, &count_);
}

std::vector<double> Ranks::sums(std::vector<double> values) const {
  if (alone())
    return values;
  const int n = static_cast<int>(values.size());
  std::vector<double> all(values.size() * static_cast<std::size_t>(count_));
  MPI_Allgather(values.data(), n, MPI_DOUBLE, all.data(), n, MPI_DOUBLE, comm_);
  std::fill(values.begin(), values.end(), 0.0);
  for (std::size_t k = 0; k < all.size(); ++k)
    values[k % values.size()] += all[k];
  return values;
}

void Ranks::add(std::span<std::int64_t> counts) const {
  if (!alone())
    MPI_Allreduce(MPI_IN_PLACE, counts.data(), static_cast<int>(counts.size()), MPI_INT64_T,
                  MPI_SUM, comm_);
}

std::vector<double> Ranks::joined(const std::vector<double>& mine) const {
  return alone() ? mine : escapade::joined(comm_, mine);
}

} // namespace escapade
