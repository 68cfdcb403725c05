// The survival curve of simulated paths: S(t) = P(no exit by t).
//
// Kaplan and Meier (1958, doi:10.1080/01621459.1958.10501452): paths that reach their time limit
// are at risk until then and are not dropped,
//   S(t) = Π_{t_i ≤ t} (1 − d_i/n_i),
// d_i exits at time t_i, n_i paths still inside and watched just before it. Standard error by
// Greenwood's formula, S √(Σ d_i/(n_i (n_i − d_i))); 0 where S = 0 and where nothing has happened.
// A path that is censored at the instant of an exit counts as at risk there.
//
// Between two censorings, with n paths inside at the first and m at t, the product is m/n and
// Greenwood's sum 1/m − 1/n: exits need be counted between times only, not put in order.
#pragma once

#include "paths/exits/exits.hpp"

#include <span>
#include <vector>

namespace escapade {

/// At the given times, which ascend. Diverged paths take no part. Beyond the last path's censoring
/// nothing is known: times there are left out. The ranks hold a part of the records each; the
/// result is the same to the last bit for any parts. NotTrusted without any path.
Survival kaplan_meier(std::span<const ExitRecord> records, std::span<const double> times,
                      const Ranks& ranks = {});

/// At 0 and `count` equal steps to where one path in a hundred is left, or the last is censored.
Survival survival_curve(std::span<const ExitRecord> records, const Ranks& ranks = {},
                        std::size_t count = 100);

} // namespace escapade
