#include "problem/tables/chebyshev.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <exception>
#include <numbers>
#include <utility>
#include <vector>

namespace escapade {

namespace {

constexpr double tolerance = 1e-8;
constexpr std::size_t most_points = 64 * 64;
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

/// A field at m points, [component][point]. Each point costs a sum over many rows: threads share
/// the points, a few at a time.
std::vector<double> values_of(const Field& exact, std::size_t components,
                              const std::vector<double>& x, const std::vector<double>& y) {
  constexpr std::size_t few = 16;
  const std::size_t m = x.size();
  std::vector<double> value(components * m);
  std::exception_ptr failure;
#pragma omp parallel for schedule(dynamic, 1)
  for (std::size_t first = 0; first < m; first += few) {
    try {
      const std::size_t count = std::min(few, m - first);
      std::vector<double> here(components * count);
      exact(count, &x[first], &y[first], here.data());
      for (std::size_t k = 0; k < components; ++k)
        std::copy_n(&here[k * count], count, &value[k * m + first]);
    } catch (...) {
#pragma omp critical(escapade_chebyshev_failure)
      failure = std::current_exception();
    }
  }
  if (failure)
    std::rethrow_exception(failure);
  return value;
}

Polynomial interpolating(const Field& exact, std::size_t components, const Domain& box,
                         double margin, std::size_t nx, std::size_t ny) {
  const double mx = margin * box.width(), my = margin * box.height();
  Polynomial p{box.x0 - mx, box.x1 + mx, box.y0 - my, box.y1 + my, components, nx, ny, {}};
  std::vector<double> x, y;
  const auto node = [](std::size_t m, std::size_t n, double low, double high) {
    const double u =
        std::cos(std::numbers::pi * (static_cast<double>(m) + 0.5) / static_cast<double>(n));
    return 0.5 * (low + high) + 0.5 * (high - low) * u;
  };
  for (std::size_t b = 0; b < ny; ++b)
    for (std::size_t a = 0; a < nx; ++a) {
      x.push_back(node(a, nx, p.x0, p.x1));
      y.push_back(node(b, ny, p.y0, p.y1));
    }
  const std::vector<double> value = values_of(exact, components, x, y), tx = analysis(nx),
                            ty = analysis(ny);
  std::vector<double> half(nx * ny);
  p.c.assign(components * nx * ny, 0);
  for (std::size_t k = 0; k < components; ++k) {
    std::fill(half.begin(), half.end(), 0.0);
    for (std::size_t b = 0; b < ny; ++b)
      for (std::size_t i = 0; i < nx; ++i)
        for (std::size_t a = 0; a < nx; ++a)
          half[b * nx + i] += tx[i * nx + a] * value[(k * ny + b) * nx + a];
    for (std::size_t j = 0; j < ny; ++j)
      for (std::size_t b = 0; b < ny; ++b)
        for (std::size_t i = 0; i < nx; ++i)
          p.c[(k * ny + j) * nx + i] += ty[j * ny + b] * half[b * nx + i];
  }
  return p;
}

/// The largest coefficient among the last quarter of degrees along each axis, relative to the
/// component's largest one.
std::array<double, 2> tails(const Polynomial& p) {
  std::array<double, 2> tail{};
  for (std::size_t k = 0; k < p.components; ++k) {
    double most = 0, last_x = 0, last_y = 0;
    for (std::size_t j = 0; j < p.ny; ++j)
      for (std::size_t i = 0; i < p.nx; ++i) {
        const double size = std::abs(p.c[(k * p.ny + j) * p.nx + i]);
        most = std::max(most, size);
        last_x = i >= p.nx - p.nx / 4 ? std::max(last_x, size) : last_x;
        last_y = j >= p.ny - p.ny / 4 ? std::max(last_y, size) : last_y;
      }
    if (most > 0)
      tail = {std::max(tail[0], last_x / most), std::max(tail[1], last_y / most)};
  }
  return tail;
}

/// Points that are not those of any lattice: an additive sequence of golden ratios; the field
/// there.
struct Check {
  std::vector<double> x, y, value;
};
Check check_of(const Field& exact, std::size_t components, const Domain& box) {
  Check c;
  for (std::size_t k = 0; k < block; ++k) {
    const auto place = [k](double step) {
      const double s = 0.5 + step * static_cast<double>(k + 1);
      return s - std::floor(s);
    };
    c.x.push_back(box.x0 + box.width() * place(0.7548776662466927));
    c.y.push_back(box.y0 + box.height() * place(0.5698402909980532));
  }
  c.value = values_of(exact, components, c.x, c.y);
  return c;
}

/// Infinite where anything is not a number.
double error_of(const Polynomial& p, const Check& check) {
  constexpr std::size_t n = block;
  const std::vector<double>& there = check.value;
  std::vector<double> here(p.components * n);
  p.at(n, check.x.data(), check.y.data(), p.nx, p.ny, here.data(), n);
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

/// A polynomial that is good enough, and its error.
struct Fitted {
  Polynomial polynomial;
  double error;
};
std::optional<Fitted> fitted(const Field& exact, const Check& check, std::size_t components,
                             const Domain& box, double margin, std::array<std::size_t, 2> n) {
  constexpr std::array<std::size_t, 9> sizes{6, 12, 24, 40, 64, 96, 144, 216, 324};
  const auto more = [&](std::size_t points) {
    const auto* const next = std::upper_bound(sizes.begin(), sizes.end(), points);
    return next == sizes.end() ? 0 : *next;
  };
  while (n[0] > 0 && n[1] > 0 && n[0] * n[1] <= most_points) {
    Polynomial p = interpolating(exact, components, box, margin, n[0], n[1]);
    const double error = error_of(p, check);
    if (!std::isfinite(error))
      break;
    if (error <= tolerance)
      return Fitted{std::move(p), error};
    const std::array<double, 2> tail = tails(p);
    const double enough = std::min(0.1 * tolerance, 0.5 * std::max(tail[0], tail[1]));
    for (const std::size_t axis : {0, 1})
      if (tail[axis] > enough || std::max(tail[0], tail[1]) == 0)
        n[axis] = more(n[axis]);
  }
  return std::nullopt;
}

Field field_of(Polynomial polynomial, const Field& exact,
               const std::shared_ptr<const bool>& coarser) {
  return [p = std::move(polynomial), exact, coarser](std::size_t m, const double* x,
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
}

} // namespace

std::optional<ChebyshevField> chebyshev_field(const Field& exact, std::size_t components,
                                              const Domain& box,
                                              const std::shared_ptr<const bool>& coarser,
                                              std::array<std::size_t, 2> fewest) {
  const Check check = check_of(exact, components, box);
  // The margin holds the far ends of edges across the rim, but may hold poles, too.
  for (const double margin : {0.05, 0.0})
    if (auto found = fitted(exact, check, components, box, margin, fewest)) {
      const std::array points{found->polynomial.nx, found->polynomial.ny};
      return ChebyshevField{field_of(std::move(found->polynomial), exact, coarser), points,
                            found->error};
    }
  return std::nullopt;
}

} // namespace escapade
