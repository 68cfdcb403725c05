// A generator spread over the ranks of a communicator by contiguous rows: values of neighbours
// that live on other ranks, the transposed rates, and the way to rank 0.
//
// Every function here is collective. A refusal is decided from reduced values, so that all ranks
// throw together.
#pragma once

#include "generator/generator.hpp"
#include "parallel/agree.hpp"
#include "parallel/gather.hpp"
#include "parallel/ghosts.hpp"

#include <cstdint>
#include <vector>

namespace escapade {

/// First row of every rank, and the number of cells last (ranks + 1 numbers). BadInput where the
/// ranks' rows do not follow each other or do not make up `size` cells.
std::vector<std::int64_t> row_ranges(MPI_Comm comm, const Generator& rows);

/// The columns of a rank's rows in local numbering: own rows first, then the other ranks' cells
/// that these rows point to.
class GhostExchange : public Ghosts {
public:
  GhostExchange(MPI_Comm comm, const Generator& rows);

  /// For each entry of the generator: its own row's index below rows(), a ghost's from there on.
  const std::vector<std::int32_t>& column() const { return column_; }

private:
  std::vector<std::int32_t> column_;
};

/// Whether any rank's rows have killing.
bool has_killing(const Ranks& ranks, const Generator& rows);

/// The chain's rates by the cell they lead to: row y holds w(x→y) under column x. Killing is zero.
Generator transposed(MPI_Comm comm, const Generator& rows);

/// The whole generator on rank 0; elsewhere one without rows (its size is kept).
Generator gathered(MPI_Comm comm, const Generator& rows);

} // namespace escapade
