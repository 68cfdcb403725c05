#include "parallel/sums.hpp"

#include <bit>
#include <vector>

namespace escapade {

WholeSum::WholeSum(double most) {
  int above = 0; // most < 2^above
  std::frexp(most, &above);
  exponent_ = above - 62;
  const int half = -exponent_ / 2;
  to_units_[0] = std::ldexp(1.0, half);
  to_units_[1] = std::ldexp(1.0, -exponent_ - half);
}

double WholeSum::over(const Ranks& ranks) const {
  constexpr std::int64_t digit = 0x7fffffff;
  const std::int64_t high = high_ + (low_ >> 31);
  // digits of 31 bits, which 2³¹ ranks can add
  std::int64_t digits[3] = {low_ & digit, high & digit, high >> 31};
  ranks.add(digits);
  for (int k = 0; k < 2; ++k) {
    digits[k + 1] += digits[k] >> 31;
    digits[k] &= digit;
  }
  constexpr long double base = 2147483648.0L;
  const long double units =
      (static_cast<long double>(digits[2]) * base + static_cast<long double>(digits[1])) * base +
      static_cast<long double>(digits[0]);
  return static_cast<double>(std::ldexp(units, exponent_));
}

double order_statistic(const Ranks& ranks, std::span<const double> values, std::int64_t k) {
  // digit by digit from the highest: numbers ≥ 0 stand in the order of their bits
  constexpr int width = 11;
  constexpr std::uint64_t mask = (1u << width) - 1;
  std::vector<std::uint64_t> left;
  left.reserve(values.size());
  for (double v : values)
    left.push_back(std::bit_cast<std::uint64_t>(std::fabs(v)));
  std::uint64_t found = 0;
  for (int shift = 5 * width; shift >= 0; shift -= width) {
    std::vector<std::int64_t> count(mask + 1);
    for (std::uint64_t v : left)
      ++count[v >> shift & mask];
    ranks.add(count);
    std::uint64_t digit = 0;
    while (digit < mask && k >= count[digit])
      k -= count[digit++];
    found |= digit << shift;
    std::erase_if(left, [&](std::uint64_t v) { return (v >> shift & mask) != digit; });
  }
  return std::bit_cast<double>(found);
}

} // namespace escapade
