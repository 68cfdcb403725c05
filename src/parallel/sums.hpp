// Sums and order statistics of numbers that ranks hold together, bitwise the same however the
// numbers are spread over ranks and in whatever order they are added.
//
// Counts are added as they are. A sum Σ t_i of real terms is one of integers: with 2^e > max|t_i|,
// each t_i becomes the whole number of units 2^(e−62) in it, and these are added without rounding
// (Demmel and Nguyen, doi:10.1109/TC.2014.2345391, add so too). Error: below n units for n terms.
#pragma once

#include "parallel/ranks.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

namespace escapade {

/// A sum of terms |t| ≤ `most`, fewer than 2³² of them on a rank.
class WholeSum {
public:
  explicit WholeSum(double most);
  void add(double t) {
    const auto units = static_cast<std::int64_t>(t * to_units_[0] * to_units_[1]);
    high_ += units >> 31;
    low_ += units & 0x7fffffff;
  }
  double over(const Ranks& ranks) const;

private:
  int exponent_;                    // of a unit
  double to_units_[2];              // their product is one over a unit, which may be no double
  std::int64_t high_ = 0, low_ = 0; // the sum is high 2³¹ + low units
};

/// Σ_i term(i) over i < n on each of the ranks; NaN where a term is not finite.
template<class Term>
double sum_over(const Ranks& ranks, std::size_t n, const Term& term) {
  double most = 0;
  for (std::size_t i = 0; i < n; ++i)
    if (const double size = std::fabs(term(i)); !(size <= most))
      most = size < std::numeric_limits<double>::infinity()
                 ? size
                 : std::numeric_limits<double>::infinity();
  most = ranks.max(most);
  if (!std::isfinite(most))
    return std::numeric_limits<double>::quiet_NaN();
  WholeSum sum(most);
  for (std::size_t i = 0; i < n; ++i)
    sum.add(term(i));
  return sum.over(ranks);
}

/// The value that `k` of all others stand before in ascending order; values ≥ 0, k from 0 to below
/// their number.
double order_statistic(const Ranks& ranks, std::span<const double> values, std::int64_t k);

} // namespace escapade
