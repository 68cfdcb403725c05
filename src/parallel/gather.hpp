// Entries of a vector of plain data that is spread over ranks in consecutive pieces, to whoever
// wants them. Collective, all of it.
#pragma once

#include "parallel/rows.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <type_traits>
#include <utility>
#include <vector>

namespace escapade {

/// Copies the entries `wanted`, of `size` bytes each, to `to`, where every rank holds its `own` in
/// `from`; each rank may want others.
void fetch(const Ranks& ranks, RowRange own, const void* from, RowRange wanted, void* to,
           std::size_t size);

/// BadInput on all ranks where rank 0 has not the `wanted` entries.
void require_whole(const Ranks& ranks, std::int64_t entries, std::int64_t wanted);

template<class T>
std::vector<T> fetched(const Ranks& ranks, RowRange own, const T* from, RowRange wanted) {
  static_assert(std::is_trivially_copyable_v<T>);
  std::vector<T> out(static_cast<std::size_t>(std::max<std::int64_t>(0, wanted.size())));
  fetch(ranks, own, from, wanted, out.data(), sizeof(T));
  return out;
}

/// The entries [first, last) of the vector of which every rank holds `own` from `own_first` on.
template<class T>
std::vector<T> fetched(MPI_Comm comm, std::int64_t own_first, const std::vector<T>& own,
                       std::int64_t first, std::int64_t last) {
  return fetched(Ranks(comm), {own_first, own_first + std::ssize(own)}, own.data(), {first, last});
}

/// All ranks' entries in order, on every rank.
template<class T>
std::vector<T> joined(MPI_Comm comm, const std::vector<T>& mine) {
  const Ranks ranks(comm);
  const auto first = firsts_of_ranks(ranks, std::ssize(mine));
  return fetched(comm, first[ranks.rank()], mine, 0, first.back());
}

/// All ranks' entries in order on rank 0; empty elsewhere.
template<class T>
std::vector<T> gathered(MPI_Comm comm, const std::vector<T>& local) {
  const Ranks ranks(comm);
  const auto first = firsts_of_ranks(ranks, std::ssize(local));
  return fetched(comm, first[ranks.rank()], local, 0, ranks.rank() == 0 ? first.back() : 0);
}
template<class T>
std::vector<T> gathered(MPI_Comm comm, std::vector<T>&& local) { // no copy where there is one rank
  return Ranks(comm).alone() ? std::move(local) : gathered(comm, std::as_const(local));
}

/// The `entries` that this rank wants of rank 0's whole vector. BadInput on all ranks where it has
/// not as many as all want.
template<class T>
std::vector<T> scattered(MPI_Comm comm, const std::vector<T>& whole, std::int64_t entries) {
  const Ranks ranks(comm);
  const auto first = firsts_of_ranks(ranks, entries);
  require_whole(ranks, std::ssize(whole), first.back());
  return fetched(ranks, {0, ranks.rank() == 0 ? first.back() : 0}, whole.data(),
                 {first[ranks.rank()], first[ranks.rank() + 1]});
}

} // namespace escapade
