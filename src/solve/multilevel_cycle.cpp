#include "multilevel_cycle.hpp"

#include "escapade/error.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace escapade::multilevel {

namespace {

constexpr std::int64_t coarsest_cells = 600;

template<class T>
std::int64_t bytes(const std::vector<T>& v) {
  return static_cast<std::int64_t>(v.capacity() * sizeof(T));
}

} // namespace

Hierarchy::Hierarchy(const Generator& rows, const Lattice& lattice) {
  patterns.push_back(finest_pattern(rows, lattice));
  while (patterns.back().size() > coarsest_cells) {
    Pattern next = coarser(patterns.back());
    patterns.push_back(std::move(next));
  }
  levels.resize(patterns.size());
  for (std::size_t l = 0; l < levels.size(); ++l)
    levels[l].pattern = &patterns[l];
}

void Hierarchy::load(std::size_t l, const std::vector<double>& incoming, std::vector<double> phi) {
  Level& level = levels[l];
  const Pattern& p = *level.pattern;
  level.phi = std::move(phi);
  level.s.clear();
  level.k.clear();
  level.d.assign(p.size(), 0.0);
  level.u.assign(p.size(), 1.0);
  level.v.resize(p.edges());
  for (std::int64_t e = 0; e < p.edges(); ++e)
    level.d[p.from[e]] += incoming[e];
  for (std::int64_t i = 0; i < p.size(); ++i)
    for (std::int64_t e = p.row_start[i]; e < p.row_start[i + 1]; ++e)
      level.v[e] = incoming[e] * std::exp(level.phi[p.from[e]] - level.phi[i]) / level.d[i];
}

void Hierarchy::smooth(std::size_t l, bool forth) {
  sweep(levels[l], forth);
  products += static_cast<double>(patterns[l].edges()) / static_cast<double>(patterns[0].edges());
}

void Hierarchy::cycle(std::size_t l) {
  Level& fine = levels[l];
  if (l + 1 == levels.size())
    return eliminate(fine);
  smooth(l, true);
  smooth(l, false);
  aggregate(fine, levels[l + 1]);
  cycle(l + 1);
  if (l + 2 < levels.size())
    cycle(l + 1);
  correct(fine, levels[l + 1]);
  // Aggregation passes over all edges, correction over all cells.
  products +=
      2 * static_cast<double>(patterns[l].edges()) / static_cast<double>(patterns[0].edges());
  smooth(l, false);
  smooth(l, true);
}

void Hierarchy::start(std::vector<double> incoming) {
  const std::size_t last = levels.size() - 1;
  std::vector<std::vector<double>> rough(levels.size());
  rough[0] = std::move(incoming);
  for (std::size_t l = 0; l < last; ++l)
    rough[l + 1] = rough_rates(patterns[l], patterns[l + 1], rough[l]);
  load(last, rough[last], std::vector<double>(patterns[last].size(), 0.0));
  const LogVector coarsest = log_masses(levels[last]);
  std::vector<double> phi(coarsest.begin(), coarsest.end());
  for (std::size_t l = last; l-- > 0;) {
    rough[l + 1] = {};
    std::vector<double> finer;
    interpolate(patterns[l], patterns[l + 1], phi, finer);
    load(l, rough[l], std::move(finer));
    cycle(l);
    if (l > 0) {
      regauge(levels[l]);
      phi = levels[l].phi;
    }
  }
  if (last == 0) {
    load(0, rough[0], std::move(phi));
  }
}

std::int64_t Hierarchy::memory_bytes() const {
  std::int64_t sum = 0;
  for (const Pattern& p : patterns)
    sum += bytes(p.place) + bytes(p.cell) + bytes(p.block) + bytes(p.row_start) + bytes(p.from);
  for (const Level& l : levels)
    sum += bytes(l.v) + bytes(l.s) + bytes(l.k) + bytes(l.d) + bytes(l.phi) + bytes(l.u);
  return sum;
}

std::vector<double> rough_rates(const Pattern& fine, const Pattern& coarse,
                                const std::vector<double>& incoming) {
  std::vector<double> rates(coarse.edges(), 0.0);
  for (std::int64_t i = 0; i < fine.size(); ++i) {
    const std::int32_t I = fine.block[i];
    for (std::int64_t e = fine.row_start[i]; e < fine.row_start[i + 1]; ++e) {
      const std::int32_t j = fine.from[e], J = fine.block[j];
      if (J == I)
        continue;
      const double in = incoming[e];
      const double out = incoming[edge(fine, static_cast<std::int32_t>(i), j)];
      if (in > 0)
        rates[edge(coarse, J, I)] += in / (1 + out / in) / 4; // a quarter of J jumps
    }
  }
  return rates;
}

} // namespace escapade::multilevel
