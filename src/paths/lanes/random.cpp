#include "paths/lanes/random.hpp"

#include <cmath>
#include <numbers>

namespace escapade {

PhiloxCounter philox(PhiloxCounter c, PhiloxKey k) {
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t p = std::uint64_t{0xD2511F53} * c[0];
    const std::uint64_t q = std::uint64_t{0xCD9E8D57} * c[2];
    c = {static_cast<std::uint32_t>(q >> 32) ^ c[1] ^ k[0], static_cast<std::uint32_t>(q),
         static_cast<std::uint32_t>(p >> 32) ^ c[3] ^ k[1], static_cast<std::uint32_t>(p)};
    k[0] += 0x9E3779B9;
    k[1] += 0xBB67AE85;
  }
  return c;
}

PhiloxCounter philox_counter(std::uint64_t path, std::uint64_t step, std::uint32_t stream) {
  return {static_cast<std::uint32_t>(step), static_cast<std::uint32_t>(step >> 32) | stream << 24,
          static_cast<std::uint32_t>(path), static_cast<std::uint32_t>(path >> 32)};
}

PhiloxKey philox_key(std::uint64_t seed) {
  return {static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)};
}

Draw draw(std::uint64_t seed, std::uint64_t path, std::uint64_t step, std::uint32_t stream) {
  const auto w = philox(philox_counter(path, step, stream), philox_key(seed));
  const std::uint64_t bits = w[0] | std::uint64_t{w[1]} << 32;
  const double a = (static_cast<double>(bits >> 12) + 0.5) * 0x1p-52;
  const double angle = 2 * std::numbers::pi * (w[2] + 0.5) * 0x1p-32;
  const double radius = std::sqrt(-2 * std::log(a));
  return {radius * std::cos(angle), radius * std::sin(angle), (w[3] + 0.5) * 0x1p-32};
}

LaneWords lane_words(std::uint64_t seed, std::uint64_t path, std::uint64_t step,
                     std::uint32_t stream) {
  const auto words = philox(philox_counter(path, step / 2, stream), philox_key(seed));
  const std::size_t first = step % 2 * 2;
  return {words[first], words[first + 1]};
}

} // namespace escapade
