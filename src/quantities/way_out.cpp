#include "escapade/quantities/way_out.hpp"

#include <algorithm>
#include <cmath>

namespace escapade {

std::vector<std::int32_t> way_out(const Generator& G, const LogVector& log_mu) {
  // Incoming edges of every cell.
  std::vector<std::int64_t> start(static_cast<std::size_t>(G.rows()) + 1, 0);
  for (std::int32_t c : G.column)
    ++start[static_cast<std::size_t>(c) + 1];
  for (std::size_t x = 1; x < start.size(); ++x)
    start[x] += start[x - 1];
  std::vector<std::int32_t> from(G.column.size());
  std::vector<double> rate(G.column.size());
  auto next = start;
  for (std::int64_t y = 0; y < G.rows(); ++y)
    for (std::int64_t q = G.row_start[y]; q < G.row_start[y + 1]; ++q) {
      const auto at = static_cast<std::size_t>(next[static_cast<std::size_t>(G.column[q])]++);
      from[at] = static_cast<std::int32_t>(y);
      rate[at] = G.rate[q];
    }

  std::int32_t last = -1;
  long double best = -INFINITY;
  for (std::int64_t x = 0; x < G.rows(); ++x)
    if (G.killing[x] > 0) {
      const long double share = log_mu[x] + std::log(static_cast<long double>(G.killing[x]));
      if (share > best)
        best = share, last = static_cast<std::int32_t>(x);
    }
  std::vector<std::int32_t> way;
  if (last < 0)
    return way;
  const long double lingering = *std::max_element(log_mu.begin(), log_mu.end()) - std::log(10.0L);
  std::vector<char> seen(static_cast<std::size_t>(G.rows()), 0);
  for (std::int32_t x = last; x >= 0;) {
    way.push_back(x);
    seen[x] = 1;
    if (log_mu[x] >= lingering)
      break;
    std::int32_t before = -1;
    best = -INFINITY;
    for (std::int64_t q = start[x]; q < start[x + 1]; ++q) {
      const long double share = log_mu[from[q]] + std::log(static_cast<long double>(rate[q]));
      if (!seen[from[q]] && share > best)
        best = share, before = from[q];
    }
    x = before;
  }
  std::reverse(way.begin(), way.end());
  return way;
}

} // namespace escapade
