// Counter-based random numbers: Philox4x32-10 (Salmon, Moraes, Dror, Shaw 2011,
// doi:10.1145/2063384.2063405), word for word the stream of the Random123 library.
//
// The key is the seed; the counter is (path, step, stream), so what a path draws depends on the
// seed and its own number alone: results are the same for any number of ranks, threads or batches.
// Counter words: c0 = low word of step, c1 = high 24 bits of step | stream << 24, c2, c3 = path.
// Key words: k0, k1 = low and high word of the seed.
//
// A single draw takes one block of four words w0..w3:
//   radius uniform  a = ((w0 | w1 << 32) >> 12 + ½) 2⁻⁵²,   angle uniform c = (w2 + ½) 2⁻³²,
//   normals  z1 = √(−2 ln a) cos 2πc,  z2 = √(−2 ln a) sin 2πc   (Box and Muller 1958),
//   uniform  u = (w3 + ½) 2⁻³².
//
// Paths in lanes, which need most numbers, take one block for two steps: the counter holds step/2,
// (w0, w1) serve the even step and (w2, w3) the odd one, (v, w) below:
//   a = (v + ½) 2⁻³²,   c = (w >> 8 + ½) 2⁻²⁴,   coarse = w mod 256,
// normals as above, computed and kept in single precision: rounded to 24 bits, |z| ≤ 6.76, which is
// exceeded once in 7·10¹⁰ draws. A step's law is an approximation far coarser than that. The 8 bits
// that are left begin the uniform number u = (coarse + rest)/256 of the Brownian bridge, the rest
// of which is only drawn where it can matter: see `reach`.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace escapade {

using PhiloxCounter = std::array<std::uint32_t, 4>;
using PhiloxKey = std::array<std::uint32_t, 2>;

/// The ten-round bijection itself.
PhiloxCounter philox(PhiloxCounter counter, PhiloxKey key);

/// Counter and key as laid out above; step < 2⁵⁶.
PhiloxCounter philox_counter(std::uint64_t path, std::uint64_t step, std::uint32_t stream);
PhiloxKey philox_key(std::uint64_t seed);

/// Two independent standard normals and a uniform in (0, 1).
struct Draw {
  double z1, z2, u;
};

/// The draw of one (path, step, stream).
Draw draw(std::uint64_t seed, std::uint64_t path, std::uint64_t step, std::uint32_t stream);

/// The words v, w of one step of a path in lanes.
struct LaneWords {
  std::uint32_t v, w;
  std::uint32_t coarse() const { return w & 0xff; }
};
LaneWords lane_words(std::uint64_t seed, std::uint64_t path, std::uint64_t step,
                     std::uint32_t stream);

/// Where the draws of a step go, n each. reach ≥ −ln(coarse/256), by less than ln 2 where it is not
/// the largest, 29: an event of probability p can only have happened where −ln p ≤ reach.
struct StepDraws {
  float *z1, *z2, *reach;
};

/// Lanes are drawn in blocks of this many, so that no result depends on a vector's tail.
inline constexpr std::size_t lane_block = 64;

/// The draws of n lanes, n a multiple of lane_block: lane i belongs to path[i] and draws for the
/// steps step[i] (even) and step[i] + 1. Agrees with the formulas above to single
/// precision.
void draw_lanes(std::uint64_t seed, std::uint32_t stream, std::size_t n, const std::uint64_t* path,
                const std::uint64_t* step, const StepDraws& even, const StepDraws& odd);

} // namespace escapade
