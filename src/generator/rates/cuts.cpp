#include "generator/rates/crossings.hpp"

#include <algorithm>

namespace escapade {

namespace {

/// First crossing of the exit set where it comes before what `first` holds.
void cross_exit(const Region& exit, const Domain* domain, const std::vector<Edge>& edges,
                std::vector<Crossing>& first) {
  for (std::size_t p = 0; p < exit.size(); ++p) {
    const std::vector<double> s = crossings_of_part(exit[p], domain, edges, "the exit set");
    for (std::size_t k = 0; k < edges.size(); ++k)
      // Ties go to the first part, and to the exit set rather than to a side.
      if (s[k] < first[k].s ||
          (s[k] == first[k].s && first[k].part >= static_cast<int>(exit.size())))
        first[k] = {s[k], static_cast<int>(p), false};
  }
}

/// Exits that lie in a hole of the domain, where nothing is asked, are none.
void forget_exits_in_holes(const Domain& domain, const std::vector<Edge>& edges,
                           std::vector<Crossing>& first) {
  if (!domain.inside)
    return;
  for (std::size_t k = 0; k < edges.size(); ++k) {
    const Edge& e = edges[k];
    if (first[k].s <= 1 && !first[k].reflecting &&
        domain.in_hole(in_box(&domain, e.from + first[k].s * (e.to - e.from))))
      first[k] = {1, -1, true};
  }
}

void end_in_exit(Edge& e, const Crossing& crossing) {
  e.target = into_exit;
  e.part = static_cast<std::int16_t>(crossing.part);
  // A centre on the boundary to rounding: keep the rate finite.
  e.cut = std::max(crossing.s, at_once);
}

} // namespace

void cut_edges(const Region& exit, std::vector<Edge>& edges) {
  std::vector<Crossing> first(edges.size());
  for (std::size_t k = 0; k < edges.size(); ++k)
    if (edges[k].target == into_exit)
      first[k] = {1, edges[k].part, false};
  cross_exit(exit, nullptr, edges, first);
  for (std::size_t k = 0; k < edges.size(); ++k)
    if (first[k].s <= 1)
      end_in_exit(edges[k], first[k]);
    else if (edges[k].target < 0)
      edges[k].target = dropped; // in the exit set to rounding only
}

void find_cuts(const Grid& grid, const Region& exit, std::vector<Edge>& edges) {
  std::vector<Crossing> first(edges.size());
  for (std::size_t k = 0; k < edges.size(); ++k)
    first[k] = side_crossing(grid.domain, exit.size(), edges[k]);
  cross_exit(exit, &grid.domain, edges, first);
  forget_exits_in_holes(grid.domain, edges, first);
  std::vector<double> fraction(edges.size());
  for (std::size_t k = 0; k < edges.size(); ++k) {
    Edge& e = edges[k];
    if (first[k].s > 1) {
      const std::int64_t c = grid.cell(e.row);
      const std::int64_t cell = grid.lattice_cell(c % grid.cells[0] + e.i, c / grid.cells[0] + e.j);
      e.target = cell < 0 ? dropped : grid.unknown(cell);
      if (e.target < 0 || e.target == e.row)
        e.target = dropped; // beyond the lattice by rounding, or once around a periodic side
    } else if (first[k].reflecting) {
      e.target = dropped;
    } else {
      fraction[k] = first[k].s;
      first[k].s = lattice_fraction(grid, e, first[k].s);
      end_in_exit(e, first[k]);
    }
  }
  split_exits(grid, exit, fraction, edges);
}

} // namespace escapade
