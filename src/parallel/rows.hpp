// Rows that are spread over ranks in consecutive pieces, in the order of the ranks.
#pragma once

#include "parallel/ranks.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace escapade {

struct RowRange {
  std::int64_t first = 0, last = 0;
  std::int64_t size() const { return last - first; }
};

/// The rows that rank `rank` of `ranks` holds of `size`: sizes differ by at most one.
RowRange rows_of_rank(std::int64_t size, int rank, int ranks);
/// Those of this rank.
inline RowRange own_rows(MPI_Comm comm, std::int64_t size) {
  const Ranks ranks(comm);
  return rows_of_rank(size, ranks.rank(), ranks.count());
}

/// First row of every rank, which has `mine`, and the number of all rows last. Collective.
std::vector<std::int64_t> firsts_of_ranks(const Ranks& ranks, std::int64_t mine);

/// The rank that holds a row, by those numbers.
inline int owner_of(const std::vector<std::int64_t>& firsts, std::int64_t row) {
  return static_cast<int>(std::upper_bound(firsts.begin(), firsts.end(), row) - firsts.begin()) - 1;
}

} // namespace escapade
