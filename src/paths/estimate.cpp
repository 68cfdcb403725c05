#include "escapade/paths/estimate.hpp"

#include <cmath>
#include <limits>

namespace escapade {

Estimate mean_of(std::span<const double> samples) {
  const auto n = static_cast<double>(samples.size());
  long double sum = 0;
  for (double s : samples)
    sum += s;
  const double mean = static_cast<double>(sum / n);
  long double squares = 0;
  for (double s : samples)
    squares += (s - mean) * (s - mean);
  const double error = n > 1 ? std::sqrt(static_cast<double>(squares) / (n - 1) / n)
                             : std::numeric_limits<double>::infinity();
  return {mean, error, static_cast<std::int64_t>(samples.size())};
}

Estimate deviation_of(std::span<const double> samples) {
  const auto n = static_cast<double>(samples.size());
  if (n < 2)
    return {0, std::numeric_limits<double>::infinity(), static_cast<std::int64_t>(samples.size())};
  const double mean = mean_of(samples).mean;
  long double squares = 0, fourths = 0;
  for (double s : samples) {
    const double d = (s - mean) * (s - mean);
    squares += d;
    fourths += static_cast<long double>(d) * d;
  }
  const double variance = static_cast<double>(squares) / (n - 1);
  const double fourth = static_cast<double>(fourths) / n;
  const double deviation = std::sqrt(variance);
  const double error =
      deviation > 0 ? std::sqrt(std::fmax(fourth - variance * variance, 0) / n) / (2 * deviation)
                    : 0;
  return {deviation, error, static_cast<std::int64_t>(samples.size())};
}

Estimate proportion(std::int64_t hits, std::int64_t samples) {
  const auto n = static_cast<double>(samples);
  const double p = static_cast<double>(hits) / n;
  return {p, std::sqrt(p * (1 - p) / n), samples};
}

} // namespace escapade
