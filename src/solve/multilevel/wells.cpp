#include "solve/multilevel/wells.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>
#include <vector>

namespace escapade::multilevel {

namespace {

// Log masses of a well above its pass; less is seen by the cycles. Of 120 random problems with
// several wells behind barriers of 20 to 250 T 10 came out wrong without this comparison; of 74
// none with it.
constexpr double deep = 25;

struct Well {
  std::int32_t peak; // its block of largest mass
  double pass;       // log mass of the block that joins it to a higher one
};

/// Square blocks of so many places that a landscape of them is no burden to one rank.
struct Blocks {
  std::int64_t side = 1, nx = 0, ny = 0;
  std::vector<std::int32_t> own; // those that hold cells of this rank, ascending
  std::vector<std::int32_t> of;  // of each own cell: which of these; empty: the same one

  std::int32_t holding(std::int32_t own_cell) const { return of.empty() ? own_cell : of[own_cell]; }
};

Blocks blocks_of(const Pattern& p, std::int64_t most) {
  Blocks blocks;
  const auto along = [&](std::int64_t n) { return (n + blocks.side - 1) / blocks.side; };
  while (along(p.nx) * along(p.ny) > std::max<std::int64_t>(most, 1))
    blocks.side *= 2;
  blocks.nx = along(p.nx), blocks.ny = along(p.ny);
  if (blocks.side == 1) {
    blocks.own.assign(p.place.begin() + p.first, p.place.begin() + p.last);
    return blocks;
  }
  const auto column = [&](std::int32_t i) { return p.place[i] % p.nx / blocks.side; };
  const auto row = [&](std::int32_t i) { return p.place[i] / p.nx / blocks.side; };
  // Cells come in the order of their places: one row of blocks after the other.
  for (std::int32_t begin = p.first, end = begin; begin < p.last; begin = end) {
    constexpr std::int32_t empty = -1, used = -2;
    std::vector<std::int32_t> at(blocks.nx, empty);
    for (; end < p.last && row(end) == row(begin); ++end)
      at[column(end)] = used;
    for (std::int64_t x = 0; x < blocks.nx; ++x)
      if (at[x] == used) {
        at[x] = static_cast<std::int32_t>(blocks.own.size());
        blocks.own.push_back(static_cast<std::int32_t>(x + blocks.nx * row(begin)));
      }
    for (std::int32_t i = begin; i < end; ++i)
      blocks.of.push_back(at[column(i)]);
  }
  return blocks;
}

/// The blocks of all ranks in the order of their places, each with its largest log mass, for the
/// first rank.
struct Landscape {
  std::int64_t nx = 0, ny = 0;
  bool wraps_x = false, wraps_y = false;
  std::vector<std::int32_t> place;  // of each block
  std::vector<std::int32_t> cell;   // the block of each place, −1 where there is none
  std::vector<double> height;       // log masses
  std::vector<std::int32_t> listed; // of several ranks: the blocks of their cells, rank after rank

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

Landscape landscape_of(const Level& level, Blocks& blocks) {
  const Pattern& p = *level.pattern;
  std::vector<double> own(blocks.own.size(), -std::numeric_limits<double>::infinity());
  for (std::int32_t i = p.first; i < p.last; ++i) {
    double& height = own[blocks.holding(i - p.first)];
    height = std::max(height, level.phi[i] + std::log(level.u[i]));
  }
  Landscape land;
  land.nx = blocks.nx;
  land.ny = blocks.ny;
  land.wraps_x = p.wraps_x;
  land.wraps_y = p.wraps_y;
  land.cell.assign(land.nx * land.ny, -1);
  if (!p.halo.spread()) {
    land.place = std::exchange(blocks.own, {});
    land.height = std::move(own);
    for (std::size_t k = 0; k < land.place.size(); ++k)
      land.cell[land.place[k]] = static_cast<std::int32_t>(k);
    return land;
  }
  const auto n = static_cast<std::int64_t>(own.size());
  const std::vector<std::int32_t> place = p.halo.to_first(blocks.own.data(), n);
  own = p.halo.to_first(own.data(), n);
  if (place.empty())
    land.cell = {};
  for (std::size_t k = 0; k < place.size(); ++k) { // two ranks may have cells of one block
    std::int32_t& cell = land.cell[place[k]];
    if (cell < 0) {
      cell = static_cast<std::int32_t>(land.place.size());
      land.place.push_back(place[k]);
      land.height.push_back(own[k]);
    }
    land.height[cell] = std::max(land.height[cell], own[k]);
    land.listed.push_back(cell);
  }
  return land;
}

/// Wells by falling height of their passes: blocks are flooded from the top down.
std::vector<Well> deep_wells(const Landscape& land) {
  const auto n = static_cast<std::int32_t>(land.height.size());
  std::vector<Well> wells;
  if (n == 0)
    return wells;
  std::vector<std::int32_t> order(n), parent(n, -1); // a tree's root is its highest block
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

/// 1 for the blocks above the pass that the well's peak is joined to.
std::vector<char> blocks_in(const Landscape& land, const Well& well) {
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

double well_imbalance(Level& level, std::int64_t most_blocks) {
  const Pattern& p = *level.pattern;
  p.halo.fill(level.u);
  double worst = level_imbalance(level);
  Blocks blocks = blocks_of(p, most_blocks);
  const Landscape land = landscape_of(level, blocks);
  const std::vector<Well> wells = deep_wells(land);
  // Known on the first rank only.
  const std::int64_t count = p.halo.sum(static_cast<std::int64_t>(wells.size()));
  for (std::int64_t w = 0; w < count; ++w) {
    const bool here = !wells.empty();
    std::vector<char> well = here ? blocks_in(land, wells[w]) : std::vector<char>{};
    if (p.halo.spread()) { // to the blocks that hold this rank's cells
      std::vector<char> all;
      for (const std::int32_t block : land.listed)
        all.push_back(well[block]);
      well.resize(blocks.own.size());
      p.halo.from_first(all, well.data(), static_cast<std::int64_t>(well.size()));
    }
    std::vector<char> inside(p.size(), 0);
    for (std::int32_t i = p.first; i < p.last; ++i)
      inside[i] = well[blocks.holding(i - p.first)];
    p.halo.fill(inside);
    const double pass = p.halo.of_largest(here ? 1 : 0, here ? wells[w].pass : 0.0);
    const double found = imbalance(level, inside, pass);
    worst = found <= worst ? worst : found; // NaN stays
  }
  return worst;
}

} // namespace escapade::multilevel
