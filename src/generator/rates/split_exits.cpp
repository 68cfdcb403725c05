// Where parts of the exit meet within reach of a cut edge, its killing is divided among them.
//
// An edge e stands for a strip of the plane along it, of the width (cell area)/|e|: the piece of
// rim in that strip is what the edge sees of the exit. Its crossing is moved along the rim by
// shares t of the strip, −½ < t < ½; the part that lies behind the rim there is found along e, and
// where it changes from one t to another the border is bisected.
#include "generator/rates/crossings.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

namespace escapade {

namespace {

constexpr int inside = -1, nothing_there = -2;
/// Just within the strip: parts often meet at its very end, where lines of the exit are faces.
constexpr double rim_ends = 0.5 - 1e-6;
constexpr std::array<double, 5> looked_at{-rim_ends, -0.25, 0, 0.25, rim_ends};

/// A cut edge: its crossing with the rim, the way to the next one beside it, and along it.
struct Strip {
  std::size_t edge;
  Vec2 crossing, beside, along;
};

struct Query {
  const Strip* strip;
  double t;
};

class Rim {
public:
  Rim(const Grid& grid, const Region& exit) : grid_(grid), exit_(exit) {}

  /// The part behind the rim near each place, `nothing_there` where no rim is found.
  std::vector<int> parts_at(const std::vector<Query>& queries) const;
  /// Along the rim at a crossing.
  Vec2 tangent(Vec2 crossing, int part) const;

private:
  std::vector<int> labels(const std::vector<Vec2>& points) const;

  const Grid& grid_;
  const Region& exit_;
};

/// Part of each point, absorbing sides after those of the exit; `inside` where the process goes on.
std::vector<int> Rim::labels(const std::vector<Vec2>& points) const {
  const Domain& d = grid_.domain;
  std::vector<double> x, y;
  std::vector<int> side, part(points.size());
  for (const Vec2 p : points) {
    Edge step; // from within the box to the point
    step.from = {std::clamp(p.x, d.x0, d.x1), std::clamp(p.y, d.y0, d.y1)};
    step.to = p;
    const Crossing beyond = side_crossing(d, exit_.size(), step);
    side.push_back(beyond.part < 0 ? inside : beyond.reflecting ? nothing_there : beyond.part);
    const Vec2 within = in_box(&d, p);
    x.push_back(within.x), y.push_back(within.y);
  }
  part_at(exit_, x.size(), x.data(), y.data(), part.data());
  for (std::size_t k = 0; k < part.size(); ++k)
    if (side[k] != inside)
      part[k] = side[k];
  return part;
}

std::vector<int> Rim::parts_at(const std::vector<Query>& queries) const {
  constexpr int samples = 8; // of the edge's length to either side, together twice that
  std::vector<Vec2> points;
  const auto point = [](const Query& q, double a) {
    return q.strip->crossing + q.t * q.strip->beside + a * q.strip->along;
  };
  for (const Query& q : queries)
    for (int m = -samples; m <= samples; ++m)
      points.push_back(point(q, (m + 0.37) / samples));
  const std::vector<int> label = labels(points);

  std::vector<int> part(queries.size(), nothing_there);
  std::vector<std::size_t> found;
  std::vector<double> low, high;
  for (std::size_t k = 0; k < queries.size(); ++k) {
    const int* at = label.data() + k * (2 * samples + 1) + samples;
    for (int n = 0; n < 2 * samples; ++n) { // steps across the rim, the nearest first
      const int m = n % 2 ? n / 2 : -1 - n / 2;
      if (at[m] == inside && at[m + 1] != inside) {
        found.push_back(k);
        low.push_back((m + 0.37) / samples), high.push_back((m + 1.37) / samples);
        part[k] = at[m + 1];
        break;
      }
    }
  }
  points.resize(found.size());
  for (int step = 0; step < 24 && !found.empty(); ++step) {
    for (std::size_t c = 0; c < found.size(); ++c)
      points[c] = point(queries[found[c]], 0.5 * (low[c] + high[c]));
    const std::vector<int> middle = labels(points);
    for (std::size_t c = 0; c < found.size(); ++c) {
      (middle[c] == inside ? low : high)[c] = 0.5 * (low[c] + high[c]);
      if (middle[c] != inside)
        part[found[c]] = middle[c];
    }
  }
  return part;
}

Vec2 Rim::tangent(Vec2 p, int part) const {
  Vec2 normal;
  const Domain& d = grid_.domain;
  if (part >= static_cast<int>(exit_.size())) {
    const double to_side[] = {std::abs(p.x - d.x0), std::abs(p.x - d.x1), std::abs(p.y - d.y0),
                              std::abs(p.y - d.y1)};
    normal = std::min_element(to_side, to_side + 4) - to_side < 2 ? Vec2{1, 0} : Vec2{0, 1};
  } else if (exit_[part].phi_and_gradient) {
    const Vec2 at = in_box(&d, p);
    double v[3];
    exit_[part].phi_and_gradient(1, &at.x, &at.y, v);
    normal = {v[1], v[2]};
  }
  return {-normal.y, normal.x};
}

/// The strip of a cut edge that crosses the rim at the fraction s.
Strip strip_of(const Grid& grid, const Rim& rim, const Edge& e, std::size_t index, double s) {
  Strip strip{index, e.from + s * (e.to - e.from), {}, e.to - e.from};
  const Vec2 along = strip.along;
  Vec2 tangent = rim.tangent(strip.crossing, e.part);
  if (!(norm(tangent) > 0) || !std::isfinite(norm(tangent)))
    tangent = {-along.y, along.x};
  const double area = grid.side(0, e.place.x) * grid.side(1, e.place.y);
  const double across = along.x * tangent.y - along.y * tangent.x;
  // A rim that runs along the edge is not followed for ever: hardly anything leaves there.
  const double longest = 4 * std::max(grid.side(0, e.place.x), grid.side(1, e.place.y));
  const double length =
      std::min(area * norm(tangent) / std::max(std::abs(across), 1e-300), longest);
  strip.beside = (length / norm(tangent)) * tangent;
  return strip;
}

/// A piece of the rim in a strip.
struct Piece {
  int part;
  double from, to;
};

/// Shares of the parts that the edge did not meet itself.
void share_out(const std::vector<Piece>& pieces, Edge& e) {
  double whole = 0;
  for (const auto& [part, from, to] : pieces)
    whole += part >= 0 ? to - from : 0;
  for (const auto& [part, from, to] : pieces) {
    if (part < 0 || part == e.part)
      continue;
    for (PartShare& other : e.others)
      if (other.part < 0 || other.part == part) {
        other.part = static_cast<std::int16_t>(part);
        other.share += (to - from) / whole;
        break;
      }
  }
}

/// Where the part changes from one place looked at to the next: between low and high.
struct Change {
  std::size_t query; // before it
  double low, high;
};

std::vector<Change> changes_along(const Rim& rim, const std::vector<Query>& queries,
                                  const std::vector<int>& part) {
  std::vector<Change> changes;
  for (std::size_t q = 0; q + 1 < part.size(); ++q)
    if (queries[q].strip == queries[q + 1].strip && part[q] != part[q + 1])
      changes.push_back({q, queries[q].t, queries[q + 1].t});
  for (int step = 0; step < 30 && !changes.empty(); ++step) {
    std::vector<Query> middles;
    for (const Change& c : changes)
      middles.push_back({queries[c.query].strip, 0.5 * (c.low + c.high)});
    const std::vector<int> at = rim.parts_at(middles);
    for (std::size_t k = 0; k < changes.size(); ++k)
      (at[k] == part[changes[k].query] ? changes[k].low : changes[k].high) = middles[k].t;
  }
  return changes;
}

} // namespace

void split_exits(const Grid& grid, const Region& exit, const std::vector<double>& s,
                 std::vector<Edge>& edges) {
  std::size_t parts = exit.size();
  for (const Boundary side : grid.domain.boundary)
    parts += side == Boundary::absorbing;
  if (parts < 2 || (exit.empty() && grid.angle == 0)) // sides of the box end with their cells
    return;
  const Rim rim(grid, exit);
  std::vector<Strip> strips;
  for (std::size_t k = 0; k < edges.size(); ++k)
    if (edges[k].target == into_exit)
      strips.push_back(strip_of(grid, rim, edges[k], k, s[k]));
  std::vector<Query> queries;
  for (const Strip& strip : strips)
    for (const double t : looked_at)
      queries.push_back({&strip, t});
  const std::vector<int> part = rim.parts_at(queries);
  const std::vector<Change> changes = changes_along(rim, queries, part);
  for (std::size_t c = 0; c < changes.size();) {
    const std::size_t first = changes[c].query / looked_at.size() * looked_at.size();
    const std::size_t last = first + looked_at.size() - 1;
    std::vector<Piece> pieces;
    double from = looked_at.front();
    for (; c < changes.size() && changes[c].query < last; ++c) {
      pieces.push_back({part[changes[c].query], from, changes[c].high});
      from = changes[c].high;
    }
    pieces.push_back({part[last], from, looked_at.back()});
    Edge& e = edges[queries[first].strip->edge];
    const int met = part[first + looked_at.size() / 2];
    const int whole = static_cast<int>(exit.size());
    if (met >= 0 && met < whole && e.part < whole) // samples of an edge may pass by a sliver
      e.part = static_cast<std::int16_t>(met);
    if (met == e.part) // else what the edge met is not this rim
      share_out(pieces, e);
  }
}

} // namespace escapade
