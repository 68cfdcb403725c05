#include "multilevel_wells.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <span>

namespace escapade::multilevel {

namespace {

constexpr double deep = 25; // log masses of a well above its pass; less is seen by the cycles

struct Well {
  std::int32_t peak; // its cell of largest mass
  double pass;       // log mass of the cell that joins it to a higher one
};

/// All cells of all ranks, in the order of their places, for the first rank.
struct Landscape {
  std::int64_t nx = 0, ny = 0;
  bool wraps_x = false, wraps_y = false;
  std::vector<std::int32_t> gathered;  // places from several ranks
  std::span<const std::int32_t> place; // of each cell
  std::vector<std::int32_t> cell;      // of each place, −1 where there is none
  std::vector<double> height;          // log masses

  /// visit(neighbour) of the up to eight neighbours of a cell.
  template<class Visit>
  void around(std::int32_t i, Visit visit) const {
    const std::int64_t x = place[i] % nx, y = place[i] / nx;
    for (std::int64_t dy = -1; dy <= 1; ++dy)
      for (std::int64_t dx = -1; dx <= 1; ++dx) {
        std::int64_t a = x + dx, b = y + dy;
        if (wraps_x)
          a = (a + nx) % nx;
        if (wraps_y)
          b = (b + ny) % ny;
        if (a < 0 || b < 0 || a >= nx || b >= ny)
          continue;
        const std::int32_t j = cell[a + nx * b];
        if (j >= 0 && j != i)
          visit(j);
      }
  }
};

Landscape landscape_of(const Level& level) {
  const Pattern& p = *level.pattern;
  std::vector<double> own(p.last - p.first);
  for (std::int32_t i = p.first; i < p.last; ++i)
    own[i - p.first] = level.phi[i] + std::log(level.u[i]);
  Landscape land;
  land.nx = p.nx;
  land.ny = p.ny;
  land.wraps_x = p.wraps_x;
  land.wraps_y = p.wraps_y;
  if (p.halo.spread()) {
    land.gathered = p.halo.to_first(p.place.data() + p.first, p.last - p.first);
    land.place = land.gathered;
    land.height = p.halo.to_first(own.data(), p.last - p.first);
  } else {
    land.place = p.place;
    land.height = std::move(own);
  }
  if (land.place.empty())
    return land;
  land.cell.assign(p.nx * p.ny, -1);
  for (std::size_t i = 0; i < land.place.size(); ++i)
    land.cell[land.place[i]] = static_cast<std::int32_t>(i);
  return land;
}

/// Wells by falling height of their passes: cells are flooded from the top down.
std::vector<Well> deep_wells(const Landscape& land) {
  const auto n = static_cast<std::int32_t>(land.height.size());
  std::vector<Well> wells;
  if (n == 0)
    return wells;
  std::vector<std::int32_t> order(n), parent(n, -1); // a tree's root is its highest cell
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](std::int32_t a, std::int32_t b) {
    return land.height[a] > land.height[b] || (land.height[a] == land.height[b] && a < b);
  });
  const auto root = [&](std::int32_t i) {
    while (parent[i] != i)
      i = parent[i] = parent[parent[i]];
    return i;
  };
  for (const std::int32_t i : order) {
    parent[i] = i;
    land.around(i, [&](std::int32_t j) {
      if (parent[j] < 0)
        return;
      std::int32_t low = root(i), high = root(j);
      if (low == high)
        return;
      if (land.height[low] > land.height[high])
        std::swap(low, high);
      if (land.height[low] - land.height[i] > deep)
        wells.push_back({low, land.height[i]});
      parent[low] = high;
    });
  }
  return wells;
}

/// 1 for the cells above the pass that the well's peak is joined to.
std::vector<char> cells_of(const Landscape& land, const Well& well) {
  std::vector<char> inside(land.height.size(), 0);
  std::vector<std::int32_t> next{well.peak};
  inside[well.peak] = 1;
  while (!next.empty()) {
    const std::int32_t i = next.back();
    next.pop_back();
    land.around(i, [&](std::int32_t j) {
      if (!inside[j] && land.height[j] > well.pass) {
        inside[j] = 1;
        next.push_back(j);
      }
    });
  }
  return inside;
}

/// |out − in| / (out + in) of the cells marked, fluxes in units of e^pass.
double imbalance(const Level& level, const std::vector<char>& inside, double pass) {
  const Pattern& p = *level.pattern;
  double in = 0, out = 0;
  for (std::int32_t i = p.first; i < p.last; ++i) {
    for (std::int64_t e = p.row_start[i]; e < p.row_start[i + 1]; ++e) {
      const std::int32_t j = p.from(i, e);
      if (inside[i] != inside[j])
        (inside[i] ? in : out) +=
            level.v[e] * level.u[j] * level.d[i] * std::exp(level.phi[i] - pass);
    }
    if (inside[i] && !level.s.empty())
      in += level.s[i] * level.d[i] * std::exp(level.phi[i] - pass);
  }
  for (const Killing& k : level.k)
    if (inside[k.cell])
      out += k.rate * level.u[k.cell] * std::exp(level.phi[k.cell] - pass);
  in = p.halo.sum(in);
  out = p.halo.sum(out);
  return in + out > 0 ? std::abs(out - in) / (in + out) : 0.0;
}

/// The same of {x > level} for levels from the highest mass to the lowest, of all cells at last.
double level_imbalance(const Level& level) {
  const Pattern& p = *level.pattern;
  std::vector<double> height(p.size());
  double top = -std::numeric_limits<double>::infinity(), depth = top;
  for (std::int32_t i = 0; i < p.size(); ++i) {
    height[i] = level.phi[i] + std::log(level.u[i]);
    top = std::max(top, height[i]);
  }
  top = p.halo.max(top);
  for (const double h : height)
    depth = std::max(depth, top - h);
  depth = p.halo.max(depth);
  if (!std::isfinite(depth))
    return depth;
  const double step = std::max(4.0, depth / 200);
  const auto levels = static_cast<std::int64_t>(depth / step) + 1;
  // The first level that a cell is above; level b lies at top − (b + 1) step.
  const auto first_below = [&](std::int32_t i) {
    return std::min(static_cast<std::int64_t>((top - height[i]) / step), levels - 1);
  };
  const auto scale = [&](std::int32_t i, std::int64_t b) {
    return std::exp(level.phi[i] - top + static_cast<double>(b + 1) * step);
  };
  std::vector<double> in(levels), out(levels), born(levels), killed(levels);
  for (std::int32_t i = p.first; i < p.last; ++i) {
    const std::int64_t b_i = first_below(i);
    for (std::int64_t e = p.row_start[i]; e < p.row_start[i + 1]; ++e) {
      const std::int32_t j = p.from(i, e);
      const std::int64_t b_j = first_below(j);
      for (std::int64_t b = std::min(b_i, b_j); b < std::max(b_i, b_j); ++b)
        (b_i < b_j ? in : out)[b] += level.v[e] * level.u[j] * level.d[i] * scale(i, b);
    }
    if (!level.s.empty())
      born[b_i] += level.s[i] * level.d[i] * scale(i, b_i);
  }
  for (const Killing& k : level.k)
    killed[first_below(k.cell)] += k.rate * level.u[k.cell] * scale(k.cell, first_below(k.cell));
  double worst = 0;
  long double all_born = 0, all_killed = 0; // in units of the level's masses, beyond double's range
  for (std::int64_t b = 0; b < levels; ++b) {
    const long double lower = std::exp(static_cast<long double>(step));
    all_born = all_born * lower + p.halo.sum(born[b]);
    all_killed = all_killed * lower + p.halo.sum(killed[b]);
    const long double to = p.halo.sum(in[b]) + all_born, from = p.halo.sum(out[b]) + all_killed;
    const auto found =
        static_cast<double>(to + from > 0 ? std::abs(to - from) / (to + from) : 0.0L);
    worst = found <= worst ? worst : found; // NaN stays
  }
  return worst;
}

} // namespace

double well_imbalance(Level& level) {
  const Pattern& p = *level.pattern;
  p.halo.fill(level.u);
  double worst = level_imbalance(level);
  const Landscape land = landscape_of(level);
  const std::vector<Well> wells = deep_wells(land);
  // Known on the first rank only.
  const std::int64_t count = p.halo.sum(static_cast<std::int64_t>(wells.size()));
  for (std::int64_t w = 0; w < count; ++w) {
    const bool here = !wells.empty();
    std::vector<char> inside = here ? cells_of(land, wells[w]) : std::vector<char>{};
    if (p.halo.spread()) {
      const std::vector<char> whole = std::move(inside);
      inside.assign(p.size(), 0);
      p.halo.from_first(whole, inside.data() + p.first, p.last - p.first);
      p.halo.fill(inside);
    }
    const double pass = p.halo.of_largest(here ? 1 : 0, here ? wells[w].pass : 0.0);
    const double found = imbalance(level, inside, pass);
    worst = found <= worst ? worst : found; // NaN stays
  }
  return worst;
}

} // namespace escapade::multilevel
