// A mean over independent samples with its standard error.
#pragma once

#include <cstdint>
#include <span>

namespace escapade {

struct Estimate {
  double mean = 0;
  double standard_error = 0; // standard deviation of `mean`
  std::int64_t samples = 0;
};

/// Mean of independent samples; standard error s/√n, infinite for fewer than two samples.
Estimate mean_of(std::span<const double> samples);

/// Standard deviation s of independent samples, with the standard error √(Var s²)/(2s), where
/// Var s² = (m₄ − s⁴ (n − 3)/(n − 1))/n for any distribution with a fourth moment m₄.
Estimate deviation_of(std::span<const double> samples);

/// A proportion: `hits` out of `samples`, standard error of the binomial distribution.
Estimate proportion(std::int64_t hits, std::int64_t samples);

} // namespace escapade
