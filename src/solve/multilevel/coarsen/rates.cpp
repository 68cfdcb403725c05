#include "solve/multilevel/coarsen/level.hpp"

#include <cmath>
#include <utility>

namespace escapade::multilevel {

void make_plain(Level& level, const std::vector<double>& masses) {
  const Pattern& p = *level.pattern;
  const auto gauge = [&](std::int32_t i) {
    return masses.empty() ? level.phi[i] : level.phi[i] - masses[i];
  };
  for (std::int32_t i = p.first; i < p.last; ++i)
    for (std::int64_t e = p.row_start[i]; e < p.row_start[i + 1]; ++e)
      level.v[e] *= level.d[i] * std::exp(gauge(i) - gauge(p.from(i, e)));
}

void turn_round(const Pattern& p, std::vector<double>& per_edge) {
  const auto across = p.halo.opposite(per_edge);
  for (std::int32_t i = p.first; i < p.last; ++i)
    for (std::int64_t e = p.row_start[i]; e < p.row_start[i + 1]; ++e)
      if (const std::int32_t j = p.from(i, e); j < i && p.owns(j))
        std::swap(per_edge[e], per_edge[edge(p, i, j)]);
  for (std::size_t b = 0; b < across.size(); ++b)
    for (std::size_t k = 0; k < across[b].size(); ++k)
      per_edge[p.halo.borders[b].edges[k].edge] = across[b][k];
}

void add_rows(const Pattern& p, const std::vector<double>& per_edge, std::vector<double>& sums) {
  for (std::int32_t i = p.first; i < p.last; ++i)
    for (std::int64_t e = p.row_start[i]; e < p.row_start[i + 1]; ++e)
      sums[i] += per_edge[e];
}

} // namespace escapade::multilevel
