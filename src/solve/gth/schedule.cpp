#include "solve/gth/factors.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <queue>

namespace escapade::gth {

FrontRates front_rates(const Generator& generator, const FrontTree& tree) {
  FrontRates sorted;
  const auto n = static_cast<std::int32_t>(tree.cell.size());
  std::vector<std::int32_t> front_of(n), local(n);
  for (std::int64_t k = 0; k < tree.fronts(); ++k)
    std::fill(front_of.begin() + tree.first[k], front_of.begin() + tree.first[k + 1],
              static_cast<std::int32_t>(k));
  sorted.start.assign(tree.fronts() + 1, 0);
  const auto for_rates = [&](auto visit) {
    for (std::int32_t x = 0; x < n; ++x)
      for (std::int64_t e = generator.row_start[x]; e < generator.row_start[x + 1]; ++e) {
        const std::int32_t i = tree.position[x], j = tree.position[generator.column[e]];
        visit(front_of[std::min(i, j)], i, j, generator.rate[e]);
      }
  };
  double largest = 0;
  for_rates([&](std::int32_t k, std::int32_t, std::int32_t, double rate) {
    ++sorted.start[k + 1];
    largest = std::max(largest, rate);
  });
  std::partial_sum(sorted.start.begin(), sorted.start.end(), sorted.start.begin());
  sorted.rates.resize(sorted.start.back());
  std::vector<std::int64_t> next(sorted.start.begin(), sorted.start.end() - 1);
  for_rates([&](std::int32_t k, std::int32_t i, std::int32_t j, double rate) {
    sorted.rates[next[k]++] = {i, j, rate};
  });
  for (std::int64_t k = 0; k < tree.fronts(); ++k) { // positions become places in the front
    for (std::int64_t r = tree.row_start[k]; r < tree.row_start[k + 1]; ++r)
      local[tree.row[r]] = static_cast<std::int32_t>(r - tree.row_start[k]);
    for (std::int64_t e = sorted.start[k]; e < sorted.start[k + 1]; ++e) {
      sorted.rates[e].from = local[sorted.rates[e].from];
      sorted.rates[e].to = local[sorted.rates[e].to];
    }
  }
  sorted.killing.resize(n);
  for (std::int32_t k = 0; k < n; ++k) {
    sorted.killing[k] = generator.killing[tree.cell[k]];
    largest = std::max(largest, sorted.killing[k]);
  }
  sorted.exponent = largest > 0 ? std::ilogb(largest) : 0;
  return sorted;
}

Schedule schedule(const FrontTree& tree, int threads) {
  const std::int64_t fronts = tree.fronts();
  if (threads == 1)
    return {{{0, fronts}}, {}};
  std::vector<double> work(fronts);
  std::vector<std::int64_t> begin(fronts);
  std::vector<std::vector<std::int64_t>> children(fronts);
  std::iota(begin.begin(), begin.end(), 0);
  using Item = std::pair<double, std::int64_t>;
  std::priority_queue<Item> largest_first;
  double total = 0;
  for (std::int64_t k = 0; k < fronts; ++k) {
    const auto rows = static_cast<double>(tree.rows(k));
    work[k] += front_flops(tree, k) + 20 * rows * rows; // arithmetic and moving the entries
    if (const std::int32_t up = tree.parent[k]; up >= 0) {
      work[up] += work[k];
      begin[up] = std::min(begin[up], begin[k]);
      children[up].push_back(k);
    } else {
      largest_first.emplace(work[k], k);
      total += work[k];
    }
  }
  // Open the largest subtree until all are small enough to be shared out evenly.
  Schedule result;
  while (!largest_first.empty() && largest_first.top().first > total / (4.0 * threads)) {
    const std::int64_t k = largest_first.top().second;
    largest_first.pop();
    result.top.push_back(k);
    for (const std::int64_t c : children[k])
      largest_first.emplace(work[c], c);
  }
  std::sort(result.top.begin(), result.top.end());
  for (; !largest_first.empty(); largest_first.pop()) {
    const std::int64_t k = largest_first.top().second;
    result.subtrees.push_back({begin[k], k + 1});
  }
  return result;
}

EntryCount entries(const FrontTree& tree, const Schedule& schedule, int threads) {
  EntryCount count;
  std::vector<std::int64_t> held(tree.fronts(), 0); // by contributions waiting for front k
  std::int64_t now = 0, peak = 0;
  const auto pass = [&](std::int64_t k) {
    const std::int64_t r = tree.rest(k), own = r * (r + 1);
    count.factors += tree.pivots(k) * (tree.rows(k) + r);
    peak = std::max(peak, now + own);
    now += own - held[k];
    if (tree.parent[k] >= 0)
      held[tree.parent[k]] += own;
  };
  std::vector<std::int64_t> extra; // of each subtree's peak over what it leaves
  std::int64_t left = 0;
  for (const Schedule::Range& subtree : schedule.subtrees) {
    now = peak = 0;
    for (std::int64_t k = subtree.begin; k < subtree.end; ++k)
      pass(k);
    extra.push_back(peak - now);
    left += now;
  }
  std::sort(extra.rbegin(), extra.rend());
  extra.resize(std::min<std::size_t>(extra.size(), threads));
  now = left;
  peak = std::accumulate(extra.begin(), extra.end(), left);
  for (const std::int64_t k : schedule.top)
    pass(k);
  count.peak = count.factors + peak;
  return count;
}

} // namespace escapade::gth
