// Values of cells that other ranks hold ("ghosts"), behind those of a rank's own cells.
#pragma once

#include "parallel/messages.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace escapade {

class Ghosts {
public:
  /// `firsts`: the first cell of every rank, and the number of cells last. `wanted`: global indices
  /// of cells in any order, repeated or not; own ones are left out. `comm` must outlive it.
  /// Collective, as are the updates.
  Ghosts(MPI_Comm comm, const std::vector<std::int64_t>& firsts,
         std::span<const std::int32_t> wanted);

  std::int64_t rows() const { return rows_; }
  std::int64_t ghosts() const { return static_cast<std::int64_t>(ghost_.size()); }
  /// Where the value of a cell, own or wanted, stands.
  std::size_t at(std::int32_t cell) const {
    const std::int64_t own = cell - begin_;
    return static_cast<std::size_t>(
        own >= 0 && own < rows_
            ? own
            : rows_ + (std::lower_bound(ghost_.begin(), ghost_.end(), cell) - ghost_.begin()));
  }

  /// Resizes x to rows() + ghosts() and fills its tail with the values of the owners.
  template<class T>
  void update(std::vector<T>& x) const {
    x.resize(static_cast<std::size_t>(rows_ + ghosts()));
    std::vector<T> out;
    out.reserve(send_.size());
    for (const std::int32_t row : send_)
      out.push_back(x[row]);
    Messages messages(comm_);
    for (const Peer& p : from_)
      messages.receive(p.rank, x.data() + rows_ + p.begin, p.end - p.begin);
    for (const Peer& p : to_)
      messages.send(p.rank, out.data() + p.begin, p.end - p.begin);
    messages.wait();
  }

private:
  struct Peer {
    int rank;
    std::int64_t begin, end; // a range of ghosts, or of send_
  };
  static std::vector<Peer> peers(const std::vector<std::int64_t>& first);

  MPI_Comm comm_;
  std::int64_t begin_, rows_;
  std::vector<std::int32_t> ghost_; // ascending
  std::vector<std::int32_t> send_;  // local rows that others want, by peer
  std::vector<Peer> from_, to_;
};

} // namespace escapade
