#include "quantities/regions/shares.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <utility>

namespace escapade {

namespace {

constexpr std::int64_t block_cells = 2048;
/// Cuts of a triangle into four before φ counts as linear: pieces of a 32nd of a cell.
constexpr int most_cuts = 4;

struct Point {
  Vec2 at;
  double phi = 0;
};

struct Triangle {
  std::int32_t cell = 0;               // of the block
  std::array<Point, 3> corner, middle; // middle[k] lies opposite to corner[k]
};

double area_of(Vec2 a, Vec2 b, Vec2 c) {
  return 0.5 * std::abs((b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x));
}

Vec2 halfway(Vec2 a, Vec2 b) {
  return 0.5 * (a + b);
}

/// The largest φ of all parts, −∞ where none is a number.
std::vector<double> largest_phi(const Region& region, const std::vector<double>& x,
                                const std::vector<double>& y) {
  std::vector<double> best(x.size(), -HUGE_VAL), phi(x.size());
  for (const Part& part : region) {
    part.phi(x.size(), x.data(), y.data(), phi.data());
    for (std::size_t k = 0; k < phi.size(); ++k)
      if (phi[k] > best[k])
        best[k] = phi[k];
  }
  return best;
}

/// φ at the middles of sides, and with `corners` there, too.
void evaluate(const Region& region, std::vector<Triangle>& triangles, bool corners) {
  std::vector<double> x, y;
  const auto each = [&](auto&& use) {
    for (Triangle& t : triangles) {
      for (Point& p : t.middle)
        use(p);
      for (std::size_t k = 0; corners && k < 3; ++k)
        use(t.corner[k]);
    }
  };
  each([&](const Point& p) { x.push_back(p.at.x), y.push_back(p.at.y); });
  const std::vector<double> phi = largest_phi(region, x, y);
  auto next = phi.begin();
  each([&](Point& p) { p.phi = *next++; });
}

/// Whether the boundary may cross what lies between some points: φ changes its sign there, or
/// changes by as much as it is.
bool may_cross(std::span<const double> phi) {
  double low = HUGE_VAL, high = -HUGE_VAL, least = HUGE_VAL;
  for (const double value : phi) {
    low = std::min(low, value), high = std::max(high, value);
    least = std::min(least, std::abs(value));
  }
  return (low < 0 && high >= 0) || (high - low >= least && std::isfinite(high - low));
}

bool is_crossed(const Triangle& t) {
  const auto& [a, b, c] = t.corner;
  const auto& [p, q, r] = t.middle;
  return may_cross(std::array{a.phi, b.phi, c.phi, p.phi, q.phi, r.phi});
}

Triangle triangle(std::int32_t cell, const Point& a, const Point& b, const Point& c) {
  return {
      cell, {a, b, c}, {Point{halfway(b.at, c.at)}, {halfway(c.at, a.at)}, {halfway(a.at, b.at)}}};
}

std::array<Triangle, 4> quarters(const Triangle& t) {
  const auto& [a, b, c] = t.corner;
  const auto& [bc, ca, ab] = t.middle;
  return {triangle(t.cell, a, ab, ca), triangle(t.cell, ab, b, bc), triangle(t.cell, ca, bc, c),
          triangle(t.cell, ab, bc, ca)};
}

/// The density of a cell up to a factor, at most 1 within it.
struct Weight {
  LogShape shape;
  Vec2 centre;
  double top = 0;

  double exponent(Vec2 p) const {
    const Vec2 r = p - centre;
    return dot(shape.slope, r) + 0.5 * dot(r, shape.curvature * r) - top;
  }
  double at(Vec2 p) const { return std::exp(exponent(p)); }

  /// Its integral over a triangle: by the middles of the sides once it varies little.
  double over(Vec2 a, Vec2 b, Vec2 c, int depth = 0) const {
    const auto [low, high] = std::minmax({exponent(a), exponent(b), exponent(c)});
    const Vec2 ab = halfway(a, b), bc = halfway(b, c), ca = halfway(c, a);
    if (high - low <= 0.5 || high < -50 || depth == 6)
      return area_of(a, b, c) * (at(ab) + at(bc) + at(ca)) / 3;
    return over(a, ab, ca, depth + 1) + over(ab, b, bc, depth + 1) + over(ca, bc, c, depth + 1) +
           over(ab, bc, ca, depth + 1);
  }
};

/// Integrals over the parts of one cell inside and outside of the region.
struct Both {
  double inside = 0, outside = 0;

  void add(bool in, double integral) { (in ? inside : outside) += integral; }
};

/// Where φ, linear between them, is zero; halfway where it is infinite.
Vec2 zero_between(const Point& a, const Point& b) {
  const double s = a.phi / (a.phi - b.phi);
  return a.at + (std::isfinite(s) ? s : 0.5) * (b.at - a.at);
}

/// Of a triangle on which φ is linear.
void add_linear(const Weight& weight, const std::array<Point, 3>& p, Both& both) {
  int inside = 0;
  for (const Point& q : p)
    inside += q.phi >= 0;
  if (inside == 0 || inside == 3) {
    both.add(inside == 3, weight.over(p[0].at, p[1].at, p[2].at));
    return;
  }
  std::size_t lone = 0; // the corner on the one side, with the two others on the other
  while ((p[lone].phi >= 0) != (inside == 1))
    ++lone;
  const Point &a = p[lone], &b = p[(lone + 1) % 3], &c = p[(lone + 2) % 3];
  const Vec2 ab = zero_between(a, b), ac = zero_between(a, c);
  both.add(inside == 1, weight.over(a.at, ab, ac));
  both.add(inside != 1, weight.over(ab, b.at, c.at));
  both.add(inside != 1, weight.over(ab, c.at, ac));
}

/// The sides of a cell, each from one corner to the next.
std::vector<std::array<Vec2, 2>> sides_of(const Cells& cells, std::int32_t u) {
  std::vector<std::array<Vec2, 2>> sides;
  if (const MeshCells* c = cells.triangles()) {
    const Mesh& mesh = *c->mesh;
    const std::int32_t v = c->vertex[u];
    for (std::int64_t k = mesh.link_start[v]; k < mesh.link_start[v + 1]; ++k)
      if (mesh.link[k].conductance > 0)
        sides.push_back(mesh.link[k].face);
    return sides;
  }
  const Grid& grid = *cells.lattice();
  const Vec2 t = grid.place(u);
  const std::array<Vec2, 4> corner{
      grid.point(t.x - 0.5, t.y - 0.5), grid.point(t.x + 0.5, t.y - 0.5),
      grid.point(t.x + 0.5, t.y + 0.5), grid.point(t.x - 0.5, t.y + 0.5)};
  for (std::size_t k = 0; k < 4; ++k)
    sides.push_back({corner[k], corner[(k + 1) % 4]});
  return sides;
}

Weight weight_of(const Cells& cells, std::int32_t u, const LogShapes& shape) {
  Weight weight{shape(u), cells.centre(u)};
  for (const auto& side : sides_of(cells, u))
    weight.top = std::max({weight.top, weight.exponent(side[0]), weight.exponent(side[1])});
  return weight;
}

/// The cells of a block that the boundary may cross: φ at the centre and along the sides changes
/// its sign, or by as much as it is. The others get their share at once.
std::vector<std::int32_t> crossed_cells(const Cells& cells, const Region& region,
                                        std::int32_t first, std::span<double> share) {
  std::vector<double> x, y;
  std::vector<std::size_t> start{0};
  const auto add = [&](Vec2 p) { x.push_back(p.x), y.push_back(p.y); };
  for (std::size_t k = 0; k < share.size(); ++k) {
    const auto u = first + static_cast<std::int32_t>(k);
    add(cells.centre(u));
    for (const auto& [a, b] : sides_of(cells, u))
      add(a), add(halfway(a, b));
    start.push_back(x.size());
  }
  const std::vector<double> phi = largest_phi(region, x, y);
  std::vector<std::int32_t> crossed;
  for (std::size_t k = 0; k < share.size(); ++k) {
    const auto points = std::span(phi).subspan(start[k], start[k + 1] - start[k]);
    share[k] = points[0] >= 0 ? 1 : 0;
    if (may_cross(points))
      crossed.push_back(static_cast<std::int32_t>(k));
  }
  return crossed;
}

/// Shares of the cells of a block.
void share_block(const Cells& cells, const Region& region, std::int32_t first,
                 const LogShapes& shape, std::span<double> share) {
  std::vector<Weight> weight(share.size());
  std::vector<Both> both(share.size());
  std::vector<Triangle> triangles;
  const std::vector<std::int32_t> crossed = crossed_cells(cells, region, first, share);
  for (const std::int32_t k : crossed) {
    weight[k] = weight_of(cells, first + k, shape);
    for (const auto& [a, b] : sides_of(cells, first + k))
      triangles.push_back(triangle(k, {weight[k].centre}, {a}, {b}));
  }
  for (int cut = 0; !triangles.empty(); ++cut) {
    evaluate(region, triangles, cut == 0);
    std::vector<Triangle> next;
    for (const Triangle& t : triangles) {
      if (!is_crossed(t))
        both[t.cell].add(t.corner[0].phi >= 0,
                         weight[t.cell].over(t.corner[0].at, t.corner[1].at, t.corner[2].at));
      else
        for (const Triangle& quarter : quarters(t)) {
          if (cut < most_cuts)
            next.push_back(quarter);
          else
            add_linear(weight[t.cell], quarter.corner, both[t.cell]);
        }
    }
    triangles = std::move(next);
  }
  for (const std::int32_t k : crossed)
    share[k] = both[k].inside / (both[k].inside + both[k].outside);
}

} // namespace

std::vector<double> region_shares(const Cells& cells, const Region& region, std::int64_t first,
                                  std::int64_t last, const LogShapes& shape) {
  std::vector<double> share(static_cast<std::size_t>(last - first));
  for (std::int64_t begin = first; begin < last; begin += block_cells) {
    const std::int64_t end = std::min(begin + block_cells, last);
    share_block(cells, region, static_cast<std::int32_t>(begin), shape,
                std::span(share).subspan(begin - first, end - begin));
  }
  return share;
}

} // namespace escapade
