// Numbers that ranks hold together: sums, maxima and order statistics that are bitwise the same
// however the numbers are spread over ranks and in whatever order they are added.
//
// Counts are added as they are. A sum Σ t_i of real terms is one of integers: with 2^e > max|t_i|,
// each t_i becomes the whole number of units 2^(e−62) in it, and these are added without rounding
// (Demmel and Nguyen, doi:10.1109/TC.2014.2345391, add so too). Error: below n units for n terms.
#pragma once

#include <mpi.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace escapade {

/// Who holds the numbers. What takes one is collective over its ranks, unless it is this process.
class Ranks {
public:
  Ranks() = default; // this process alone: nothing is sent, MPI need not have begun
  explicit Ranks(MPI_Comm comm) : comm_(comm), alone_(false) {}

  /// Adds entry by entry over the ranks, in place.
  void add(std::span<std::int64_t> counts) const;
  std::int64_t sum(std::int64_t count) const;
  double greatest(double value) const;
  /// All ranks' values, on every rank.
  std::vector<double> joined(const std::vector<double>& mine) const;

private:
  MPI_Comm comm_ = MPI_COMM_NULL;
  bool alone_ = true;
};

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
  most = ranks.greatest(most);
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
