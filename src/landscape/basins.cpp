#include "landscape/basins.hpp"

#include "escapade/error.hpp"
#include "landscape/flow.hpp"
#include "support/forest.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace escapade {

namespace {

constexpr int unset = -2;

std::vector<std::size_t> by_height(const std::vector<double>& v, std::size_t n) {
  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return v[a] != v[b] ? v[a] < v[b] : a < b; });
  return order;
}

struct Corners {
  std::array<std::int32_t, 4> unknown{-1, -1, -1, -1};
  double s = 0, t = 0;
};

/// The four centres around a place given in cells; −1 for those that do not exist.
Corners corners_of(const Grid& grid, Vec2 p) {
  const auto i = static_cast<std::int64_t>(std::floor(p.x)),
             j = static_cast<std::int64_t>(std::floor(p.y));
  Corners c;
  c.s = p.x - static_cast<double>(i), c.t = p.y - static_cast<double>(j);
  for (std::int64_t k = 0; k < 4; ++k) {
    const std::int64_t cell = grid.lattice_cell(i + k % 2, j + k / 2);
    c.unknown[static_cast<std::size_t>(k)] = cell < 0 ? -1 : grid.unknown(cell);
  }
  return c;
}

/// −∇V in cells, from the centres that exist.
Vec2 downhill(const Grid& grid, const std::vector<double>& v, std::size_t n, const Corners& c) {
  const double weight[4] = {(1 - c.s) * (1 - c.t), c.s * (1 - c.t), (1 - c.s) * c.t, c.s * c.t};
  Vec2 g;
  for (std::size_t k = 0; k < 4; ++k)
    if (c.unknown[k] >= 0) {
      const auto u = static_cast<std::size_t>(c.unknown[k]);
      g = g + weight[k] * Vec2{v[n + u], v[2 * n + u]};
    }
  const Vec2 f = in_frame(-1.0 * g, grid.angle);
  return {f.x / grid.h[0], f.y / grid.h[1]};
}

/// Index of the minimum that descent from a point reaches; nothing where it leaves the box.
std::optional<std::size_t> minimum_below(const Field& landscape, const Domain& d, Vec2 from,
                                         const std::vector<CriticalPoint>& minima) {
  try {
    const Vec2 end = descend(landscape, d, from, "saddle").position;
    for (std::size_t k = 0; k < minima.size(); ++k)
      if (norm(nearest_image(d, minima[k].position - end)) < 1e-6 * std::max(d.width(), d.height()))
        return k;
  } catch (const BadInput&) {
    // runs out of the box
  }
  return std::nullopt;
}

std::vector<CriticalPoint> minima_of(const std::vector<CriticalPoint>& points) {
  std::vector<CriticalPoint> out;
  for (const CriticalPoint& p : points)
    if (p.type == CriticalPoint::Type::minimum)
      out.push_back(p);
  return out;
}

} // namespace

std::vector<int> basins(const Grid& grid, const std::vector<double>& v,
                        const std::vector<CriticalPoint>& minima) {
  const std::size_t n = grid.unknowns();
  std::vector<int> label(n, unset);
  std::vector<Vec2> bottom;
  for (const CriticalPoint& m : minima)
    bottom.push_back(grid.lattice_position(m.position));
  Domain lattice = grid.domain; // in cells
  lattice.x0 = lattice.y0 = 0;
  lattice.x1 = static_cast<double>(grid.cells[0]);
  lattice.y1 = static_cast<double>(grid.cells[1]);
  const auto arrived = [&](Vec2 p) {
    for (std::size_t k = 0; k < bottom.size(); ++k) {
      const Vec2 d = nearest_image(lattice, p - bottom[k]);
      if (std::max(std::abs(d.x), std::abs(d.y)) <= 1)
        return static_cast<int>(k);
    }
    return unset;
  };
  const std::int64_t most = 20 * (grid.cells[0] + grid.cells[1]);
  for (std::size_t u : by_height(v, n)) {
    Vec2 p = grid.lattice_position(grid.centre(static_cast<std::int32_t>(u)));
    int found = arrived(p);
    for (std::int64_t step = 0; step < most && found == unset; ++step) {
      const Vec2 g = downhill(grid, v, n, corners_of(grid, p));
      if (!(norm(g) > 0))
        break;
      const Vec2 half = p + (0.25 / norm(g)) * g;
      const Vec2 g2 = downhill(grid, v, n, corners_of(grid, half));
      if (!(norm(g2) > 0))
        break;
      p = p + (0.5 / norm(g2)) * g2;
      found = arrived(p);
      if (found != unset)
        break;
      const Corners c = corners_of(grid, p);
      if (std::count(c.unknown.begin(), c.unknown.end(), -1) == 4) {
        found = -1;
        break;
      }
      int common = unset, there = 0;
      bool same = true;
      for (std::int32_t w : c.unknown) {
        if (w < 0)
          continue;
        const int l = label[static_cast<std::size_t>(w)];
        same = same && l != unset && (there == 0 || l == common);
        common = l;
        ++there;
      }
      if (same && there == 4)
        found = common;
    }
    label[u] = found == unset ? -1 : found;
  }
  return label;
}

std::vector<CommunicationHeight> communication_heights(const Field& landscape, const Grid& grid,
                                                       const std::vector<double>& v,
                                                       const std::vector<CriticalPoint>& points) {
  const std::vector<CriticalPoint> minima = minima_of(points);
  const std::size_t m = minima.size(), n = grid.unknowns();
  std::vector<CommunicationHeight> out;
  for (std::size_t a = 0; a < m; ++a)
    for (std::size_t b = a + 1; b < m; ++b)
      out.push_back({a, b, {}, NAN, NAN});

  Forest<std::size_t> wells(m);
  for (const CriticalPoint& s : points) { // by value within each type
    if (s.type != CriticalPoint::Type::saddle)
      continue;
    const double angle = eigen(s.hessian).angle;
    const Vec2 e{1e-4 * grid.domain.width() * std::cos(angle),
                 1e-4 * grid.domain.height() * std::sin(angle)};
    const auto one = minimum_below(landscape, grid.domain, s.position + e, minima),
               other = minimum_below(landscape, grid.domain, s.position - e, minima);
    if (!one || !other || wells.joined(*one, *other))
      continue;
    wells.join(*one, *other);
    for (CommunicationHeight& h : out)
      if (!h.saddle && wells.joined(h.a, h.b))
        h.saddle = s, h.value = s.value;
  }

  Forest<std::size_t> cells(n);
  std::vector<char> wet(n, 0);
  std::vector<std::size_t> home;
  for (const CriticalPoint& p : minima) {
    const Vec2 at = grid.lattice_position(p.position);
    const std::int64_t cell = grid.lattice_cell(std::llround(at.x), std::llround(at.y));
    const std::int32_t u = cell < 0 ? -1 : grid.unknown(cell);
    home.push_back(u < 0 ? n : static_cast<std::size_t>(u));
  }
  for (std::size_t u : by_height(v, n)) {
    wet[u] = 1;
    const std::int64_t i = grid.cell(u) % grid.cells[0], j = grid.cell(u) / grid.cells[0];
    bool joins = false;
    for (std::int64_t k = 0; k < 9; ++k) {
      const std::int64_t cell = grid.lattice_cell(i + k % 3 - 1, j + k / 3 - 1);
      const std::int32_t w = cell < 0 ? -1 : grid.unknown(cell);
      if (w < 0 || !wet[static_cast<std::size_t>(w)] ||
          cells.joined(u, static_cast<std::size_t>(w)))
        continue;
      cells.join(u, static_cast<std::size_t>(w));
      joins = true;
    }
    if (joins)
      for (CommunicationHeight& h : out)
        if (std::isnan(h.on_lattice) && home[h.a] < n && home[h.b] < n && wet[home[h.a]] &&
            wet[home[h.b]] && cells.joined(home[h.a], home[h.b]))
          h.on_lattice = v[u];
  }
  for (CommunicationHeight& h : out)
    if (!h.saddle)
      h.value = h.on_lattice;
  return out;
}

} // namespace escapade
