// What the ranks' parts of a level of the multilevel solver tell each other.
//
// A rank owns the cells of some rows of the lattice. Around them it holds the halo: cells in the
// rows next to its own, which the ranks before and after it own. Cells are held in the order
// halo before, own, halo after, each by place; a first and a last rank may be neighbours across a
// periodic side. One rank that owns everything has no borders, and nothing here then calls MPI.
#pragma once

#include "parallel/gather.hpp"
#include "parallel/messages.hpp"

#include <algorithm>
#include <cstdint>
#include <iterator>
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

struct Halo : Ranks {
  std::vector<Border> borders{};

  bool spread() const { return comm() != MPI_COMM_NULL; }

  /// Values of the halo's cells from their owners; x has an entry for every cell held.
  template<class T>
  void fill(std::vector<T>& x) const {
    exchange([&](Messages& messages, const Border& b, int here, int there) {
      messages.receive(b.rank, x.data() + b.halo_begin, b.halo_end - b.halo_begin, there);
      messages.send(b.rank, x.data() + b.send_begin, b.send_end - b.send_begin, here);
    });
  }

  /// For each border and each of its edges, what the owner of its cell `from` holds for the edge
  /// the other way.
  std::vector<std::vector<double>> opposite(const std::vector<double>& per_edge) const;

  /// Lists for the borders' other ranks against theirs for this one.
  template<class T>
  std::vector<std::vector<T>> swapped(const std::vector<std::vector<T>>& lists) const {
    std::vector<std::vector<std::int64_t>> length, theirs(borders.size(), {0});
    for (const std::vector<T>& list : lists)
      length.push_back({std::ssize(list)});
    swap(length, theirs);
    std::vector<std::vector<T>> out;
    for (const auto& n : theirs)
      out.emplace_back(n[0]);
    swap(lists, out);
    return out;
  }

  /// Over all ranks; infinity where one is not a number. The same on each.
  double max(double value) const;
  /// The value of the rank whose key is the largest, the first one of several.
  double of_largest(double key, double value) const;

  /// All ranks' own entries in order on the first one, nothing elsewhere; and back.
  template<class T>
  std::vector<T> to_first(const T* own, std::int64_t entries) const {
    return gathered(comm(), std::vector<T>(own, own + entries));
  }
  template<class T>
  void from_first(const std::vector<T>& whole, T* own, std::int64_t entries) const {
    const std::vector<T> mine = scattered(comm(), whole, entries);
    std::copy(mine.begin(), mine.end(), own);
  }

private:
  /// start(messages, border, tag of what is sent, tag of what is received) for each border: two of
  /// them may lead to the same rank.
  template<class Start>
  void exchange(Start start) const {
    constexpr int tag = 83;
    Messages messages(comm());
    for (const Border& b : borders)
      start(messages, b, tag + b.after, tag + !b.after);
    messages.wait();
  }
  /// A list for each border, against the other rank's, whose length is known.
  template<class T>
  void swap(const std::vector<std::vector<T>>& send, std::vector<std::vector<T>>& receive) const {
    exchange([&](Messages& messages, const Border& b, int here, int there) {
      const auto k = &b - borders.data();
      messages.receive(b.rank, receive[k].data(), std::ssize(receive[k]), there);
      messages.send(b.rank, send[k].data(), std::ssize(send[k]), here);
    });
  }
};

} // namespace escapade::multilevel
