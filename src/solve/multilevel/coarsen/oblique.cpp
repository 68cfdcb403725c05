#include "solve/multilevel/coarsen/oblique.hpp"

#include "generator/rates/bernoulli.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace escapade::multilevel {

std::int32_t alike(const Pattern& fine, const Pattern& coarse, std::int32_t i, std::int32_t j) {
  const auto nx = static_cast<std::int32_t>(fine.nx), ny = static_cast<std::int32_t>(fine.ny);
  const std::int32_t a = fine.place[i], b = fine.place[j];
  const std::int32_t ax = a % nx, ay = a / nx;
  std::int32_t dx = b % nx - ax, dy = b / nx - ay;
  if (2 * std::abs(dx) > nx && fine.wraps_x)
    dx += dx > 0 ? -nx : nx;
  if (2 * std::abs(dy) > ny && fine.wraps_y)
    dy += dy > 0 ? -ny : ny;
  const std::int32_t X = ax / static_cast<std::int32_t>(fine.step_x) + dx;
  const std::int32_t Y = ay / static_cast<std::int32_t>(fine.step_y) + dy;
  const std::int32_t J = coarse.at(X, Y);
  return J == fine.block[i] ? -1 : J;
}

std::int64_t find_edge(const Pattern& pattern, std::int32_t j, std::int32_t i) {
  for (std::int64_t e = pattern.row_start[i]; e < pattern.row_start[i + 1]; ++e)
    if (pattern.from(i, e) == j)
      return e;
  return -1;
}

void keep_mutual(const Pattern& p, std::vector<std::int32_t>& row_start,
                 std::vector<std::int32_t>& from) {
  const auto& borders = p.halo.borders;
  using Pair = std::array<std::int32_t, 2>; // an edge's cells, counted in what the ranks swap
  std::vector<std::vector<Pair>> edges(borders.size());
  for (std::size_t k = 0; k < borders.size(); ++k)
    for (std::int32_t i = p.first; i < p.last; ++i)
      for (std::int32_t e = row_start[i]; e < row_start[i + 1]; ++e)
        if (from[e] >= borders[k].halo_begin && from[e] < borders[k].halo_end)
          edges[k].push_back({from[e] - borders[k].halo_begin, i - borders[k].send_begin});
  auto back = p.halo.swapped(edges);
  for (std::vector<Pair>& list : back)
    std::sort(list.begin(), list.end());
  const auto mutual = [&](std::int32_t i, std::int32_t j) {
    if (p.owns(j))
      return std::binary_search(from.begin() + row_start[j], from.begin() + row_start[j + 1], i);
    for (std::size_t k = 0; k < borders.size(); ++k)
      if (const Border& b = borders[k]; j >= b.halo_begin && j < b.halo_end)
        return std::binary_search(back[k].begin(), back[k].end(),
                                  Pair{i - b.send_begin, j - b.halo_begin});
    return false;
  };
  std::vector<std::int32_t> start{0}, kept;
  kept.reserve(from.size());
  for (std::int32_t i = 0; i + 1 < static_cast<std::int32_t>(row_start.size()); ++i) {
    for (std::int32_t e = row_start[i]; e < row_start[i + 1]; ++e)
      if (mutual(i, from[e]))
        kept.push_back(from[e]);
    start.push_back(static_cast<std::int32_t>(kept.size()));
  }
  row_start = std::move(start);
  from = std::move(kept);
}

namespace {

// Of the exchange between blocks, what is kept where no edge of that offset leads; corners may have
// nothing else. Small enough to add no noise that is felt, large enough to cut no block off: a
// choice.
constexpr double weakest = 1e-6;

} // namespace

void lengthen(double& v, double& w, double lift, double c) {
  if (!(v > 0 && w > 0)) { // the whole flux is net
    v += c;
    w += c / lift;
    return;
  }
  const double g = std::log(v / w / lift), found = v / bernoulli(-g);
  // Never all of a large net flux one way only: masses far off would cut cells off.
  const double kept = std::max(c, found * std::clamp(std::abs(g), weakest, 0.5));
  const double work = g * (found / kept);
  v = kept * bernoulli(-work);
  w = kept / lift * bernoulli(work);
}

std::vector<double> rough_oblique_rates(const Pattern& fine, const Pattern& coarse,
                                        const std::vector<double>& incoming) {
  std::vector<double> along(coarse.edges(), 0.0), across(coarse.edges(), 0.0);
  const auto cells = static_cast<double>(fine.step_x * fine.step_y); // equally likely in a block
  for (std::int32_t i = fine.first; i < fine.last; ++i)
    for (std::int64_t e = fine.row_start[i]; e < fine.row_start[i + 1]; ++e) {
      const std::int32_t j = fine.from(i, e), I = fine.block[i], J = fine.block[j];
      if (J != I)
        across[edge(coarse, J, I)] += incoming[e] / cells;
      if (const std::int32_t K = alike(fine, coarse, i, j); K >= 0)
        if (const std::int64_t to = find_edge(coarse, K, I); to >= 0)
          along[to] += incoming[e] / cells;
    }
  const auto along_back = coarse.halo.opposite(along), across_back = coarse.halo.opposite(across);
  // use(I, J, e, along and across the other way) of every edge e from J into I.
  const auto each_edge = [&](auto use) {
    for (std::int32_t I = coarse.first; I < coarse.last; ++I)
      for (std::int64_t e = coarse.row_start[I]; e < coarse.row_start[I + 1]; ++e)
        if (const std::int32_t J = coarse.from(I, e); coarse.owns(J)) {
          const std::int64_t back = edge(coarse, I, J);
          use(I, J, e, along[back], across[back]);
        }
    for (std::size_t b = 0; b < along_back.size(); ++b)
      for (std::size_t k = 0; k < along_back[b].size(); ++k) {
        const auto [J, I, e] = coarse.halo.borders[b].edges[k];
        use(I, J, e, along_back[b][k], across_back[b][k]);
      }
  };
  std::vector<char> bare(coarse.size(), 1);
  each_edge([&](std::int32_t I, std::int32_t, std::int64_t e, double back, double) {
    if (along[e] > 0 && back > 0)
      bare[I] = 0;
  });
  coarse.halo.fill(bare);
  std::vector<double> rates(coarse.edges());
  const auto longer = [](double rate, double back) {
    return rate > 0 ? rate / (1 + back / rate) : 0.0;
  };
  each_edge(
      [&](std::int32_t I, std::int32_t J, std::int64_t e, double along_too, double across_too) {
        rates[e] =
            bare[I] || bare[J] ? longer(across[e], across_too) : 0.5 * longer(along[e], along_too);
      });
  return rates;
}

} // namespace escapade::multilevel
