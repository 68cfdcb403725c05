#include "solve/multilevel/coarsen/level.hpp"
#include "solve/multilevel/coarsen/oblique.hpp"

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

std::vector<double> rough_rates(const Pattern& fine, const Pattern& coarse,
                                const std::vector<double>& incoming) {
  if (coarse.oblique)
    return rough_oblique_rates(fine, coarse, incoming);
  std::vector<double> rates(coarse.edges(), 0.0);
  const auto cells = static_cast<double>(fine.step_x * fine.step_y); // equally likely in a block
  const auto add = [&](std::int32_t i, std::int32_t j, double in, double out) {
    const std::int32_t I = fine.block[i], J = fine.block[j];
    if (J == I || !(in > 0))
      return;
    // Along an axis that is not coarsened edges keep their length.
    const int axis = step(coarse, I, J).axis;
    const bool longer = axis == 2 || (axis == 0 ? fine.step_x : fine.step_y) > 1;
    rates[edge(coarse, J, I)] += in / (longer ? 1 + out / in : 1.0) / cells;
  };
  for (std::int32_t i = fine.first; i < fine.last; ++i)
    for (std::int64_t e = fine.row_start[i]; e < fine.row_start[i + 1]; ++e)
      if (const std::int32_t j = fine.from(i, e); fine.owns(j))
        add(i, j, incoming[e], incoming[edge(fine, i, j)]);
  const auto outgoing = fine.halo.opposite(incoming);
  for (std::size_t b = 0; b < outgoing.size(); ++b)
    for (std::size_t k = 0; k < outgoing[b].size(); ++k) {
      const auto [j, i, e] = fine.halo.borders[b].edges[k];
      add(i, j, incoming[e], outgoing[b][k]);
    }
  return rates;
}

} // namespace escapade::multilevel
