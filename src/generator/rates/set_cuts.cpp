#include "generator/rates/crossings.hpp"

#include "generator/rates/bernoulli.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdlib>

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

/// The edges that may meet a part: long ones, and those between whose ends φ is not far larger than
/// its change over any of the row's edges.
std::vector<std::size_t> edges_near(const Part& part, const Domain* domain,
                                    const std::vector<Edge>& edges,
                                    const std::vector<std::size_t>& which) {
  std::vector<double> x, y;
  std::vector<std::size_t> row; // of each edge: where φ at its beginning stands
  for (std::size_t k = 0; k < which.size(); ++k) {
    const Edge& e = edges[which[k]];
    const bool another = k == 0 || e.row != edges[which[k - 1]].row;
    if (another)
      x.push_back(e.from.x), y.push_back(e.from.y);
    row.push_back(another ? x.size() - 1 : row.back());
    const Vec2 to = in_box(domain, e.to);
    x.push_back(to.x), y.push_back(to.y);
  }
  std::vector<double> phi(x.size());
  part.phi(x.size(), x.data(), y.data(), phi.data());
  std::vector<std::size_t> near;
  for (std::size_t k = 0, n = 0; k < which.size(); k = n) {
    double least = std::abs(phi[row[k]]), change = 0;
    bool is_long = false;
    for (n = k; n < which.size() && row[n] == row[k]; ++n) {
      const Edge& e = edges[which[n]];
      const double there = phi[row[k] + 1 + (n - k)];
      least = std::min(least, std::abs(there));
      change = std::max(change, std::abs(there - phi[row[k]]));
      is_long = is_long || std::max(std::abs(e.i), std::abs(e.j)) > 1;
    }
    if (is_long || !(least > 2 * change)) // one that is not a number, too
      near.insert(near.end(), which.begin() + std::ptrdiff_t(k), which.begin() + std::ptrdiff_t(n));
  }
  return near;
}

} // namespace

void meet_sets(const std::vector<Region>& sets, const Grid* grid, std::vector<Edge>& edges) {
  if (sets.empty())
    return;
  const Domain* domain = grid ? &grid->domain : nullptr;
  const std::vector<char> within = begin_within(sets, edges);
  std::vector<std::size_t> outside;
  for (std::size_t k = 0; k < edges.size(); ++k)
    if (!within[k])
      outside.push_back(k);
  for (std::size_t n = 0; n < sets.size(); ++n)
    for (const Part& part : sets[n]) {
      const std::vector<std::size_t> near = edges_near(part, domain, edges, outside);
      std::vector<Edge> some;
      for (const std::size_t k : near)
        some.push_back(edges[k]);
      const std::vector<double> s = crossings_of_part(part, domain, some, "the set");
      for (std::size_t c = 0; c < near.size(); ++c) {
        Edge& e = edges[near[c]];
        if (s[c] > 1 || (domain && s[c] > side_crossing(*domain, 0, e).s))
          continue; // nothing is met beyond a side
        e.more_sets = e.more_sets || (e.set >= 0 && e.set != static_cast<std::int16_t>(n));
        if (e.set < 0 || s[c] < e.set_cut) {
          e.set_cut = s[c];
          e.set = static_cast<std::int16_t>(n);
        }
      }
    }
  for (const std::size_t k : outside) {
    Edge& e = edges[k];
    if (e.set < 0)
      continue;
    e.set_cut = std::max(grid ? lattice_fraction(*grid, e, e.set_cut) : e.set_cut, at_once);
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
