#include "problem/tables/chebyshev.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>
#include <vector>

namespace escapade {

namespace {

constexpr double tolerance = 1e-8;
constexpr std::size_t block = 64; // points evaluated at once

/// Σ c_ij T_i(u) T_j(v) on a box, for several components.
struct Polynomial {
  double x0, x1, y0, y1;
  std::size_t components, nx, ny;
  std::vector<double> c; // component, j, i

  bool holds(double x, double y) const { return x >= x0 && x <= x1 && y >= y0 && y <= y1; }

  /// At m ≤ block points, with nx' × ny' degrees; component k to out[k·stride].
  void at(std::size_t m, const double* x, const double* y, std::size_t degrees_x,
          std::size_t degrees_y, double* out, std::size_t stride) const {
    thread_local std::vector<double> memory;
    memory.resize(block * (nx + ny + 1));
    double *tx = memory.data(), *ty = tx + block * nx, *row = ty + block * ny;
    double u[block] = {}, v[block] = {};
    for (std::size_t p = 0; p < m; ++p) {
      u[p] = (2 * x[p] - x0 - x1) / (x1 - x0);
      v[p] = (2 * y[p] - y0 - y1) / (y1 - y0);
    }
    fill(u, degrees_x, tx);
    fill(v, degrees_y, ty);
    for (std::size_t k = 0; k < components; ++k) {
      double sum[block] = {};
      for (std::size_t j = 0; j < degrees_y; ++j) {
        std::fill_n(row, block, 0.0);
        for (std::size_t i = 0; i < degrees_x; ++i) {
          const double weight = c[(k * ny + j) * nx + i];
#pragma omp simd
          for (std::size_t p = 0; p < block; ++p)
            row[p] += weight * tx[i * block + p];
        }
#pragma omp simd
        for (std::size_t p = 0; p < block; ++p)
          sum[p] += row[p] * ty[j * block + p];
      }
      std::copy_n(sum, m, out + k * stride);
    }
  }

private:
  /// T_0 … T_{n−1}.
  static void fill(const double* u, std::size_t n, double* t) {
    for (std::size_t p = 0; p < block; ++p) {
      t[p] = 1;
      if (n > 1)
        t[block + p] = u[p];
    }
    for (std::size_t k = 2; k < n; ++k)
      for (std::size_t p = 0; p < block; ++p)
        t[k * block + p] = 2 * u[p] * t[(k - 1) * block + p] - t[(k - 2) * block + p];
  }
};

/// T_i at the n Chebyshev points, [i][point], times what makes sums over the points coefficients.
std::vector<double> analysis(std::size_t n) {
  std::vector<double> t(n * n);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t m = 0; m < n; ++m)
      t[i * n + m] = std::cos(std::numbers::pi * static_cast<double>(i) *
                              (static_cast<double>(m) + 0.5) / static_cast<double>(n)) *
                     (i == 0 ? 1 : 2) / static_cast<double>(n);
  return t;
}

Polynomial interpolating(const Field& exact, std::size_t components, const Domain& box,
                         double margin, std::size_t n) {
  const double mx = margin * box.width(), my = margin * box.height();
  Polynomial p{box.x0 - mx, box.x1 + mx, box.y0 - my, box.y1 + my, components, n, n, {}};
  std::vector<double> x, y;
  const auto node = [n](std::size_t m, double low, double high) {
    const double u =
        std::cos(std::numbers::pi * (static_cast<double>(m) + 0.5) / static_cast<double>(n));
    return 0.5 * (low + high) + 0.5 * (high - low) * u;
  };
  for (std::size_t b = 0; b < n; ++b)
    for (std::size_t a = 0; a < n; ++a) {
      x.push_back(node(a, p.x0, p.x1));
      y.push_back(node(b, p.y0, p.y1));
    }
  std::vector<double> value(components * n * n), half(n * n);
  exact(n * n, x.data(), y.data(), value.data());
  const std::vector<double> t = analysis(n);
  p.c.assign(components * n * n, 0);
  for (std::size_t k = 0; k < components; ++k) {
    std::fill(half.begin(), half.end(), 0.0);
    for (std::size_t b = 0; b < n; ++b)
      for (std::size_t i = 0; i < n; ++i)
        for (std::size_t a = 0; a < n; ++a)
          half[b * n + i] += t[i * n + a] * value[(k * n + b) * n + a];
    for (std::size_t j = 0; j < n; ++j)
      for (std::size_t b = 0; b < n; ++b)
        for (std::size_t i = 0; i < n; ++i)
          p.c[(k * n + j) * n + i] += t[j * n + b] * half[b * n + i];
  }
  return p;
}

/// At points of no lattice; infinite where anything is not a number.
double error_of(const Polynomial& p, const Field& exact, const Domain& box) {
  constexpr std::size_t n = block;
  double x[n], y[n];
  for (std::size_t k = 0; k < n; ++k) { // an additive sequence of golden ratios
    const auto place = [k](double step) {
      const double s = 0.5 + step * static_cast<double>(k + 1);
      return s - std::floor(s);
    };
    x[k] = box.x0 + box.width() * place(0.7548776662466927);
    y[k] = box.y0 + box.height() * place(0.5698402909980532);
  }
  std::vector<double> here(p.components * n), there(p.components * n);
  exact(n, x, y, there.data());
  p.at(n, x, y, p.nx, p.ny, here.data(), n);
  double worst = 0;
  for (std::size_t k = 0; k < p.components; ++k) {
    double off = 0, size = 0;
    for (std::size_t q = k * n; q < (k + 1) * n; ++q) {
      off = std::isfinite(here[q] - there[q]) ? std::max(off, std::abs(here[q] - there[q]))
                                              : INFINITY;
      size = std::max(size, std::abs(there[q]));
    }
    if (off > 0)
      worst = std::max(worst, off / size);
  }
  return worst;
}

} // namespace

std::optional<ChebyshevField> chebyshev_field(const Field& exact, std::size_t components,
                                              const Domain& box,
                                              const std::shared_ptr<const bool>& coarser) {
  // The margin holds the far ends of edges across the rim, but may hold poles, too.
  for (const double margin : {0.05, 0.0})
    for (const std::size_t n : {24, 40, 64}) {
      Polynomial p = interpolating(exact, components, box, margin, n);
      const double error = error_of(p, exact, box);
      if (!std::isfinite(error))
        break;
      if (error > tolerance)
        continue;
      const auto field = [p = std::move(p), exact, coarser](std::size_t m, const double* x,
                                                            const double* y, double* out) {
        const std::size_t nx = *coarser ? p.nx - p.nx / 4 : p.nx,
                          ny = *coarser ? p.ny - p.ny / 4 : p.ny;
        std::vector<std::size_t> beyond;
        for (std::size_t first = 0; first < m; first += block) {
          const std::size_t count = std::min(block, m - first);
          p.at(count, x + first, y + first, nx, ny, out + first, m);
          for (std::size_t k = first; k < first + count; ++k)
            if (!p.holds(x[k], y[k]))
              beyond.push_back(k);
        }
        if (beyond.empty())
          return;
        std::vector<double> bx, by, value(p.components * beyond.size());
        for (std::size_t k : beyond)
          bx.push_back(x[k]), by.push_back(y[k]);
        exact(beyond.size(), bx.data(), by.data(), value.data());
        for (std::size_t c = 0; c < p.components; ++c)
          for (std::size_t q = 0; q < beyond.size(); ++q)
            out[c * m + beyond[q]] = value[c * beyond.size() + q];
      };
      return ChebyshevField{field, n, error};
    }
  return std::nullopt;
}

} // namespace escapade
