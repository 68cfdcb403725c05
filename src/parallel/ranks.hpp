// The processes that hold a problem together, and what they tell each other of single numbers.
// Everything that is made of numbers of several ranks is made in the order of the ranks, so that
// the same run gives the same bits, and is the same on every rank.
#pragma once

#include <mpi.h>

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

namespace escapade {

/// What takes one is collective over its ranks, unless it is this process alone.
class Ranks {
public:
  Ranks() = default; // this process alone: nothing is sent, MPI need not have begun
  explicit Ranks(MPI_Comm comm);

  MPI_Comm comm() const { return comm_; }
  int rank() const { return rank_; }
  int count() const { return count_; }
  bool alone() const { return count_ == 1; }

  /// All ranks' values, plain data.
  template<class T>
  std::vector<T> each(const T& value) const {
    std::vector<T> all(static_cast<std::size_t>(count_), value);
    if (!alone())
      MPI_Allgather(&value, sizeof(T), MPI_BYTE, all.data(), sizeof(T), MPI_BYTE, comm_);
    return all;
  }
  template<class T>
  T sum(T value) const {
    if (alone())
      return value;
    T total = 0;
    for (T v : each(value))
      total += v;
    return total;
  }
  template<class T>
  T max(T value) const {
    for (T v : each(value))
      value = std::max(value, v);
    return value;
  }
  /// Whether it holds on every rank; on any.
  bool all(bool holds) const { return max(holds ? 0 : 1) == 0; }
  bool any(bool holds) const { return max(holds ? 1 : 0) > 0; }
  /// The list of rank `from`, plain data, on every rank.
  template<class List>
  void broadcast(int from, List& list) const {
    auto size = static_cast<std::int64_t>(list.size());
    MPI_Bcast(&size, 1, MPI_INT64_T, from, comm_);
    list.resize(static_cast<std::size_t>(size));
    const auto bytes = size * static_cast<std::int64_t>(sizeof(typename List::value_type));
    MPI_Bcast(list.data(), static_cast<int>(bytes), MPI_BYTE, from, comm_);
  }
  /// Sums entry by entry.
  std::vector<double> sums(std::vector<double> values) const;
  void add(std::span<std::int64_t> counts) const; // in place

  /// All ranks' values, on every rank.
  std::vector<double> joined(const std::vector<double>& mine) const;

private:
  MPI_Comm comm_ = MPI_COMM_NULL;
  int rank_ = 0, count_ = 1;
};

} // namespace escapade
