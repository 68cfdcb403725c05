// What the ranks' parts of a level of the multilevel solver tell each other.
//
// A rank owns the cells of some rows of the lattice. Around them it holds the halo: cells in the
// rows next to its own, which the ranks before and after it own. Cells are held in the order
// halo before, own, halo after, each by place; a first and a last rank may be neighbours across a
// periodic side. One rank that owns everything has no borders, and nothing here then calls MPI.
#pragma once

#include "generator/distribute.hpp"
#include "parallel/mpi.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace escapade::multilevel {

/// An edge from a halo cell into one of the rank's own.
struct BorderEdge {
  std::int32_t from, into;
  std::int64_t edge;
};

/// Towards the rank before or the rank after.
struct Border {
  int rank = 0;
  bool after = false;
  std::int32_t halo_begin = 0, halo_end = 0; // held cells that the other rank owns
  std::int32_t send_begin = 0, send_end = 0; // own cells that the other rank holds
  std::vector<BorderEdge> edges{};           // ascending in (into, from)
  std::vector<std::int64_t> send_edges{};    // the same ones, ascending in (from, into)
};

struct Halo {
  MPI_Comm comm = MPI_COMM_NULL;
  std::vector<Border> borders;

  bool spread() const { return comm != MPI_COMM_NULL; }

  /// Values of the halo's cells from their owners; x has an entry for every cell held.
  template<class T>
  void fill(std::vector<T>& x) const {
    swap(
        [&](const Border& b) {
          return Source{x.data() + b.send_begin, size<T>(b.send_end - b.send_begin)};
        },
        [&](const Border& b) {
          return Sink{x.data() + b.halo_begin, size<T>(b.halo_end - b.halo_begin)};
        });
  }

  /// For each border and each of its edges, what the owner of its cell `from` holds for the edge
  /// the other way.
  std::vector<std::vector<double>> opposite(const std::vector<double>& per_edge) const;

  /// Lists for the borders' other ranks against theirs for this one.
  template<class T>
  std::vector<std::vector<T>> swapped(const std::vector<std::vector<T>>& lists) const {
    std::vector<std::int64_t> send, receive(borders.size());
    for (const std::vector<T>& list : lists)
      send.push_back(static_cast<std::int64_t>(list.size()));
    swap(
        [&](const Border& b) {
          return Source{&send[index(b)], size<std::int64_t>(1)};
        },
        [&](const Border& b) {
          return Sink{&receive[index(b)], size<std::int64_t>(1)};
        });
    std::vector<std::vector<T>> out(borders.size());
    for (std::size_t k = 0; k < out.size(); ++k)
      out[k].resize(receive[k]);
    swap(
        [&](const Border& b) {
          return Source{lists[index(b)].data(), size<T>(send[index(b)])};
        },
        [&](const Border& b) {
          return Sink{out[index(b)].data(), size<T>(receive[index(b)])};
        });
    return out;
  }

  /// Over all ranks; infinity where one is not a number. The same on each.
  double max(double value) const;
  std::int64_t sum(std::int64_t value) const;
  double sum(double value) const;
  long double sum(long double value) const;
  bool all(bool holds) const;
  /// The value of the rank whose key is the largest, the first one of several.
  double of_largest(double key, double value) const;
  /// All ranks' values in their order.
  std::vector<std::int64_t> each(std::int64_t value) const;

  /// All ranks' own entries in order on the first one, nothing elsewhere; and back.
  template<class T>
  std::vector<T> to_first(const T* own, std::int64_t entries) const {
    return gathered(comm, std::vector<T>(own, own + entries));
  }
  template<class T>
  void from_first(const std::vector<T>& whole, T* own, std::int64_t entries) const {
    const std::vector<T> mine = scattered(comm, whole, entries);
    std::copy(mine.begin(), mine.end(), own);
  }

private:
  struct Source {
    const void* data;
    std::int64_t bytes;
  };
  struct Sink {
    void* data;
    std::int64_t bytes;
  };
  template<class T>
  static std::int64_t size(std::int64_t entries) {
    return entries * static_cast<std::int64_t>(sizeof(T));
  }
  std::size_t index(const Border& b) const { return static_cast<std::size_t>(&b - borders.data()); }

  template<class Send, class Receive>
  void swap(Send send, Receive receive) const {
    std::vector<Source> out;
    std::vector<Sink> in;
    for (const Border& b : borders) {
      out.push_back(send(b));
      in.push_back(receive(b));
    }
    swap_bytes(out, in);
  }
  void swap_bytes(const std::vector<Source>& send, const std::vector<Sink>& receive) const;
};

} // namespace escapade::multilevel
