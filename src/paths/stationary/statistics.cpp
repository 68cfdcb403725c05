// Averages of many paths put together.
#include "escapade/error.hpp"
#include "paths/estimate.hpp"
#include "paths/stationary/stationary.hpp"

#include <algorithm>
#include <cmath>

namespace escapade {
namespace {

using Good = std::vector<const PathAverages*>; // paths that did not diverge

std::vector<Estimate> averages_of(const Good& good) {
  const std::size_t components = good.front()->value.size();
  std::vector<double> column(good.size());
  std::vector<Estimate> estimate;
  for (std::size_t c = 0; c < components; ++c) {
    for (std::size_t i = 0; i < good.size(); ++i)
      column[i] = good[i]->value[c];
    estimate.push_back(mean_of(column));
  }
  return estimate;
}

/// Pseudo-values of ⟨ab⟩ − ⟨a⟩⟨b⟩ with one path left out; `average` as from averages_of.
std::array<Estimate, 3> covariance_of(const Good& good, const std::vector<Estimate>& average) {
  const std::size_t first[3] = {0, 0, 1}, second[3] = {0, 1, 1};
  const auto n = static_cast<double>(good.size());
  std::vector<double> column(good.size());
  std::array<Estimate, 3> covariance;
  for (std::size_t k = 0; k < 3; ++k) {
    const double a = average[first[k]].mean, b = average[second[k]].mean;
    const double ab = average[2 + k].mean;
    for (std::size_t i = 0; i < good.size(); ++i) {
      const auto& v = good[i]->value;
      const double a_i = (n * a - v[first[k]]) / (n - 1), b_i = (n * b - v[second[k]]) / (n - 1);
      const double ab_i = (n * ab - v[2 + k]) / (n - 1);
      column[i] = n * (ab - a * b) - (n - 1) * (ab_i - a_i * b_i);
    }
    covariance[k] = mean_of(column);
    // Of paths that rest, rounding of the sums over their steps is all that is left.
    const double rounding = 1e-12 * (average[2].mean + average[4].mean);
    if (std::abs(ab - a * b) <= rounding)
      covariance[k].mean = 0,
      covariance[k].standard_error = std::max(covariance[k].standard_error, rounding);
  }
  return covariance;
}

std::vector<double> density_of(const std::vector<std::int64_t>& visits, const Domain& domain) {
  double total = 0;
  for (std::int64_t v : visits)
    total += static_cast<double>(v);
  const double cell = domain.width() * domain.height() / static_cast<double>(visits.size());
  std::vector<double> density;
  for (std::int64_t v : visits)
    density.push_back(static_cast<double>(v) / (total * cell));
  return density;
}

} // namespace

StationaryStatistics stationary_statistics(const StationarySample& sample, const Domain& domain) {
  StationaryStatistics s;
  Good good;
  for (const PathAverages& p : sample.paths) {
    s.wall_hits += p.wall_hits;
    if (p.diverged)
      ++s.diverged;
    else
      good.push_back(&p);
  }
  if (good.size() < 2)
    throw NotTrusted("fewer than two paths reached the end (" + std::to_string(s.diverged) +
                     " diverged): give more paths or a smaller step size");
  const std::vector<Estimate> average = averages_of(good);
  s.mean = {average[0], average[1]};
  s.mean[0].mean += 0.5 * (domain.x0 + domain.x1);
  s.mean[1].mean += 0.5 * (domain.y0 + domain.y1);
  const std::size_t flow = sample.blocks == 0 ? 0 : 1 + 3 * sample.blocks;
  const auto after_regions = average.end() - static_cast<std::ptrdiff_t>(flow);
  s.region_probability.assign(average.begin() + 5, after_regions);
  if (flow > 0)
    s.circulation = *after_regions;
  for (std::size_t b = 0; b < sample.blocks; ++b) {
    const auto at = after_regions + static_cast<std::ptrdiff_t>(1 + 3 * b);
    s.block_probability.push_back(at[0]);
    s.block_current.push_back({at[1], at[2]});
  }
  s.covariance = covariance_of(good, average);
  const auto effective = [&](const Estimate& variance, const Estimate& mean) {
    if (variance.mean == 0) // all rest: each path is a point
      return static_cast<double>(good.size());
    return variance.mean / (mean.standard_error * mean.standard_error);
  };
  s.effective_samples = effective(s.covariance[0], s.mean[0]);
  if (!domain.line)
    s.effective_samples = std::min(s.effective_samples, effective(s.covariance[2], s.mean[1]));
  if (s.diverged == 0 && !sample.visits.empty())
    s.density = density_of(sample.visits, domain);
  return s;
}

} // namespace escapade
