#include "generator/rates/crossings.hpp"

#include "generator/rates/bernoulli.hpp"

#include <algorithm>
#include <cmath>

namespace escapade {

namespace {

/// Whether each edge's row has its centre in one of the sets; edges of a row follow each other.
std::vector<char> begin_within(const std::vector<Region>& sets, const std::vector<Edge>& edges) {
  std::vector<double> x, y;
  std::vector<std::size_t> row(edges.size());
  for (std::size_t k = 0; k < edges.size(); ++k) {
    if (k == 0 || edges[k].row != edges[k - 1].row)
      x.push_back(edges[k].from.x), y.push_back(edges[k].from.y);
    row[k] = x.size() - 1;
  }
  std::vector<char> within(x.size(), 0), out;
  std::vector<int> part(x.size());
  for (const Region& set : sets) {
    part_at(set, x.size(), x.data(), y.data(), part.data());
    for (std::size_t k = 0; k < part.size(); ++k)
      within[k] = within[k] || part[k] >= 0;
  }
  for (const std::size_t r : row)
    out.push_back(within[r]);
  return out;
}

} // namespace

void meet_sets(const std::vector<Region>& sets, const Grid* grid, std::vector<Edge>& edges) {
  if (sets.empty())
    return;
  const Domain* domain = grid ? &grid->domain : nullptr;
  const std::vector<char> within = begin_within(sets, edges);
  std::vector<std::size_t> which;
  std::vector<Edge> outside;
  std::vector<double> first, limit;
  for (std::size_t k = 0; k < edges.size(); ++k)
    if (!within[k]) {
      which.push_back(k);
      outside.push_back(edges[k]);
      const double side = domain ? side_crossing(*domain, 0, edges[k]).s : 2;
      limit.push_back(std::min(1.0, side)); // nothing is met beyond a side
    }
  first.assign(which.size(), 2);
  for (std::size_t n = 0; n < sets.size(); ++n)
    for (const Part& part : sets[n]) {
      const std::vector<double> s = crossings_of_part(part, domain, outside, "the set");
      for (std::size_t k = 0; k < which.size(); ++k) {
        Edge& e = edges[which[k]];
        if (s[k] > limit[k])
          continue;
        e.more_sets = e.more_sets || (e.set >= 0 && e.set != static_cast<std::int16_t>(n));
        if (s[k] < first[k]) {
          first[k] = s[k];
          e.set = static_cast<std::int16_t>(n);
        }
      }
    }
  for (std::size_t k = 0; k < which.size(); ++k) {
    Edge& e = edges[which[k]];
    if (e.set < 0)
      continue;
    e.set_cut = std::max(grid ? lattice_fraction(*grid, e, first[k]) : first[k], at_once);
    if (e.target == dropped) {
      e.to_side = true;
      e.target = into_exit, e.cut = e.set_cut;
    }
  }
}

void add_set_cut(Row& row, std::int32_t local, const Edge& e, double rho) {
  SetCut cut;
  cut.row = local;
  cut.cell = e.target >= 0 ? e.target : -1;
  cut.set = e.set;
  cut.more_sets = e.more_sets;
  cut.noiseless = e.upwind >= 0;
  cut.along_axis = e.i == 0 || e.j == 0;
  cut.fraction = e.set_cut;
  const auto rate = [&](double s) { return e.weight * edge_rate(rho, e.g, s); };
  cut.rate = cut.noiseless ? e.upwind / e.set_cut : rate(e.set_cut);
  cut.jump = e.target < 0 ? 0 : cut.noiseless ? e.upwind : rate(1);
  row.set_cuts.push_back(cut);
}

} // namespace escapade
