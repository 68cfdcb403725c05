#include "solve/gth/product.hpp"

#include <algorithm>
#include <cstring>
#include <vector>

namespace escapade::gth {

namespace {

using Size = std::int64_t;

#ifdef __AVX__
constexpr Size lanes = 4;
#else
constexpr Size lanes = 2;
#endif
using Vector [[gnu::vector_size(lanes * sizeof(double))]] = double;

// A tile of C stays in 12 registers of 16, two more hold A's entries and one B's. What is packed of
// A at a time takes 192 KiB, of B a multiple of 12 KiB. Gflop/s of one core of an AMD EPYC (Zen 4)
// on products of 40² × 32, 300 × 256 × 100, 1000 × 256 × 500, best of six on a busy machine:
//   this, AVX2 without fused products       36  44  42
//   Eigen 3.4, AVX-512 with fused products  36  36  35
constexpr Size high = 2 * lanes, wide = 6, deep = 256, tall = 96;

/// Entries of B, `wide` columns side by side, zero beyond the last.
void pack_columns(bool transposed, Size columns, Size depth, Panel b, double* to) {
  for (Size j0 = 0; j0 < columns; j0 += wide) {
    const Size w = std::min(wide, columns - j0);
    for (Size k = 0; k < depth; ++k, to += wide)
      for (Size j = 0; j < wide; ++j)
        to[j] = j >= w       ? 0.0
                : transposed ? b.data[j0 + j + k * b.stride]
                             : b.data[k + (j0 + j) * b.stride];
  }
}

/// Entries of A, `high` rows at a time, zero beyond the last.
void pack_rows(Size rows, Size depth, Panel a, double* to) {
  for (Size i = 0; i < rows; i += high) {
    const Size h = std::min(high, rows - i);
    for (Size k = 0; k < depth; ++k, to += high) {
      const double* from = a.data + i + k * a.stride;
      if (h == high)
        std::memcpy(to, from, high * sizeof(double));
      else
        for (Size r = 0; r < high; ++r)
          to[r] = r < h ? from[r] : 0.0;
    }
  }
}

/// A tile of the product of what is packed.
void multiply(Size depth, const double* a, const double* b, double* tile) {
  Vector sum[wide][2] = {};
  for (Size k = 0; k < depth; ++k, a += high, b += wide) {
    Vector upper, lower;
    std::memcpy(&upper, a, sizeof(Vector));
    std::memcpy(&lower, a + lanes, sizeof(Vector));
#pragma GCC unroll 6
    for (Size j = 0; j < wide; ++j) {
      const Vector factor = b[j] - Vector{}; // all lanes; minus zero changes nothing
      sum[j][0] += upper * factor;
      sum[j][1] += lower * factor;
    }
  }
#pragma GCC unroll 6
  for (Size j = 0; j < wide; ++j) {
    std::memcpy(tile + j * high, &sum[j][0], sizeof(Vector));
    std::memcpy(tile + j * high + lanes, &sum[j][1], sizeof(Vector));
  }
}

} // namespace

void add_packed_product(bool transposed, Size rows, Size columns, Size inner, Panel a, Panel b,
                        double* c, Size stride) {
  // kept from call to call: most products are small
  thread_local std::vector<double> packed_a, packed_b;
  const Size depth_at_most = std::min(inner, deep);
  packed_a.resize(static_cast<std::size_t>(tall * depth_at_most));
  packed_b.resize(static_cast<std::size_t>((columns + wide - 1) / wide * wide * depth_at_most));
  for (Size k = 0; k < inner; k += deep) {
    const Size depth = std::min(deep, inner - k);
    pack_columns(transposed, columns, depth, {b.data + (transposed ? k * b.stride : k), b.stride},
                 packed_b.data());
    for (Size i = 0; i < rows; i += tall) {
      const Size height = std::min(tall, rows - i);
      pack_rows(height, depth, {a.data + i + k * a.stride, a.stride}, packed_a.data());
      for (Size j = 0; j < columns; j += wide)
        for (Size r = 0; r < height; r += high) {
          double tile[wide * high];
          multiply(depth, packed_a.data() + r * depth, packed_b.data() + j * depth, tile);
          const Size h = std::min(high, height - r), w = std::min(wide, columns - j);
          for (Size v = 0; v < w; ++v) {
            double* to = c + i + r + (j + v) * stride;
            for (Size u = 0; u < h; ++u)
              to[u] += tile[v * high + u];
          }
        }
    }
  }
}

} // namespace escapade::gth
