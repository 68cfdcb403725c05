// Counter-based random numbers: Philox4x32-10 (Salmon, Moraes, Dror, Shaw 2011,
// doi:10.1145/2063384.2063405), word for word the stream of the Random123 library.
//
// The key is the seed; the counter is (path, step, stream), so what a path draws depends on the
// seed and its own number alone: results are the same for any number of ranks, threads or batches.
// Counter words: c0 = low word of step, c1 = high 24 bits of step | stream << 24, c2, c3 = path.
// Key words: k0, k1 = low and high word of the seed.
//
// One block of four words w0..w3 serves one step of one path:
//   radius uniform  a = ((w0 | w1 << 32) >> 12 + ½) 2⁻⁵²,   angle uniform c = (w2 + ½) 2⁻³²,
//   normals  z1 = √(−2 ln a) cos 2πc,  z2 = √(−2 ln a) sin 2πc   (Box and Muller 1958),
//   uniform  u = (w3 + ½) 2⁻³², left over for the Brownian bridge.
// |z| ≤ 8.6, a resolution of the tail that 2⁵² draws do not exhaust.
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

/// The draw of one (path, step, stream); agrees with draw_lanes to a few units in the last place.
Draw draw(std::uint64_t seed, std::uint64_t path, std::uint64_t step, std::uint32_t stream);

/// Lanes are drawn in blocks of this many, so that no result depends on a vector's tail.
inline constexpr std::size_t lane_block = 64;

/// The draws of n lanes, n a multiple of lane_block: path[i], step[i] -> z1[i], z2[i], u[i].
void draw_lanes(std::uint64_t seed, std::uint32_t stream, std::size_t n, const std::uint64_t* path,
                const std::uint64_t* step, double* z1, double* z2, double* u);

} // namespace escapade
