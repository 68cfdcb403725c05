#include "generator/rates/crossings.hpp"

#include "escapade/error.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace escapade {

namespace {

/// Samples of an edge at s = 1/m, 2/m, …, 1: fine enough for sets as thin as a quarter of a cell.
int samples_of(const Edge& e) {
  return 4 * std::max(std::abs(e.i), std::abs(e.j));
}

/// The coordinate within the box: past a periodic side that on the other one, past another side,
/// where nothing is asked, that of the side.
double within(double v, double low, double high, bool periodic) {
  if (v >= low && v <= high)
    return v;
  return periodic ? v + (v < low ? high - low : low - high) : std::clamp(v, low, high);
}

Vec2 point_of(const Domain* d, const Edge& e, double t) {
  return in_box(d, {e.from.x + t * (e.to.x - e.from.x), e.from.y + t * (e.to.y - e.from.y)});
}

void cross_half_plane(const HalfPlane& h, const std::vector<Edge>& edges, std::vector<double>& s) {
  for (std::size_t k = 0; k < edges.size(); ++k) {
    const double a = h.axis == 0 ? edges[k].from.x : edges[k].from.y;
    const double b = h.axis == 0 ? edges[k].to.x : edges[k].to.y;
    if (h.above ? b >= h.position : b <= h.position)
      s[k] = (h.position - a) / (b - a);
  }
}

} // namespace

Vec2 in_box(const Domain* d, Vec2 p) {
  if (!d)
    return p;
  return {within(p.x, d->x0, d->x1, d->periodic(0)), within(p.y, d->y0, d->y1, d->periodic(1))};
}

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

std::vector<double> crossings_of_part(const Part& part, const Domain* domain,
                                      const std::vector<Edge>& edges, const char* what) {
  std::vector<double> s(edges.size(), 2);
  if (part.half_plane && !(domain && domain->periodic(part.half_plane->axis))) {
    cross_half_plane(*part.half_plane, edges, s);
    return s;
  }
  std::vector<double> x, y, phi;
  for (const Edge& e : edges)
    for (int m = 1, n = samples_of(e); m <= n; ++m) {
      const double t = static_cast<double>(m) / n;
      const Vec2 p = point_of(domain, e, t);
      x.push_back(p.x), y.push_back(p.y);
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
        throw BadInput(what + (" \"" + part.name) + "\" is not a number at " +
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
      const Vec2 p = point_of(domain, e, 0.5 * (lo[c] + hi[c]));
      x[c] = p.x, y[c] = p.y;
    }
    part.phi(x.size(), x.data(), y.data(), phi.data());
    for (std::size_t c = 0; c < crossed.size(); ++c)
      (phi[c] >= 0 ? hi : lo)[c] = 0.5 * (lo[c] + hi[c]);
  }
  for (std::size_t c = 0; c < crossed.size(); ++c)
    s[crossed[c]] = hi[c];
  return s;
}

double lattice_fraction(const Grid& grid, const Edge& e, double s) {
  if (!grid.graded())
    return s;
  const std::size_t axis = std::abs(e.i) >= std::abs(e.j) ? 0 : 1;
  const Vec2 at = grid.lattice_position(
      {e.from.x + s * (e.to.x - e.from.x), e.from.y + s * (e.to.y - e.from.y)});
  // Positions count from the centre of cell 0, places from its low side.
  return axis == 0 ? (at.x + 0.5 - e.place.x) / e.i : (at.y + 0.5 - e.place.y) / e.j;
}

} // namespace escapade
