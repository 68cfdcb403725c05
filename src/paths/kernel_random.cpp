// Philox and Box–Muller in loops that vectorise. Logarithm, sine and cosine are written out: their
// arguments need no range reduction here (fdlibm's minimax polynomials, errors below 1e-15).
#include "escapade/paths/random.hpp"

#include <bit>
#include <cmath>

namespace escapade {
namespace {

constexpr std::uint64_t low32 = 0xffffffff;

/// 32-bit words are kept in 64-bit lanes, beside the doubles that they become.
struct Words {
  std::uint64_t w0, w1, w2, w3;
};

inline Words philox_words(Words c, std::uint32_t k0, std::uint32_t k1) {
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t p = 0xD2511F53u * (c.w0 & low32);
    const std::uint64_t q = 0xCD9E8D57u * (c.w2 & low32);
    c = {(q >> 32) ^ c.w1 ^ k0, q & low32, (p >> 32) ^ c.w3 ^ k1, p & low32};
    k0 += 0x9E3779B9;
    k1 += 0xBB67AE85;
  }
  return c;
}

/// −2 ln a for a in (0, 1).
inline double minus_two_log(double a) {
  const std::uint64_t shifted =
      std::bit_cast<std::uint64_t>(a) + (0x3ff0000000000000 - 0x3fe6a09e00000000);
  const double k = std::bit_cast<double>(0x4330000000000000 | shifted >> 52) - (0x1p52 + 1023);
  const double m = std::bit_cast<double>((shifted & 0x000fffffffffffff) + 0x3fe6a09e00000000);
  const double f = m - 1, s = f / (2 + f), z = s * s, half = 0.5 * f * f;
  const double r =
      z * (6.666666666666735130e-01 +
           z * (3.999999999940941908e-01 +
                z * (2.857142874366239149e-01 +
                     z * (2.222219843214978396e-01 +
                          z * (1.818357216161805012e-01 +
                               z * (1.531383769920937332e-01 + z * 1.479819860511658591e-01))))));
  return -2 * (k * 6.931471805599453094e-01 + (f - (half - s * (half + r))));
}

struct Circle {
  double cosine, sine;
};

/// cos and sin of 2π (w + ½) 2⁻³²: the two leading bits choose the quarter, the rest is the angle t
/// from its middle, |t| ≤ π/4; then a turn by π/4 and a swap with signs.
inline Circle on_circle(std::uint64_t w) {
  // 2 (fraction + ½) is odd and an integer, so that the subtraction is exact however it is grouped
  const double twice = std::bit_cast<double>(0x4330000000000001 | (w & 0x3fffffff) << 1);
  const double t = (twice - (0x1p52 + 0x1p30)) * 7.314590396335798e-10; // (π/2) 2⁻³¹
  const double z = t * t;
  const double s =
      t + t * z *
              (-1.66666666666666324348e-01 +
               z * (8.33333333332248946124e-03 +
                    z * (-1.98412698298579493134e-04 +
                         z * (2.75573137070700676789e-06 + z * (-2.50507602534068634195e-08 +
                                                                z * 1.58969099521155010221e-10)))));
  const double c =
      1 - 0.5 * z +
      z * z *
          (4.16666666666666019037e-02 +
           z * (-1.38888888888741095749e-03 +
                z * (2.48015872894767294178e-05 +
                     z * (-2.75573143513906633035e-07 +
                          z * (2.08757232129817482790e-09 + z * -1.13596475577881948265e-11)))));
  const double half_root = 7.07106781186547524401e-01;
  const double c1 = half_root * (c - s), s1 = half_root * (c + s); // angle within the quarter
  const std::uint64_t odd = -(w >> 30 & 1), sign_c = ((w >> 31) ^ (w >> 30 & 1)) << 63,
                      sign_s = (w >> 31) << 63;
  const std::uint64_t cb = std::bit_cast<std::uint64_t>(c1), sb = std::bit_cast<std::uint64_t>(s1);
  return {std::bit_cast<double>(((cb & ~odd) | (sb & odd)) ^ sign_c),
          std::bit_cast<double>(((sb & ~odd) | (cb & odd)) ^ sign_s)};
}

} // namespace

void draw_lanes(std::uint64_t seed, std::uint32_t stream, std::size_t n, const std::uint64_t* path,
                const std::uint64_t* step, double* z1, double* z2, double* u) {
  const auto k0 = static_cast<std::uint32_t>(seed), k1 = static_cast<std::uint32_t>(seed >> 32);
  const std::uint64_t stream_bits = std::uint64_t{stream} << 24;
  for (std::size_t block = 0; block < n; block += lane_block) {
#pragma omp simd
    for (std::size_t j = 0; j < lane_block; ++j) {
      const std::size_t i = block + j;
      const Words w = philox_words(
          {step[i] & low32, step[i] >> 32 | stream_bits, path[i] & low32, path[i] >> 32}, k0, k1);
      const double a =
          std::bit_cast<double>(0x3ff0000000000000 | (w.w0 | w.w1 << 32) >> 12) - (1 - 0x1p-53);
      const double radius = std::sqrt(minus_two_log(a));
      const Circle circle = on_circle(w.w2);
      z1[i] = radius * circle.cosine;
      z2[i] = radius * circle.sine;
      u[i] = (std::bit_cast<double>(0x4330000000000000 | w.w3) - (0x1p52 - 0.5)) * 0x1p-32;
    }
  }
}

} // namespace escapade
