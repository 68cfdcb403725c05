// Estimates from samples of which the ranks hold a part each. Collective over them.
#pragma once

#include "escapade/paths/estimate.hpp"
#include "parallel/ranks.hpp"

namespace escapade {

Estimate mean_of(std::span<const double> samples, const Ranks& ranks);
Estimate deviation_of(std::span<const double> samples, const Ranks& ranks);

} // namespace escapade
