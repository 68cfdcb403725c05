#include "solve/multilevel/halo.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace escapade::multilevel {

void Halo::swap_bytes(const std::vector<Source>& send, const std::vector<Sink>& receive) const {
  if (borders.empty())
    return;
  constexpr int tag = 83; // and the next: two borders may lead to the same rank
  std::vector<MPI_Request> requests(2 * borders.size());
  for (std::size_t k = 0; k < borders.size(); ++k) {
    const Border& b = borders[k];
    MPI_Irecv(receive[k].data, static_cast<int>(receive[k].bytes), MPI_BYTE, b.rank, tag + !b.after,
              comm, &requests[2 * k]);
    MPI_Isend(send[k].data, static_cast<int>(send[k].bytes), MPI_BYTE, b.rank, tag + b.after, comm,
              &requests[2 * k + 1]);
  }
  MPI_Waitall(static_cast<int>(requests.size()), requests.data(), MPI_STATUSES_IGNORE);
}

std::vector<std::vector<double>> Halo::opposite(const std::vector<double>& per_edge) const {
  std::vector<std::vector<double>> send, receive;
  for (const Border& b : borders) {
    std::vector<double>& out = send.emplace_back();
    for (const std::int64_t e : b.send_edges)
      out.push_back(per_edge[e]);
    receive.emplace_back(b.edges.size());
  }
  swap(
      [&](const Border& b) {
        return Source{send[index(b)].data(),
                      size<double>(static_cast<std::int64_t>(b.edges.size()))};
      },
      [&](const Border& b) {
        return Sink{receive[index(b)].data(),
                    size<double>(static_cast<std::int64_t>(b.edges.size()))};
      });
  return receive;
}

double Halo::max(double value) const {
  if (std::isnan(value))
    value = std::numeric_limits<double>::infinity();
  if (spread())
    MPI_Allreduce(MPI_IN_PLACE, &value, 1, MPI_DOUBLE, MPI_MAX, comm);
  return value;
}

std::int64_t Halo::sum(std::int64_t value) const {
  if (spread())
    MPI_Allreduce(MPI_IN_PLACE, &value, 1, MPI_INT64_T, MPI_SUM, comm);
  return value;
}

double Halo::sum(double value) const {
  if (spread())
    MPI_Allreduce(MPI_IN_PLACE, &value, 1, MPI_DOUBLE, MPI_SUM, comm);
  return value;
}

long double Halo::sum(long double value) const {
  if (spread())
    MPI_Allreduce(MPI_IN_PLACE, &value, 1, MPI_LONG_DOUBLE, MPI_SUM, comm);
  return value;
}

bool Halo::all(bool holds) const {
  return max(holds ? 0 : 1) == 0;
}

double Halo::of_largest(double key, double value) const {
  if (!spread())
    return value;
  int ranks = 1;
  MPI_Comm_size(comm, &ranks);
  const std::array<double, 2> mine{key, value};
  std::vector<std::array<double, 2>> all(ranks);
  MPI_Allgather(mine.data(), 2, MPI_DOUBLE, all.data(), 2, MPI_DOUBLE, comm);
  return (*std::max_element(all.begin(), all.end(),
                            [](const auto& a, const auto& b) { return a[0] < b[0]; }))[1];
}

std::vector<std::int64_t> Halo::each(std::int64_t value) const {
  int ranks = 1;
  if (spread())
    MPI_Comm_size(comm, &ranks);
  std::vector<std::int64_t> all(ranks, value);
  if (spread())
    MPI_Allgather(&value, 1, MPI_INT64_T, all.data(), 1, MPI_INT64_T, comm);
  return all;
}

} // namespace escapade::multilevel
