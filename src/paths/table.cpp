#include "paths/table.hpp"

#include "escapade/error.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <string>
#include <vector>

namespace escapade {
namespace {

constexpr std::int64_t fewest_cells = 8, most_cells = 8192;
constexpr std::size_t stencil = 7;  // nodes of a difference
constexpr std::size_t chunk = 4096; // points evaluated at once
constexpr std::size_t blocks = 16;

/// Weights of the first derivative at node `at` of seven equidistant ones (spacing 1), by
/// Lagrange's polynomials.
std::array<double, stencil> slope_weights(std::size_t at) {
  std::array<double, stencil> w{};
  const auto gap = [](std::size_t i, std::size_t j) {
    return static_cast<double>(i) - static_cast<double>(j);
  };
  for (std::size_t j = 0; j < stencil; ++j) {
    if (j == at) {
      for (std::size_t k = 0; k < stencil; ++k)
        w[j] += k == at ? 0 : 1 / gap(at, k);
      continue;
    }
    w[j] = 1;
    for (std::size_t k = 0; k < stencil; ++k)
      if (k != j)
        w[j] *= (k == at ? 1 : gap(at, k)) / gap(j, k);
  }
  return w;
}

/// What is tabulated: b and s where D = s D₀, else b and D.
struct Components {
  Field field;
  std::size_t count;
};

Components components_of(const Problem& problem) {
  if (!problem.constant_direction)
    return {problem.coefficients, 5};
  return {[f = problem.coefficients, t = trace(*problem.constant_direction)](
              std::size_t n, const double* x, const double* y, double* out) {
            std::vector<double> c(5 * n);
            f(n, x, y, c.data());
            std::copy_n(c.data(), 2 * n, out);
            for (std::size_t i = 0; i < n; ++i)
              out[2 * n + i] = (c[2 * n + i] + c[4 * n + i]) / t;
          },
          3};
}

/// Nodes hold value, h_x f_x, h_y f_y, h_x h_y f_xy, each for P components, of which the last ones
/// are padding: one node is one to four cache lines.
template<std::size_t P>
struct Table {
  double x0, y0, per_x, per_y; // cells per unit length
  std::size_t nx, ny;
  std::vector<double> node;
  std::vector<char> usable; // cells

  /// False where the exact value is wanted.
  bool at(double x, double y, double* value) const {
    const double u = (x - x0) * per_x, v = (y - y0) * per_y;
    if (!(u >= 0 && u <= static_cast<double>(nx) && v >= 0 && v <= static_cast<double>(ny)))
      return false;
    const std::size_t i = std::min(static_cast<std::size_t>(u), nx - 1);
    const std::size_t j = std::min(static_cast<std::size_t>(v), ny - 1);
    if (!usable[j * nx + i])
      return false;
    const double s = u - static_cast<double>(i), t = v - static_cast<double>(j);
    const double s1 = 1 - s, t1 = 1 - t;
    // value and slope of Hermite's polynomials at both ends
    const double fx[2] = {(1 + 2 * s) * s1 * s1, s * s * (3 - 2 * s)};
    const double gx[2] = {s * s1 * s1, -s * s * s1};
    const double fy[2] = {(1 + 2 * t) * t1 * t1, t * t * (3 - 2 * t)};
    const double gy[2] = {t * t1 * t1, -t * t * t1};
    for (std::size_t c = 0; c < P; ++c)
      value[c] = 0;
    for (std::size_t q = 0; q < 2; ++q)
      for (std::size_t p = 0; p < 2; ++p) {
        const double* f = node.data() + ((j + q) * (nx + 1) + i + p) * 4 * P;
        const double w0 = fx[p] * fy[q], w1 = gx[p] * fy[q], w2 = fx[p] * gy[q], w3 = gx[p] * gy[q];
#pragma omp simd
        for (std::size_t c = 0; c < P; ++c)
          value[c] += w0 * f[c] + w1 * f[P + c] + w2 * f[2 * P + c] + w3 * f[3 * P + c];
      }
    return true;
  }
};

template<std::size_t P>
void fill_values(Table<P>& table, const Components& of, const Domain& domain) {
  const std::size_t wide = table.nx + 1, count = wide * (table.ny + 1);
  std::vector<double> x(chunk), y(chunk), out(chunk * of.count);
  for (std::size_t first = 0; first < count; first += chunk) {
    const std::size_t n = std::min(chunk, count - first);
    for (std::size_t k = 0; k < n; ++k) {
      const std::size_t i = (first + k) % wide, j = (first + k) / wide;
      x[k] = i == table.nx ? domain.x1 : domain.x0 + static_cast<double>(i) / table.per_x;
      y[k] = j == table.ny ? domain.y1 : domain.y0 + static_cast<double>(j) / table.per_y;
    }
    of.field(n, x.data(), y.data(), out.data());
    for (std::size_t c = 0; c < of.count; ++c)
      for (std::size_t k = 0; k < n; ++k)
        table.node[(first + k) * 4 * P + c] = out[c * n + k];
  }
}

/// part `to` of every node := difference of part `from` along one axis.
template<std::size_t P>
void fill_slopes(Table<P>& table, std::size_t from, std::size_t to, bool along_x) {
  std::array<std::array<double, stencil>, stencil> weight;
  for (std::size_t at = 0; at < stencil; ++at)
    weight[at] = slope_weights(at);
  const std::size_t wide = table.nx + 1, high = table.ny + 1;
  const std::size_t length = along_x ? wide : high, stride = along_x ? 1 : wide;
  for (std::size_t j = 0; j < high; ++j)
    for (std::size_t i = 0; i < wide; ++i) {
      const std::size_t k = along_x ? i : j;
      // centred, or as near to it as the rim allows
      const std::size_t first = std::min(k < stencil / 2 ? 0 : k - stencil / 2, length - stencil);
      const std::size_t node = j * wide + i, begin = node - (k - first) * stride;
      double* target = table.node.data() + node * 4 * P + to * P;
      for (std::size_t c = 0; c < P; ++c)
        target[c] = 0;
      for (std::size_t m = 0; m < stencil; ++m) {
        const double* f = table.node.data() + (begin + m * stride) * 4 * P + from * P;
        for (std::size_t c = 0; c < P; ++c)
          target[c] += weight[k - first][m] * f[c];
      }
    }
}

template<std::size_t P>
std::shared_ptr<const Table<P>> make_table(const Components& of, const Domain& domain,
                                           std::array<std::int64_t, 2> cells) {
  auto table = std::make_shared<Table<P>>();
  table->x0 = domain.x0;
  table->y0 = domain.y0;
  table->nx = static_cast<std::size_t>(cells[0]);
  table->ny = static_cast<std::size_t>(cells[1]);
  table->per_x = static_cast<double>(cells[0]) / domain.width();
  table->per_y = static_cast<double>(cells[1]) / domain.height();
  const std::size_t wide = table->nx + 1, high = table->ny + 1;
  table->node.assign(wide * high * 4 * P, 0.0);
  fill_values(*table, of, domain);
  fill_slopes(*table, 0, 1, true);
  fill_slopes(*table, 0, 2, false);
  fill_slopes(*table, 1, 3, false);
  std::vector<char> finite(wide * high, 1);
  for (std::size_t k = 0; k < wide * high; ++k)
    for (std::size_t c = 0; c < 4 * P; ++c)
      finite[k] = finite[k] && std::isfinite(table->node[k * 4 * P + c]);
  table->usable.resize(table->nx * table->ny);
  for (std::size_t j = 0; j < table->ny; ++j)
    for (std::size_t i = 0; i < table->nx; ++i) {
      const char* f = finite.data() + j * wide + i;
      table->usable[j * table->nx + i] = f[0] && f[1] && f[wide] && f[wide + 1];
    }
  return table;
}

bool semi_definite(const double* c) {
  return c[2] >= 0 && c[4] >= 0 && c[2] * c[4] >= c[3] * c[3];
}

template<std::size_t P>
Field table_field(std::shared_ptr<const Table<P>> table, const Problem& problem) {
  return [table, exact = problem.coefficients, d0 = problem.constant_direction](
             std::size_t n, const double* x, const double* y, double* out) {
    thread_local std::vector<std::size_t> missed;
    missed.clear();
    for (std::size_t i = 0; i < n; ++i) {
      alignas(64) double c[8] = {};
      bool good = table->at(x[i], y[i], c);
      if (d0) {
        const double s = c[2];
        good = good && s >= 0;
        c[2] = s * d0->xx, c[3] = s * d0->xy, c[4] = s * d0->yy;
      } else {
        good = good && semi_definite(c);
      }
      if (!good)
        missed.push_back(i);
      for (std::size_t k = 0; k < 5; ++k)
        out[k * n + i] = c[k];
    }
    if (missed.empty())
      return;
    const std::size_t m = missed.size();
    std::vector<double> px(m), py(m), values(5 * m);
    for (std::size_t k = 0; k < m; ++k) {
      px[k] = x[missed[k]];
      py[k] = y[missed[k]];
    }
    exact(m, px.data(), py.data(), values.data());
    for (std::size_t k = 0; k < m; ++k)
      for (std::size_t c = 0; c < 5; ++c)
        out[c * n + missed[k]] = values[c * m + k];
  };
}

/// Fills error and local_error.
template<std::size_t P>
void measure_error(Tabulated& result, const Table<P>& table, const Components& of) {
  constexpr std::size_t probes = 2;
  constexpr double place[probes][2] = {{0.5, 0.5}, {0.21, 0.68}}; // within a cell
  const std::size_t nx = table.nx, count = nx * table.ny;
  std::vector<double> worst(blocks * blocks * of.count, 0.0), largest(worst);
  std::vector<double> x(chunk), y(chunk), out(chunk * of.count);
  bool any = false;
  for (std::size_t first = 0; first < probes * count; first += chunk) {
    const std::size_t n = std::min(chunk, probes * count - first);
    for (std::size_t k = 0; k < n; ++k) {
      const std::size_t cell = (first + k) / probes, probe = (first + k) % probes;
      x[k] = table.x0 + (static_cast<double>(cell % nx) + place[probe][0]) / table.per_x;
      y[k] = table.y0 + (static_cast<double>(cell / nx) + place[probe][1]) / table.per_y;
    }
    of.field(n, x.data(), y.data(), out.data());
    for (std::size_t k = 0; k < n; ++k) {
      double value[P];
      if (!table.at(x[k], y[k], value))
        continue;
      any = true;
      const std::size_t cell = (first + k) / probes;
      const std::size_t block =
          (cell / nx) * blocks / table.ny * blocks + (cell % nx) * blocks / nx;
      for (std::size_t c = 0; c < of.count; ++c) {
        const double e = out[c * n + k];
        double& w = worst[block * of.count + c];
        double& l = largest[block * of.count + c];
        const double difference = std::fabs(value[c] - e);
        w = std::isfinite(difference) ? std::max(w, difference)
                                      : std::numeric_limits<double>::infinity();
        l = std::isfinite(e) ? std::max(l, std::fabs(e)) : l;
      }
    }
  }
  if (!any)
    throw BadInput("the path table: drift or noise is not finite near any node of the table; leave "
                   "the path table out");
  for (std::size_t c = 0; c < of.count; ++c) {
    double w = 0, l = 0;
    for (std::size_t b = 0; b < blocks * blocks; ++b) {
      w = std::max(w, worst[b * of.count + c]);
      l = std::max(l, largest[b * of.count + c]);
    }
    if (l == 0)
      continue;
    result.error = std::max(result.error, w / l);
    for (std::size_t b = 0; b < blocks * blocks; ++b)
      // a component that vanishes in a block is measured against what rounding leaves of it
      if (const double v = std::max(largest[b * of.count + c], 1e-12 * l); v > 0)
        result.local_error = std::max(result.local_error, worst[b * of.count + c] / v);
  }
}

template<std::size_t P>
Tabulated tabulated_with(const Problem& problem, const Domain& domain, const Components& of,
                         std::array<std::int64_t, 2> cells) {
  const auto table = make_table<P>(of, domain, cells);
  Tabulated result{problem, cells};
  measure_error(result, *table, of);
  result.problem.coefficients = table_field<P>(table, problem);
  result.problem.constant_noise.reset();
  result.problem.drift = {};
  result.memory_bytes = static_cast<double>(table->node.size() * sizeof(double));
  return result;
}

} // namespace

Tabulated tabulate(const Problem& problem, const Domain& domain,
                   std::array<std::int64_t, 2> cells) {
  for (std::int64_t n : cells)
    if (n < fewest_cells || n > most_cells)
      throw BadInput("the path table " + std::to_string(cells[0]) + "," + std::to_string(cells[1]) +
                     ": give " + std::to_string(fewest_cells) + " to " +
                     std::to_string(most_cells) + " cells along each axis");
  const Components of = components_of(problem);
  return of.count <= 4 ? tabulated_with<4>(problem, domain, of, cells)
                       : tabulated_with<8>(problem, domain, of, cells);
}

} // namespace escapade
