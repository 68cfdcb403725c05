// A non-negative number m·2^e with a double m and an integer e: double's precision, no range
// limits. Only what elimination without subtraction needs.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numbers>

namespace escapade::gth {

class Wide {
public:
  Wide() = default;
  Wide(double x) {
    int e = 0;
    m_ = 2 * std::frexp(x, &e);
    e_ = x > 0 ? e - 1 : zero_exponent;
  }
  static Wide exp(long double x) {
    constexpr long double ln2 = std::numbers::ln2_v<long double>;
    if (x == -std::numeric_limits<long double>::infinity())
      return Wide(0.0);
    const long double e = std::floor(x / ln2);
    return normalised(static_cast<double>(std::exp(x - e * ln2)), static_cast<std::int64_t>(e));
  }
  long double log() const {
    if (m_ == 0)
      return -std::numeric_limits<long double>::infinity();
    return std::log(static_cast<long double>(m_)) +
           static_cast<long double>(e_) * std::numbers::ln2_v<long double>;
  }

  friend Wide operator+(Wide a, Wide b) {
    if (a.e_ < b.e_)
      return b + a;
    const std::int64_t shift = a.e_ - b.e_;
    if (shift > 100) // far below a rounding of the sum
      return a;
    return normalised(a.m_ + b.m_ * power_of_two(-shift), a.e_);
  }
  friend Wide operator*(Wide a, Wide b) {
    return a.m_ == 0 || b.m_ == 0 ? Wide(0.0) : normalised(a.m_ * b.m_, a.e_ + b.e_);
  }
  friend Wide operator/(Wide a, Wide b) {
    return a.m_ == 0 ? a : normalised(2 * (a.m_ / b.m_), a.e_ - b.e_ - 1);
  }
  Wide& operator+=(Wide b) { return *this = *this + b; }
  Wide& operator*=(Wide b) { return *this = *this * b; }
  Wide& operator/=(Wide b) { return *this = *this / b; }
  friend bool operator==(Wide a, Wide b) { return a.m_ == b.m_ && a.e_ == b.e_; }
  friend bool operator>(Wide a, Wide b) { return a.e_ > b.e_ || (a.e_ == b.e_ && a.m_ > b.m_); }

private:
  static constexpr std::int64_t zero_exponent = std::numeric_limits<std::int64_t>::min() / 2;

  /// 2^e for −1022 ≤ e ≤ 0.
  static double power_of_two(std::int64_t e) {
    return std::bit_cast<double>(static_cast<std::uint64_t>(e + 1023) << 52);
  }
  /// m in [1, 4), or 0 with the exponent of zero.
  static Wide normalised(double m, std::int64_t e) {
    const bool carry = m >= 2;
    Wide x;
    x.m_ = carry ? m / 2 : m;
    x.e_ = e + carry;
    return x;
  }

  double m_; // in [1, 2), or 0
  std::int64_t e_;
};

/// The same three functions for every number type of a solve.
template<class V>
V from_log(long double x) {
  if constexpr (std::is_same_v<V, Wide>)
    return Wide::exp(x);
  else
    return static_cast<V>(std::exp(x));
}
inline long double to_log(Wide x) {
  return x.log();
}
inline long double to_log(long double x) {
  return std::log(x);
}

} // namespace escapade::gth
