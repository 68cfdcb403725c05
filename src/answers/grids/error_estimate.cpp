#include "answers/grids/error_estimate.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <initializer_list>

namespace escapade {

namespace {

using Values = std::span<const long double>;
using Ratios = std::span<const double>;

// Measured on 1500 numbers with exact answers (benchmarks/coverage): docs/explanation/errors.md.
constexpr double safety = 1.5;
constexpr double least_order = 0.25, most_order = 2;

/// (r₂^q − 1)/(r₁^q − 1), which grows with q.
long double ratio_of_differences(long double r1, long double r2, long double q) {
  return std::abs(q) < 1e-6L ? std::log(r2) / std::log(r1)
                             : (std::pow(r2, q) - 1) / (std::pow(r1, q) - 1);
}

/// The order that three grids show, kept between −4 and 8.
double observed_order(Values v, Ratios r) {
  const long double seen = (v[2] - v[0]) / (v[1] - v[0]), r1 = r[1] / r[0], r2 = r[2] / r[0];
  long double low = -4, high = 8;
  for (int halving = 0; halving < 50; ++halving) {
    const long double q = (low + high) / 2;
    (ratio_of_differences(r1, r2, q) < seen ? low : high) = q;
  }
  return static_cast<double>(low);
}

/// The largest error of the finest grid that order q gives by one of the coarser ones.
double error_of_order(Values v, Ratios r, double q, Expansion expansion) {
  const double most = expansion == Expansion::first_order ? 1 : most_order,
               order = std::clamp(q, least_order, most);
  long double error = 0;
  for (std::size_t i = 1; i < v.size(); ++i)
    error = std::max(error, std::abs(v[i] - v[0]) / (std::pow<long double>(r[i], order) - 1));
  return static_cast<double>(error);
}

/// The same where neighbouring grids differ by more than order q tells: their difference counts as
/// if it were that of grids of h and 2h.
double least_error(Values v, Ratios r, double q) {
  long double error = 0;
  for (std::size_t i = 1; i < v.size(); ++i)
    error = std::max(error,
                     std::abs(v[i] - v[0]) / (std::pow<long double>(std::max(r[i], 2.0), q) - 1));
  return static_cast<double>(error);
}

/// v at h = 0 of v_i = v + c a_i + e a_i², a_i = (r_i/r_0)^q, on the first three grids.
double eliminated(Values v, Ratios r, double q) {
  const long double a1 = std::pow<long double>(r[1] / r[0], q),
                    a2 = std::pow<long double>(r[2] / r[0], q);
  const long double p1 = (v[1] - v[0]) / (a1 - 1), p2 = (v[2] - v[0]) / (a2 - 1); // c + e (a_i + 1)
  const long double e = (p2 - p1) / (a2 - a1), c = p1 - e * (a1 + 1);
  return static_cast<double>(v[0] - c - e);
}
/// The same of v_i = v + c a_i on the first two.
double eliminated_once(Values v, Ratios r, double q) {
  return static_cast<double>(v[0] - (v[1] - v[0]) / (std::pow<long double>(r[1] / r[0], q) - 1));
}

/// What two triples of grids tell of the value at h = 0.
struct AtZero {
  double q = 2, deviation = 0;  // the order taken, and how far from it either triple is
  double first = 0, second = 0; // what the terms of order q and 2q change
  double apart = 0; // of the triples' values: six times the error where order 3q is left alone
};

/// The error of that value: docs/explanation/errors.md.
double error_at_zero(const AtZero& z, const ErrorContext& known) {
  const auto [q, deviation, first, second, apart] = z;
  if (q == 1 || known.expansion >= Expansion::irregular) // grids may agree on a wrong value
    return apart + std::min(0.35, 2 * deviation) * first;
  // The third term of a geometric series, by the terms before and by the size of the first.
  const double relative = known.scale > 0 ? first / known.scale : 0;
  const double third = (first > 0 ? second * second / first : 0) + first * relative * relative;
  switch (known.expansion) {
  case Expansion::even: // `apart` may be small by accident: the deviation cubed is a third term,
                        // too
    return std::max((second > 3 * apart ? 0.35 : 1) * apart, std::pow(deviation, 3) * first) +
           third;
  case Expansion::at_point:
    return std::max(0.7 * apart, 0.2 * deviation * first) + 10 * first * relative * relative +
           third;
  case Expansion::uneven:
  case Expansion::by_flow:
  case Expansion::cut:
  case Expansion::irregular:
  case Expansion::first_order:
  case Expansion::slow:
  case Expansion::scattered:
    break;
  }
  return std::max({1.3 * apart, 0.025 * first, 0.6 * deviation * first}) + third;
}

/// The value at h = 0 where both triples of neighbouring grids show order 2, or 1 where nothing
/// but the equations themselves makes it so: at the end of a slit (½ and 1) grids agree on an order
/// near 1 and on a wrong value.
void extrapolate(Values v, Ratios r, const ErrorContext& known, ErrorEstimate& out) {
  constexpr double clean = 0.2;
  for (const double q : {2.0, 1.0}) {
    double deviation = 0;
    for (const std::size_t i : {0, 1})
      deviation =
          std::max(deviation, std::abs(observed_order(v.subspan(i, 3), r.subspan(i, 3)) - q));
    if (deviation > clean || (q == 1 && known.expansion != Expansion::even))
      continue;
    const double value = eliminated(v, r, q), coarser = eliminated(v.subspan(1), r.subspan(1), q);
    out.extrapolated = value;
    const AtZero z{q, deviation, std::abs(value - static_cast<double>(v[0])),
                   std::abs(value - eliminated_once(v, r, q)), std::abs(value - coarser)};
    out.extrapolated_error = error_at_zero(z, known) + known.floor;
  }
}

/// v at h = 0 of v_i = v + Σ c_k r_i^p_k, as many grids as terms; and how much it makes of errors
/// of the v_i.
struct Limit {
  long double value, amplification;
};

Limit limit_of(Values v, Ratios r, std::initializer_list<int> powers) {
  const auto n = static_cast<Eigen::Index>(powers.size()) + 1;
  Eigen::Matrix<long double, Eigen::Dynamic, Eigen::Dynamic> terms(n, n);
  for (Eigen::Index i = 0; i < n; ++i) {
    terms(i, 0) = 1;
    for (Eigen::Index k = 1; k < n; ++k)
      terms(i, k) = std::pow<long double>(r[i], *(powers.begin() + k - 1));
  }
  Eigen::Matrix<long double, Eigen::Dynamic, 1> first(n);
  first.setZero();
  first(0) = 1;
  const Eigen::Matrix<long double, Eigen::Dynamic, 1> weight =
      terms.transpose().fullPivLu().solve(first);
  Limit limit{0, 0};
  for (Eigen::Index i = 0; i < n; ++i) // by differences, which are small
    limit.value += weight(i) * (v[i] - v[0]), limit.amplification += std::abs(weight(i));
  limit.value += v[0];
  return limit;
}

/// On a line the terms are known. Kept where it lies within the error there was, and has a smaller
/// one: how far three grids are from it, without the term of order 4.
void sharpen(Values v, Ratios r, double floor, ErrorEstimate& out) {
  const Limit all = limit_of(v, r, {2, 3, 4}), three = limit_of(v.first(3), r.first(3), {2, 3});
  const auto error = static_cast<double>(std::abs(all.value - three.value) +
                                         all.amplification * static_cast<long double>(floor));
  const auto value = static_cast<double>(all.value);
  if (!(std::abs(value - *out.extrapolated) <= *out.extrapolated_error) ||
      !(error < *out.extrapolated_error))
    return;
  out.extrapolated = value;
  out.extrapolated_error = error;
}

} // namespace

ErrorEstimate estimate_error(Values v, Ratios r, const ErrorContext& known) {
  const double floor = known.floor;
  ErrorEstimate out;
  if (v.size() < 2) {
    out.unknown = one_grid_only;
    return out;
  }
  long double spread = 0;
  for (long double value : v)
    spread = std::max(spread, std::abs(value - v[0]));
  // Differences at the level of rounding show no order; two grids may be near each other by
  // accident.
  if (v.size() == 2 || spread <= floor) {
    out.error = safety * error_of_order(v, r, v.size() == 2 ? 0.5 : 1, known.expansion) + floor;
    return out;
  }
  if (known.expansion == Expansion::scattered) {
    out.error = safety * least_error(v, r, 1) + floor;
    return out;
  }
  const Values three = v.first(3);
  const double q = observed_order(three, r.first(3));
  out.order = q;
  out.error = safety * error_of_order(three, r.first(3), q, known.expansion) + floor;
  if (v.size() > 3 && (q < 0.75 || q > 2.5)) { // the three disagree: the fourth is asked
    const double coarser = observed_order(v.subspan(1, 3), r.subspan(1, 3));
    // Faster than any power: the coarse grids tell nothing. No method of some order is that by
    // flow.
    if (std::min(q, coarser) > 6 && known.expansion != Expansion::by_flow)
      out.error = safety * error_of_order(v.first(2), r, most_order, known.expansion) + floor;
    else { // where the finest grids converge quickly, no less than order 1 is feared
      const double least = q > 2.5 ? std::max(coarser, 1.0) : std::min(q, coarser);
      const bool fast = std::min(q, coarser) > 2.5; // no order of the method's shows on any grid
      out.error = std::max(
          *out.error,
          safety * error_of_order(v, r, least, fast ? Expansion::even : known.expansion) + floor);
    }
  }
  if (known.expansion >= Expansion::cut) { // grids may agree by accident
    const double share = known.expansion == Expansion::first_order ? 0.3 : 0.1;
    out.error = std::max(*out.error, share * static_cast<double>(spread));
  }
  if (known.expansion == Expansion::slow) // fine grids may agree by accident at any order
    out.error = std::max(
        *out.error, (q > 2.5 ? least_error(v, r, 1) : safety * least_error(v, r, 0.5)) + floor);
  if (v.size() > 3 && known.limit != LimitKind::none)
    extrapolate(v, r, known, out);
  if (known.limit == LimitKind::on_line && v.size() > 3 && out.extrapolated)
    sharpen(v, r, floor, out);
  return out;
}

} // namespace escapade
