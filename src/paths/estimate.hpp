// Means over independent samples with their standard errors.
#pragma once

#include "escapade/paths/statistics.hpp"
#include "parallel/ranks.hpp"

#include <cstdint>
#include <span>

namespace escapade {

/// Mean of independent samples; standard error s/√n, infinite for fewer than two samples.
Estimate mean_of(std::span<const double> samples);

/// Standard deviation s of independent samples, with the standard error √(Var s²)/(2s), where
/// Var s² = (m₄ − s⁴ (n − 3)/(n − 1))/n for any distribution with a fourth moment m₄.
Estimate deviation_of(std::span<const double> samples);

/// A proportion: `hits` out of `samples`, standard error of the binomial distribution.
Estimate proportion(std::int64_t hits, std::int64_t samples);

// Of samples of which the ranks hold a part each; collective over them.
Estimate mean_of(std::span<const double> samples, const Ranks& ranks);
Estimate deviation_of(std::span<const double> samples, const Ranks& ranks);

} // namespace escapade
