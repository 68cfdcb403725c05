// Dense kernels of the elimination of one front, for any number type. Matrices are column-major
// with a leading dimension. Everything is a sum of products of non-negative numbers.
#pragma once

#include "solve/gth/product.hpp"

#include <algorithm>
#include <cfenv>
#include <cstdint>
#include <type_traits>
#include <vector>

namespace escapade::gth {

using Size = std::int64_t;

template<class F>
struct Block {
  F* data;
  Size stride;
  F& operator()(Size i, Size j) const { return data[i + j * stride]; }
  F* column(Size j) const { return data + j * stride; }
  Block at(Size i, Size j) const { return {data + i + j * stride, stride}; }
};

template<class F>
void add_multiple(Size n, F factor, const F* x, F* y) {
  for (Size i = 0; i < n; ++i)
    y[i] += factor * x[i];
}

/// C += A B (or A Bᵀ), C of rows × columns, column by column.
template<bool transposed, class F>
void add_product_by_columns(Size rows, Size columns, Size inner, Block<F> a, Block<F> b,
                            Block<F> c) {
  // Rows of A that stay in the cache: with the 32 columns of a leaf 64 KiB of 16-byte numbers.
  // Fewer pass over B more often. A choice
  // (measured at leaf_columns).
  constexpr Size tile = 128;
  for (Size i = 0; i < rows; i += tile)
    for (Size j = 0; j < columns; ++j)
      for (Size k = 0; k < inner; ++k)
        add_multiple(std::min(tile, rows - i), transposed ? b(j, k) : b(k, j), &a(i, k), &c(i, j));
}

/// C += A B (or A Bᵀ), C of rows × columns.
template<bool transposed, class F>
void add_product(Size rows, Size columns, Size inner, Block<F> a, Block<F> b, Block<F> c) {
  if constexpr (std::is_same_v<F, double>) {
    constexpr Size tiny = 24; // of fewer rows, columns and products in all, packing costs more
    if (rows > 1 && columns > 1 && rows + columns + inner > tiny) {
      add_packed_product(transposed, rows, columns, inner, {a.data, a.stride}, {b.data, b.stride},
                         c.data, c.stride);
      return;
    }
  }
  add_product_by_columns<transposed>(rows, columns, inner, a, b, c);
}

/// Triangles of more columns are cut in two, which turns most of their work into products of
/// matrices; of fewer, products are too narrow to gain anything. User seconds of fp-exit -potential
/// "(x^2-1)^2/4 + y^2/2" -temperature 0.1 -domain -2,2,-2,2 -cells 256,256 -start -1,0 -exit "x >
/// 0.5" -solver gth -error_estimate false, two runs on a busy machine, with -precision double and
/// extended:
///   leaf_columns 16   0.26 0.26   0.55 0.59      tile 64    0.23 0.30   0.49 0.49
///   32                0.25 0.25   0.51 0.59      128        0.25 0.25   0.51 0.59
///   64                0.25 0.26   0.51 0.46      256        0.26 0.30   0.61 0.54
/// No difference beyond the noise: a choice.
constexpr Size leaf_columns = 32;

/// About half of more than leaf_columns columns, a multiple of leaf_columns.
inline Size halved(Size columns) {
  return (columns / 2 + leaf_columns - 1) / leaf_columns * leaf_columns;
}

/// Y ← Y (1 − P)⁻¹, P strictly upper: y_v += Σ_{u<v} y_u P_uv.
template<class F>
void finish_rates(Size rows, Size columns, Block<F> p, Block<F> y) {
  if (columns <= leaf_columns) {
    for (Size v = 1; v < columns; ++v)
      for (Size u = 0; u < v; ++u)
        add_multiple(rows, p(u, v), y.column(u), y.column(v));
    return;
  }
  const Size half = halved(columns);
  finish_rates(rows, half, p, y);
  add_product<false>(rows, columns - half, half, y, p.at(0, half), y.at(0, half));
  finish_rates(rows, columns - half, p.at(half, half), y.at(0, half));
}

/// Z ← Z (D − L)⁻ᵀ, L strictly lower: z_v = (z_v + Σ_{u<v} z_u L_vu) / d_v; zero where d_v = 0.
template<class F>
void finish_probabilities(Size rows, Size columns, Block<F> l, const F* d, Block<F> z) {
  if (columns <= leaf_columns) {
    for (Size v = 0; v < columns; ++v) {
      for (Size u = 0; u < v; ++u)
        add_multiple(rows, l(v, u), z.column(u), z.column(v));
      if (d[v] > F(0))
        for (Size i = 0; i < rows; ++i)
          z(i, v) /= d[v];
    }
    return;
  }
  const Size half = halved(columns);
  finish_probabilities(rows, half, l, d, z);
  add_product<true>(rows, columns - half, half, z, l.at(half, 0), z.at(0, half));
  finish_probabilities(rows, columns - half, l.at(half, half), d + half, z.at(0, half));
}

/// Runs body(begin, end) on stripes of [0, n) of a fixed width, so that results do not depend on
/// the number of threads. True if a number underflowed.
template<class Body>
bool striped(Size n, Size width, int threads, Body body) {
  const Size stripes = (n + width - 1) / width;
  bool underflow = false;
#pragma omp parallel for num_threads(threads) if (threads > 1 && stripes > 1) schedule(dynamic)    \
    reduction(||                                                                                   \
              : underflow)
  for (Size s = 0; s < stripes; ++s) {
    std::feclearexcept(FE_UNDERFLOW);
    body(s * width, std::min(n, (s + 1) * width));
    underflow = underflow || std::fetestexcept(FE_UNDERFLOW);
  }
  return underflow;
}

/// Eliminates the q ≤ leaf_columns pivots of a diagonal block. `beyond` holds each row's rates to
/// everything outside the block, the exit included; it comes back divided by d. A pivot without any
/// rate out (d = 0) becomes an exit for the rows that follow.
template<class F>
void eliminate_diagonal_block(Size q, Block<F> w, F* d, F* beyond) {
  for (Size v = 0; v < q; ++v) {
    F sum = beyond[v];
    for (Size j = v + 1; j < q; ++j)
      sum += w(v, j);
    d[v] = sum;
    if (!(sum > F(0))) {
      beyond[v] = F(1);
    } else {
      for (Size j = v + 1; j < q; ++j) {
        w(v, j) /= sum;
        add_multiple(q - v - 1, w(v, j), &w(v + 1, v), &w(v + 1, j));
      }
      beyond[v] /= sum;
    }
    add_multiple(q - v - 1, beyond[v], &w(v + 1, v), beyond + v + 1);
  }
}

/// z_v = (z_v + Σ_{u<v} L_vu z_u) / d_v for one vector; `at_exit` where d_v = 0.
template<class F>
void solve_pivots(Size q, Block<F> l, const F* d, F at_exit, F* z) {
  for (Size v = 0; v < q; ++v) {
    z[v] = d[v] > F(0) ? z[v] / d[v] : at_exit;
    add_multiple(q - v - 1, z[v], &l(v + 1, v), z + v + 1);
  }
}

/// Eliminates the p pivots of a front among themselves. In: W, the rates to the exit (`kill`) and
/// to everything but the pivots (`out`, the exit included). Out: rates w_iv below the diagonal,
/// probabilities w_vj/d_v above it, d, and `kill` and `out` divided by d.
template<class F>
bool eliminate_pivots(Size p, Block<F> w, F* d, F* kill, F* out, int threads) {
  bool underflow = false;
  std::vector<F> beyond(leaf_columns);
  for (Size c = 0; c < p; c += leaf_columns) {
    const Size q = std::min(leaf_columns, p - c), e = c + q, rest = p - e;
    std::copy_n(out + c, q, beyond.begin());
    for (Size j = e; j < p; ++j)
      for (Size v = 0; v < q; ++v)
        beyond[v] += w(c + v, j);
    eliminate_diagonal_block(q, w.at(c, c), d + c, beyond.data());
    solve_pivots(q, w.at(c, c), d + c, F(1), kill + c);
    solve_pivots(q, w.at(c, c), d + c, F(1), out + c);
    for (Size j = e; j < p; ++j)
      solve_pivots(q, w.at(c, c), d + c, F(0), &w(c, j));
    finish_rates(rest, q, w.at(c, c), w.at(e, c));
    for (Size v = c; v < e; ++v) {
      add_multiple(rest, kill[v], &w(e, v), kill + e);
      add_multiple(rest, out[v], &w(e, v), out + e);
    }
    if (rest > 0) {
      underflow = std::fetestexcept(FE_UNDERFLOW) || underflow;
      underflow = striped(rest, 256, threads,
                          [&](Size j0, Size j1) {
                            add_product<false>(rest, j1 - j0, q, w.at(e, c), w.at(c, j0 + e),
                                               w.at(e, j0 + e));
                          }) ||
                  underflow;
    }
  }
  return std::fetestexcept(FE_UNDERFLOW) || underflow;
}

/// A front: pivot columns (rates, m × p), the pivots' probabilities to the rest transposed (r × p),
/// and the rates among the rest (r × r); m = p + r. The three vectors have lengths p, m, p.
template<class F>
struct Front {
  Size pivots, rest;
  Block<F> rates, probabilities, contribution;
  F *d, *kill, *out;
};

/// Eliminates the pivots: contribution and the rest's rates to the exit (kill + p) become those of
/// the chain that is left. True if a number underflowed.
template<class F>
bool eliminate(const Front<F>& front, int threads) {
  std::feclearexcept(FE_UNDERFLOW);
  const Size p = front.pivots, r = front.rest;
  std::copy_n(front.kill, p, front.out);
  for (Size v = 0; v < p; ++v)
    for (Size j = 0; j < r; ++j)
      front.out[v] += front.probabilities(j, v); // rates until they are divided by d
  bool underflow = eliminate_pivots(p, front.rates, front.d, front.kill, front.out, threads);
  const auto watch = [&](Size n, auto body) {
    if (n > 0)
      underflow = striped(n, 256, threads, body) || underflow;
  };
  watch(r,
        [&](Size i, Size end) { finish_rates(end - i, p, front.rates, front.rates.at(p + i, 0)); });
  watch(r, [&](Size i, Size end) {
    finish_probabilities(end - i, p, front.rates, front.d, front.probabilities.at(i, 0));
  });
  watch(r, [&](Size j, Size end) {
    add_product<true>(r, end - j, p, front.rates.at(p, 0), front.probabilities.at(j, 0),
                      front.contribution.at(0, j));
  });
  std::feclearexcept(FE_UNDERFLOW);
  for (Size v = 0; v < p; ++v)
    add_multiple(r, front.kill[v], &front.rates(p, v), front.kill + p);
  return std::fetestexcept(FE_UNDERFLOW) || underflow;
}

} // namespace escapade::gth
