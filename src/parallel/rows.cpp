#include "parallel/rows.hpp"

#include <algorithm>
#include <numeric>

namespace escapade {

RowRange rows_of_rank(std::int64_t size, int rank, int ranks) {
  const std::int64_t each = size / ranks, more = size % ranks;
  const std::int64_t first = rank * each + std::min<std::int64_t>(rank, more);
  return {first, first + each + (rank < more ? 1 : 0)};
}

std::vector<std::int64_t> firsts_of_ranks(const Ranks& ranks, std::int64_t mine) {
  std::vector<std::int64_t> firsts = ranks.each(mine);
  firsts.push_back(0);
  std::exclusive_scan(firsts.begin(), firsts.end(), firsts.begin(), std::int64_t{0});
  return firsts;
}

} // namespace escapade
