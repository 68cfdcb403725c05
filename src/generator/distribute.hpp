// A generator spread over the ranks of a communicator by contiguous rows: values of neighbours
// that live on other ranks, the transposed rates, and the way to rank 0 and back.
//
// Every function here is collective. A refusal is decided from reduced values, so that all ranks
// throw together.
#pragma once

#include "escapade/generator/generator.hpp"
#include "parallel/mpi.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

namespace escapade {

/// First row of every rank, and the number of cells last (ranks + 1 numbers). BadInput where the
/// ranks' rows do not follow each other or do not make up `size` cells.
std::vector<std::int64_t> row_ranges(MPI_Comm comm, const Generator& rows);

/// The columns of a rank's rows in local numbering: own rows first, then the other ranks' cells
/// ("ghosts") that these rows point to. `comm` must outlive it.
class GhostExchange {
public:
  GhostExchange(MPI_Comm comm, const Generator& rows);

  /// For each entry of the generator: its own row's index below rows(), a ghost's from there on.
  const std::vector<std::int32_t>& column() const { return column_; }
  std::int64_t rows() const { return rows_; }
  std::int64_t ghosts() const { return static_cast<std::int64_t>(ghost_.size()); }

  /// Resizes x to rows() + ghosts() and fills its tail with the values of the owners.
  void update(std::vector<long double>& x) const;
  void update(std::vector<double>& x) const;

private:
  template<class Number>
  void fill(std::vector<Number>& x, MPI_Datatype type) const;

  struct Peer {
    int rank;
    std::int64_t begin, end; // a range of ghosts, or of send_
  };
  MPI_Comm comm_;
  std::int64_t rows_;
  std::vector<std::int32_t> column_;
  std::vector<std::int32_t> ghost_; // global index, ascending
  std::vector<std::int32_t> send_;  // local rows that others want, by peer
  std::vector<Peer> from_, to_;
};

/// The chain's rates by the cell they lead to: row y holds w(x→y) under column x. Killing is zero.
Generator transposed(MPI_Comm comm, const Generator& rows);

/// The whole generator on rank 0; elsewhere one without rows (its size is kept).
Generator gathered(MPI_Comm comm, const Generator& rows);

/// What `gathered` and `scattered` below do to `entries` of `size` bytes each: room(n) is where
/// rank 0 wants all n.
void gather_entries(MPI_Comm comm, const void* local, std::int64_t entries, std::size_t size,
                    const std::function<void*(std::int64_t)>& room);
void scatter_entries(MPI_Comm comm, const void* whole, std::int64_t there, std::size_t size,
                     void* local, std::int64_t entries);

/// All ranks' entries, plain data, in order on rank 0; empty elsewhere.
template<class T>
std::vector<T> gathered(MPI_Comm comm, const std::vector<T>& local) {
  std::vector<T> whole;
  gather_entries(comm, local.data(), static_cast<std::int64_t>(local.size()), sizeof(T),
                 [&](std::int64_t n) {
                   whole.resize(n);
                   return static_cast<void*>(whole.data());
                 });
  return whole;
}

/// The `rows` entries of this rank from rank 0's whole vector. BadInput where it has not as many as
/// all ranks want.
template<class T>
std::vector<T> scattered(MPI_Comm comm, const std::vector<T>& whole, std::int64_t rows) {
  std::vector<T> local(rows);
  scatter_entries(comm, whole.data(), static_cast<std::int64_t>(whole.size()), sizeof(T),
                  local.data(), rows);
  return local;
}

/// Runs `work` on rank 0 and waits for it everywhere. An exception there is thrown on all ranks:
/// BadInput, NotTrusted and CannotWrite as what they are, others as std::runtime_error.
void on_first_rank(MPI_Comm comm, const std::function<void()>& work);

} // namespace escapade
