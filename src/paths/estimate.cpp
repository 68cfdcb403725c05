#include "paths/estimate.hpp"

#include "parallel/sums.hpp"

#include <cmath>
#include <limits>

namespace escapade {

namespace {

/// s² of n samples on all ranks.
double variance_of(std::span<const double> samples, double mean, double n, const Ranks& ranks) {
  const double squares = sum_over(ranks, samples.size(), [&](std::size_t i) {
    return (samples[i] - mean) * (samples[i] - mean);
  });
  return squares / (n - 1);
}

} // namespace

Estimate mean_of(std::span<const double> samples, const Ranks& ranks) {
  const std::int64_t count = ranks.sum(static_cast<std::int64_t>(samples.size()));
  const auto n = static_cast<double>(count);
  const double mean =
      sum_over(ranks, samples.size(), [&](std::size_t i) { return samples[i]; }) / n;
  const double error = count > 1 ? std::sqrt(variance_of(samples, mean, n, ranks) / n)
                                 : std::numeric_limits<double>::infinity();
  return {mean, error, count};
}

Estimate deviation_of(std::span<const double> samples, const Ranks& ranks) {
  const Estimate centre = mean_of(samples, ranks);
  const auto n = static_cast<double>(centre.samples);
  if (centre.samples < 2)
    return {0, std::numeric_limits<double>::infinity(), centre.samples};
  const double variance = variance_of(samples, centre.mean, n, ranks);
  const double fourths = sum_over(ranks, samples.size(), [&](std::size_t i) {
    const double d = (samples[i] - centre.mean) * (samples[i] - centre.mean);
    return d * d;
  });
  const double fourth = fourths / n;
  const double deviation = std::sqrt(variance);
  // above 0, but for rounding, where samples differ: m₄ ≥ s⁴ (n − 1)²/n²
  const double of_variance = (fourth - variance * variance * (n - 3) / (n - 1)) / n;
  const double error = deviation > 0 ? std::sqrt(std::fmax(of_variance, 0)) / (2 * deviation) : 0;
  return {deviation, error, centre.samples};
}

Estimate mean_of(std::span<const double> samples) {
  return mean_of(samples, {});
}

Estimate deviation_of(std::span<const double> samples) {
  return deviation_of(samples, {});
}

Estimate proportion(std::int64_t hits, std::int64_t samples) {
  const auto n = static_cast<double>(samples);
  const double p = static_cast<double>(hits) / n;
  return {p, std::sqrt(p * (1 - p) / n), samples};
}

} // namespace escapade
