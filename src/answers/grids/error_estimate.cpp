#include "answers/grids/grid_sequence.hpp"

#include <algorithm>
#include <cmath>

namespace escapade {

ErrorEstimate estimate_error(std::span<const long double> v, std::span<const double> ratios,
                             double order) {
  ErrorEstimate out;
  long double error = 0;
  for (std::size_t i = 1; i < v.size(); ++i) {
    const long double factor = std::pow(static_cast<long double>(ratios[i]), order) - 1;
    error = std::max(error, std::abs(v[i] - v[0]) / factor);
  }
  out.error = static_cast<double>(error);
  if (v.size() < 3)
    return out;
  const long double d1 = v[1] - v[0], d2 = v[2] - v[0];
  // Differences at the level of rounding show no order.
  if (std::abs(d1) <= 1e-13L * std::abs(v[0]) || std::abs(d2) <= 1e-13L * std::abs(v[0]))
    return out;
  const long double a1 = std::pow(static_cast<long double>(ratios[1]), order);
  const long double a2 = std::pow(static_cast<long double>(ratios[2]), order);
  // d2/d1 over what the expected order gives: below what half an order less gives, the data is
  // nearer to the next lower order (which for ratios 1.5 and 2 lies at 0.83 of the second).
  const auto gives = [&](long double q) {
    return (std::pow(static_cast<long double>(ratios[2]), q) - 1) /
           (std::pow(static_cast<long double>(ratios[1]), q) - 1);
  };
  const long double seen = d2 / d1;
  if (seen < gives(order - 0.5L) || seen > 1.35L * gives(order))
    return out;
  // v_i = v + c a_i + e a_i² with a_0 = 1: solve the three equations for v.
  const long double p1 = d1 / (a1 - 1), p2 = d2 / (a2 - 1); // c + e (a_i + 1)
  const long double e = (p2 - p1) / (a2 - a1), c = p1 - e * (a1 + 1);
  out.extrapolated = static_cast<double>(v[0] - c - e);
  return out;
}

} // namespace escapade
