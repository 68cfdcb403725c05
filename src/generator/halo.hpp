// What a rank needs of the chain around its own rows: the cells of other ranks that jumps join to
// its own, with the rates in both directions, and sums over all ranks.
//
// Quantities that are sums over cells or edges are made of each rank's own cells; an edge between
// two ranks is met by both, and each counts its own end. Sums over ranks are taken in the order of
// the ranks, so that the same run gives the same bits. A default Halo stands for a chain that lies
// on this process alone: nothing around it, nothing to communicate.
#pragma once

#include "generator/distribute.hpp"
#include "generator/generator.hpp"
#include "generator/log_vector.hpp"

#include <cstdint>
#include <memory>
#include <vector>

namespace escapade {

/// Jumps between a cell of this rank and one of another.
struct BorderEdge {
  std::int32_t row;       // own cell, local
  std::int32_t cell;      // the other one, global
  std::size_t ghost;      // where Halo::around puts its value
  double out = 0, in = 0; // rates row → cell and cell → row; 0 where there is no such jump
};

class Halo : public Ranks {
public:
  Halo() = default;
  /// Collective, as are the functions below. `comm` must outlive it.
  Halo(MPI_Comm comm, const Generator& rows);

  /// Global index of this rank's first cell; first cells of all ranks, and the number of cells.
  std::int64_t first() const {
    return first_.empty() ? 0 : first_[static_cast<std::size_t>(rank())];
  }
  const std::vector<std::int64_t>& ranges() const { return first_; }
  /// The rank that holds a cell.
  int owner(std::int32_t cell) const;

  /// Ascending in row, then in cell.
  const std::vector<BorderEdge>& edges() const { return edges_; }
  /// Where a cell that is own, or that an edge leads to, stands among the values around().
  std::size_t at(std::int32_t cell) const;
  /// Own values, then those that the edges lead to.
  LogVector around(LogVector own) const;

private:
  std::vector<std::int64_t> first_;
  std::vector<BorderEdge> edges_;
  std::shared_ptr<const Ghosts> ghosts_; // null: alone
};

} // namespace escapade
