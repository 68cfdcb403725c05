#include "generator/rates/edges.hpp"

#include "escapade/error.hpp"

#include <cmath>
#include <cstdlib>

namespace escapade {

namespace {

struct Crossing {
  double s = 2; // beyond the edge: none
  int part = -1;
  bool reflecting = false;
};

/// Where the edge leaves the box, if it does.
Crossing side_crossing(const Domain& d, std::size_t parts, const Edge& e) {
  Crossing first;
  const double low[2] = {d.x0, d.y0}, high[2] = {d.x1, d.y1};
  const double from[2] = {e.from.x, e.from.y}, to[2] = {e.to.x, e.to.y};
  int absorbing_before = 0;
  for (int side = 0; side < 4; ++side) {
    const int axis = side / 2;
    const Boundary kind = d.boundary[static_cast<std::size_t>(side)];
    if (kind != Boundary::periodic) {
      const double position = side % 2 ? high[axis] : low[axis];
      const bool outside = side % 2 ? to[axis] > position : to[axis] < position;
      if (outside) {
        const double s = (position - from[axis]) / (to[axis] - from[axis]);
        if (s < first.s)
          first = {s, static_cast<int>(parts) + absorbing_before, kind == Boundary::reflecting};
      }
    }
    if (kind == Boundary::absorbing)
      ++absorbing_before;
  }
  return first;
}

/// Samples of an edge at s = 1/m, 2/m, …, 1: fine enough for sets as thin as a quarter of a cell.
int samples_of(const Edge& e) {
  return 4 * std::max(std::abs(e.i), std::abs(e.j));
}

/// First crossing of {φ ≥ 0} along each edge by sampling and bisection of all edges together.
std::vector<double> crossings_of_part(const Part& part, const std::vector<Edge>& edges) {
  std::vector<double> s(edges.size(), 2);
  if (part.half_plane) {
    const HalfPlane& h = *part.half_plane;
    for (std::size_t k = 0; k < edges.size(); ++k) {
      const double a = h.axis == 0 ? edges[k].from.x : edges[k].from.y;
      const double b = h.axis == 0 ? edges[k].to.x : edges[k].to.y;
      if (h.above ? b >= h.position : b <= h.position)
        s[k] = (h.position - a) / (b - a);
    }
    return s;
  }
  std::vector<double> x, y, phi;
  for (const Edge& e : edges)
    for (int m = 1, n = samples_of(e); m <= n; ++m) {
      const double t = static_cast<double>(m) / n;
      x.push_back(e.from.x + t * (e.to.x - e.from.x));
      y.push_back(e.from.y + t * (e.to.y - e.from.y));
    }
  phi.resize(x.size());
  part.phi(x.size(), x.data(), y.data(), phi.data());

  std::vector<std::size_t> crossed;
  std::vector<double> lo, hi;
  for (std::size_t k = 0, at = 0; k < edges.size(); ++k) {
    const int n = samples_of(edges[k]);
    for (int m = 0; m < n; ++m) {
      const std::size_t q = at + static_cast<std::size_t>(m);
      if (std::isnan(phi[q]))
        throw BadInput("the exit set \"" + part.name + "\" is not a number at " +
                       point_text({x[q], y[q]}) +
                       "; give a set that is defined over the whole domain");
      if (phi[q] >= 0) {
        crossed.push_back(k);
        lo.push_back(static_cast<double>(m) / n);
        hi.push_back(static_cast<double>(m + 1) / n);
        break;
      }
    }
    at += static_cast<std::size_t>(n);
  }
  x.resize(crossed.size()), y.resize(crossed.size()), phi.resize(crossed.size());
  for (int step = 0; step < 52 && !crossed.empty(); ++step) {
    for (std::size_t c = 0; c < crossed.size(); ++c) {
      const Edge& e = edges[crossed[c]];
      const double t = 0.5 * (lo[c] + hi[c]);
      x[c] = e.from.x + t * (e.to.x - e.from.x);
      y[c] = e.from.y + t * (e.to.y - e.from.y);
    }
    part.phi(x.size(), x.data(), y.data(), phi.data());
    for (std::size_t c = 0; c < crossed.size(); ++c)
      (phi[c] >= 0 ? hi : lo)[c] = 0.5 * (lo[c] + hi[c]);
  }
  for (std::size_t c = 0; c < crossed.size(); ++c)
    s[crossed[c]] = hi[c];
  return s;
}

/// The fraction of the edge in lattice units, where graded cells stretch it unevenly: along the
/// axis on which the edge is longer.
double lattice_fraction(const Grid& grid, const Edge& e, double s) {
  if (!grid.graded())
    return s;
  const std::size_t axis = std::abs(e.i) >= std::abs(e.j) ? 0 : 1;
  const Vec2 at = grid.lattice_position(
      {e.from.x + s * (e.to.x - e.from.x), e.from.y + s * (e.to.y - e.from.y)});
  // Positions count from the centre of cell 0, places from its low side.
  return axis == 0 ? (at.x + 0.5 - e.place.x) / e.i : (at.y + 0.5 - e.place.y) / e.j;
}

/// First crossing of the exit set where it comes before what `first` holds.
void cross_exit(const Region& exit, const std::vector<Edge>& edges, std::vector<Crossing>& first) {
  for (std::size_t p = 0; p < exit.size(); ++p) {
    const std::vector<double> s = crossings_of_part(exit[p], edges);
    for (std::size_t k = 0; k < edges.size(); ++k)
      // Ties go to the first part, and to the exit set rather than to a side.
      if (s[k] < first[k].s ||
          (s[k] == first[k].s && first[k].part >= static_cast<int>(exit.size())))
        first[k] = {s[k], static_cast<int>(p), false};
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
  cross_exit(exit, edges, first);
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
  cross_exit(exit, edges, first);
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
      first[k].s = lattice_fraction(grid, e, first[k].s);
      end_in_exit(e, first[k]);
    }
  }
}

} // namespace escapade
