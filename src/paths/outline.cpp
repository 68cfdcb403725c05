#include "paths/outline.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <utility>

namespace escapade {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr int most_reflections = 8;

/// Of the nearest point of an edge: how far along.
double place_on(Vec2 p, Vec2 from, Vec2 along, double length) {
  return std::clamp(dot(p - from, along), 0.0, length);
}

} // namespace

Outline::Outline(std::vector<OutlineEdge> edges, std::int32_t parts) : edges_(std::move(edges)) {
  low_ = high_ = edges_.front().from;
  std::map<std::pair<double, double>, Vec2> corner; // sum of the normals that meet there
  for (const OutlineEdge& e : edges_) {
    low_ = {std::min(low_.x, e.from.x), std::min(low_.y, e.from.y)};
    high_ = {std::max(high_.x, e.from.x), std::max(high_.y, e.from.y)};
    Side s;
    s.length = norm(e.to - e.from);
    s.along = (1 / s.length) * (e.to - e.from);
    s.normal = {s.along.y, -s.along.x};
    for (Vec2 end : {e.from, e.to}) {
      Vec2& sum = corner[{end.x, end.y}];
      sum = sum + s.normal;
    }
    sides_.push_back(s);
  }
  for (std::size_t k = 0; k < edges_.size(); ++k) {
    sides_[k].corner_from = corner[{edges_[k].from.x, edges_[k].from.y}];
    sides_[k].corner_to = corner[{edges_[k].to.x, edges_[k].to.y}];
  }
  group_.resize(1 + static_cast<std::size_t>(parts));
  for (std::size_t k = 0; k < edges_.size(); ++k) {
    group_[0].push_back(static_cast<std::int32_t>(k));
    if (edges_[k].part >= 0)
      group_[1 + static_cast<std::size_t>(edges_[k].part)].push_back(static_cast<std::int32_t>(k));
  }
  fill_bins(group_.size());
  std::vector<std::pair<double, double>> widths; // with the length of the edge
  double perimeter = 0;
  for (std::size_t k = 0; k < edges_.size(); ++k) {
    widths.emplace_back(width_inwards(k), sides_[k].length);
    perimeter += sides_[k].length;
  }
  std::sort(widths.begin(), widths.end());
  double passed = 0;
  for (const auto& [width, length] : widths) {
    narrow_ = width;
    if ((passed += length) >= perimeter / 20)
      break;
  }
}

/// Candidates of a bin: no point in it is nearer to any other edge.
void Outline::fill_bins(std::size_t groups) {
  bins_ = std::clamp<std::int64_t>(
      static_cast<std::int64_t>(2 * std::sqrt(static_cast<double>(edges_.size()))), 8, 64);
  bin_ = (1 / static_cast<double>(bins_)) * (high_ - low_);
  const double reach = 0.5 * norm(bin_);
  const auto count = static_cast<std::size_t>(bins_ * bins_);
  near_.resize(groups * count);
  within_.assign(count, 0);
  for (std::size_t b = 0; b < count; ++b) {
    const auto n = static_cast<std::size_t>(bins_);
    const Vec2 centre{low_.x + (static_cast<double>(b % n) + 0.5) * bin_.x,
                      low_.y + (static_cast<double>(b / n) + 0.5) * bin_.y};
    double overall = infinity;
    for (std::size_t g = 0; g < groups; ++g) {
      std::vector<double> distance;
      double least = infinity;
      for (std::int32_t k : group_[g]) {
        const Side& s = sides_[k];
        const Vec2 from = edges_[k].from;
        distance.push_back(
            norm(centre - from - place_on(centre, from, s.along, s.length) * s.along));
        least = std::min(least, distance.back());
      }
      for (std::size_t k = 0; k < distance.size(); ++k)
        if (distance[k] <= least + 2.001 * reach)
          near_[g * count + b].push_back(group_[g][k]);
      if (g == 0)
        overall = least;
    }
    within_[b] = overall > 1.001 * reach && !foot(0, centre).outside;
  }
}

std::int64_t Outline::bin_of(Vec2 p) const {
  const double i = std::floor((p.x - low_.x) / bin_.x), j = std::floor((p.y - low_.y) / bin_.y);
  const auto n = static_cast<double>(bins_);
  return i >= 0 && j >= 0 && i < n && j < n
             ? static_cast<std::int64_t>(i) + bins_ * static_cast<std::int64_t>(j)
             : -1;
}

Outline::Foot Outline::foot(std::size_t group, Vec2 p) const {
  const std::int64_t bin = bin_of(p);
  const auto count = static_cast<std::size_t>(bins_ * bins_);
  const std::vector<std::int32_t>& candidates =
      bin < 0 ? group_[group] : near_[group * count + static_cast<std::size_t>(bin)];
  Foot best;
  best.edge = candidates.front(); // for points that are no numbers, of paths that have diverged
  double least = infinity, place = 0;
  for (std::int32_t k : candidates) {
    const Side& s = sides_[k];
    const double t = place_on(p, edges_[k].from, s.along, s.length);
    const Vec2 r = p - edges_[k].from - t * s.along;
    const double square = dot(r, r);
    if (square < least)
      least = square, best.edge = k, place = t;
  }
  const Side& s = sides_[best.edge];
  best.at = edges_[best.edge].from + place * s.along;
  best.distance = std::sqrt(least);
  const Vec2 outwards = place <= 0 ? s.corner_from : place >= s.length ? s.corner_to : s.normal;
  best.outside = dot(p - best.at, outwards) > 0;
  return best;
}

bool Outline::contains(Vec2 p) const {
  const std::int64_t bin = bin_of(p);
  return (bin >= 0 && within_[static_cast<std::size_t>(bin)]) || !foot(0, p).outside;
}

double Outline::depth(Vec2 p) const {
  const Foot f = foot(0, p);
  return f.outside ? -f.distance : f.distance;
}

std::array<double, 3> Outline::distance(std::int32_t part, Vec2 p) const {
  const Foot f = foot(1 + static_cast<std::size_t>(part), p);
  const std::int64_t bin = bin_of(p);
  bool beyond = false;
  if (bin < 0 || !within_[static_cast<std::size_t>(bin)]) {
    const Foot nearest = foot(0, p);
    beyond = nearest.outside && edges_[nearest.edge].part == part;
  }
  const Vec2 gradient =
      f.distance > 0 ? ((beyond ? 1 : -1) / f.distance) * (p - f.at) : sides_[f.edge].normal;
  return {beyond ? f.distance : -f.distance, gradient.x, gradient.y};
}

bool Outline::reflect(Sym2 d, Vec2& p) const {
  const std::int64_t bin = bin_of(p);
  if (bin >= 0 && within_[static_cast<std::size_t>(bin)])
    return true;
  for (int tries = 0; tries < most_reflections; ++tries) {
    const Foot f = foot(0, p);
    if (!f.outside || edges_[f.edge].part >= 0)
      return true;
    if (!(f.distance <= norm(high_ - low_)))
      return false;
    const Vec2 n = (1 / f.distance) * (p - f.at);
    const double g = dot(n, d * n);
    p = p - 2 * f.distance * (g > 0 ? (1 / g) * (d * n) : n); // without noise across: n itself
  }
  // In a corner that is acute as D sees it: put onto the boundary, as at the sides of a box.
  const Foot f = foot(0, p);
  if (f.outside && edges_[f.edge].part < 0)
    p = f.at;
  return true;
}

/// From the middle of an edge straight inwards to the next edge.
double Outline::width_inwards(std::size_t edge) const {
  const Vec2 middle = 0.5 * (edges_[edge].from + edges_[edge].to);
  const Vec2 inwards = -1 * sides_[edge].normal;
  double least = norm(high_ - low_);
  for (std::size_t k = 0; k < edges_.size(); ++k) {
    if (k == edge)
      continue;
    // middle + t inwards = from + u along
    const Vec2 a = sides_[k].along, r = edges_[k].from - middle;
    const double whole = inwards.x * a.y - inwards.y * a.x;
    if (std::fabs(whole) < 1e-12)
      continue;
    const double t = (r.x * a.y - r.y * a.x) / whole;
    const double u = (r.x * inwards.y - r.y * inwards.x) / whole;
    if (t > 0 && u >= 0 && u <= sides_[k].length)
      least = std::min(least, t);
  }
  return least;
}

Region exit_curves(const std::shared_ptr<const Outline>& outline,
                   const std::vector<std::string>& names) {
  Region region;
  for (std::size_t k = 0; k < names.size(); ++k) {
    const auto part = static_cast<std::int32_t>(k);
    Part p;
    p.name = names[k];
    p.phi = pointwise(1, [outline, part](double x, double y, double* out) {
      *out = outline->distance(part, {x, y})[0];
    });
    p.phi_and_gradient = pointwise(3, [outline, part](double x, double y, double* out) {
      const auto v = outline->distance(part, {x, y});
      std::copy(v.begin(), v.end(), out);
    });
    region.push_back(std::move(p));
  }
  return region;
}

} // namespace escapade
