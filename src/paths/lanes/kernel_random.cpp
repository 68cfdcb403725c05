// Philox and Box–Muller in loops that vectorise. Logarithm, sine and cosine are written out: their
// arguments need no range reduction here (Cephes' single-precision polynomials, errors of some
// 1e-7).
#include "paths/lanes/random.hpp"

#include <bit>
#include <cmath>

namespace escapade {
namespace {

constexpr std::uint64_t low32 = 0xffffffff;

/// 32-bit words are kept in 64-bit lanes, where their products fit.
struct Words {
  std::uint64_t w0, w1, w2, w3;
};

inline Words philox_words(Words c, std::uint32_t k0, std::uint32_t k1) {
#pragma GCC unroll 10
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t p = 0xD2511F53u * (c.w0 & low32);
    const std::uint64_t q = 0xCD9E8D57u * (c.w2 & low32);
    c = {(q >> 32) ^ c.w1 ^ k0, q, (p >> 32) ^ c.w3 ^ k1, p}; // what overflows 32 bits is cut later
    k0 += 0x9E3779B9;
    k1 += 0xBB67AE85;
  }
  return c;
}

/// −2 ln((v + ½) 2⁻³²).
inline float minus_two_log(std::uint32_t v) {
  constexpr std::uint32_t root_half = 0x3f3504f3; // √½
  const auto a = std::bit_cast<std::uint32_t>(static_cast<float>(v) + 0.5f) - root_half;
  const auto k = static_cast<float>((static_cast<std::int32_t>(a) >> 23) - 32);
  const float f = std::bit_cast<float>((a & 0x007fffff) + root_half) - 1.0f; // in [√½, √2) − 1
  const float z = f * f;
  float r = 7.0376836292e-2f;
  r = r * f - 1.1514610310e-1f;
  r = r * f + 1.1676998740e-1f;
  r = r * f - 1.2420140846e-1f;
  r = r * f + 1.4249322787e-1f;
  r = r * f - 1.6668057665e-1f;
  r = r * f + 2.0000714765e-1f;
  r = r * f - 2.4999993993e-1f;
  r = r * f + 3.3333331174e-1f;
  return -2.0f * (k * 6.931471805599453e-1f + (f + (f * z * r - 0.5f * z)));
}

struct Circle {
  float cosine, sine;
};

/// cos and sin of 2π (w >> 8 + ½) 2⁻²⁴: the two leading bits choose the quarter, the other 22 the
/// angle t from its middle, |t| ≤ π/4; then a turn by π/4 and a swap with signs.
inline Circle on_circle(std::uint32_t w) {
  const auto steps = static_cast<std::int32_t>(w >> 8 & 0x3fffff) - 0x200000;
  const float t = (static_cast<float>(steps) + 0.5f) * 3.7450702829239286e-7f; // (π/2) 2⁻²²
  const float z = t * t;
  const float s = t + t * z * (-1.6666654611e-1f + z * (8.3321608736e-3f - z * 1.9515295891e-4f));
  const float c =
      1.0f - 0.5f * z +
      z * z * (4.166664568298827e-2f + z * (-1.388731625493765e-3f + z * 2.443315711809948e-5f));
  constexpr float half_root = 7.0710678118654752e-1f;
  const std::uint32_t cb = std::bit_cast<std::uint32_t>(half_root * (c - s)),
                      sb = std::bit_cast<std::uint32_t>(half_root * (c + s));
  const std::uint32_t odd = -(w >> 30 & 1), sign_s = w & 0x80000000,
                      sign_c = (w ^ w << 1) & 0x80000000;
  return {std::bit_cast<float>(((cb & ~odd) | (sb & odd)) ^ sign_c),
          std::bit_cast<float>(((sb & ~odd) | (cb & odd)) ^ sign_s)};
}

/// (135 − exponent) ln 2 of a number below 256 kept as float: at least −ln(coarse/256).
inline float reach_of(std::uint32_t coarse) {
  const auto bits = std::bit_cast<std::uint32_t>(static_cast<float>(coarse));
  const float reach = static_cast<float>(135 - static_cast<std::int32_t>(bits >> 23)) * 0.69314724f;
  return reach < 29.0f ? reach : 29.0f;
}

/// lane_block draws from their words.
inline void convert(const std::uint32_t* v, const std::uint32_t* w, const StepDraws& to,
                    std::size_t at) {
#pragma omp simd
  for (std::size_t j = 0; j < lane_block; ++j) {
    const float radius = std::sqrt(minus_two_log(v[j]));
    const Circle circle = on_circle(w[j]);
    to.z1[at + j] = radius * circle.cosine;
    to.z2[at + j] = radius * circle.sine;
    to.reach[at + j] = reach_of(w[j] & 0xff);
  }
}

} // namespace

void draw_lanes(std::uint64_t seed, std::uint32_t stream, std::size_t n, const std::uint64_t* path,
                const std::uint64_t* step, const StepDraws& even, const StepDraws& odd) {
  const auto k0 = static_cast<std::uint32_t>(seed), k1 = static_cast<std::uint32_t>(seed >> 32);
  const std::uint64_t stream_bits = std::uint64_t{stream} << 24;
  alignas(64) std::uint32_t words[4][lane_block];
  for (std::size_t block = 0; block < n; block += lane_block) {
#pragma omp simd
    for (std::size_t j = 0; j < lane_block; ++j) {
      const std::uint64_t pair = step[block + j] >> 1, p = path[block + j];
      const Words w =
          philox_words({pair & low32, pair >> 32 | stream_bits, p & low32, p >> 32}, k0, k1);
      words[0][j] = static_cast<std::uint32_t>(w.w0);
      words[1][j] = static_cast<std::uint32_t>(w.w1);
      words[2][j] = static_cast<std::uint32_t>(w.w2);
      words[3][j] = static_cast<std::uint32_t>(w.w3);
    }
    convert(words[0], words[1], even, block);
    convert(words[2], words[3], odd, block);
  }
}

} // namespace escapade
