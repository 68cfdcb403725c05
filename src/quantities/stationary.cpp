#include "quantities/stationary.hpp"

#include "quantities/neighbours.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace escapade {

namespace {

/// Global index of an own cell.
std::int32_t cell_of(const Halo& halo, std::size_t row) {
  return static_cast<std::int32_t>(halo.first() + static_cast<std::int64_t>(row));
}

std::vector<long double> exponentials(LogVector log_mass) {
  for (long double& l : log_mass)
    l = std::exp(l);
  return log_mass;
}

/// log(out / in), of rates whose ratio may leave double's range too.
double log_ratio(double out, double in) {
  const double ratio = out / in;
  return ratio > 1e-300 && ratio < 1e300 ? std::log(ratio) : std::log(out) - std::log(in);
}

/// use(x, y, w(x→y), w(y→x)) once for each pair of own rows that jumps join; −1 where there is no
/// way back.
template<class Use>
void each_own_pair(const Generator& G, const Use& use) {
  const auto n = static_cast<std::size_t>(G.rows());
  for (std::size_t x = 0; x < n; ++x)
    for (std::int64_t q = G.row_start[x]; q < G.row_start[x + 1]; ++q) {
      const auto y = static_cast<std::size_t>(G.column[q] - G.first); // huge before the first
      if (y >= n)
        continue;
      const std::int64_t entry =
          find_entry(G, static_cast<std::int64_t>(y), G.first + static_cast<std::int64_t>(x));
      if (entry < 0 || y >= x) // else the pair has been taken from the other side
        use(x, y, G.rate[q], entry < 0 ? -1.0 : G.rate[entry]);
    }
}

std::vector<double> curl_on(const Grid& grid, const std::vector<Vec2>& own, const Halo& halo) {
  std::vector<double> out(own.size(), std::numeric_limits<double>::quiet_NaN());
  const Around<Vec2> current(own, halo, [&](std::int32_t u, const auto& want) {
    for (std::int32_t v : neighbours(grid, u))
      want(v);
  });
  for (std::size_t k = 0; k < own.size(); ++k) {
    const auto u = static_cast<std::int32_t>(halo.first() + static_cast<std::int64_t>(k));
    const auto [east, west, north, south] = neighbours(grid, u);
    if (east < 0 || west < 0 || north < 0 || south < 0)
      continue;
    // The curl is the same in every frame: components along the grid's own axes.
    const Vec2 along = in_frame(current[east] - current[west], grid.angle);
    const Vec2 across = in_frame(current[north] - current[south], grid.angle);
    const Vec2 t = grid.place(u);
    out[k] = along.y / (2 * grid.side(0, t.x)) - across.x / (2 * grid.side(1, t.y));
  }
  return out;
}

/// Circulation around each cell over its area; on a face the mean of both currents.
std::vector<double> curl_on(const MeshCells& cells, const std::vector<Vec2>& own,
                            const Halo& halo) {
  const Mesh& mesh = *cells.mesh;
  std::vector<double> out(own.size(), std::numeric_limits<double>::quiet_NaN());
  const Around<Vec2> current(own, halo, [&](std::int32_t u, const auto& want) {
    const std::int32_t v = cells.vertex[u];
    for (std::int64_t k = mesh.link_start[v]; k < mesh.link_start[v + 1]; ++k)
      want(cells.unknown[mesh.link[k].vertex]);
  });
  for (std::size_t row = 0; row < own.size(); ++row) {
    const auto u = static_cast<std::int32_t>(halo.first() + static_cast<std::int64_t>(row));
    const std::int32_t v = cells.vertex[u];
    double around = 0;
    bool whole = !mesh.on_boundary[v];
    for (std::int64_t k = mesh.link_start[v]; k < mesh.link_start[v + 1] && whole; ++k) {
      const MeshLink& l = mesh.link[k];
      const std::int32_t w = cells.unknown[l.vertex];
      whole = w >= 0;
      if (whole)
        around += dot(0.5 * (current[u] + current[w]), l.face[1] - l.face[0]);
    }
    if (whole)
      out[row] = around / mesh.area[v];
  }
  return out;
}

} // namespace

Moments moments(const Cells& grid, const LogVector& log_mass, const Halo& halo) {
  std::vector<double> mass; // its errors of 2e-16 are those of sums in double
  mass.reserve(log_mass.size());
  for (long double l : log_mass)
    mass.push_back(static_cast<double>(exp_in_double(l)));
  long double total = 0, mx = 0, my = 0, xx = 0, xy = 0, yy = 0;
  for (std::size_t u = 0; u < mass.size(); ++u) {
    const Vec2 p = grid.centroid(cell_of(halo, u));
    total += mass[u], mx += mass[u] * p.x, my += mass[u] * p.y;
  }
  total = halo.sum(total);
  mx = halo.sum(mx) / total, my = halo.sum(my) / total;
  for (std::size_t u = 0; u < mass.size(); ++u) {
    const Vec2 p = grid.centroid(cell_of(halo, u));
    xx += mass[u] * (p.x - mx) * (p.x - mx);
    xy += mass[u] * (p.x - mx) * (p.y - my);
    yy += mass[u] * (p.y - my) * (p.y - my);
  }
  const auto d = [&](long double v) { return static_cast<double>(halo.sum(v) / total); };
  const double cxx = d(xx), cxy = d(xy), cyy = d(yy);
  return {{static_cast<double>(mx), static_cast<double>(my)}, {cxx, cxy, cyy}};
}

std::vector<Vec2> probability_current(const Cells& grid, const Generator& G,
                                      const LogVector& log_mass, const Halo& halo) {
  const auto mass = exponentials(halo.around(log_mass));
  const std::size_t n = log_mass.size();
  std::vector<long double> jx(n, 0), jy(n, 0);
  each_own_pair(G, [&](std::size_t x, std::size_t y, double rate, double back) {
    const std::int32_t x_cell = cell_of(halo, x), y_cell = cell_of(halo, y);
    const long double net = mass[x] * rate - mass[y] * std::max(back, 0.0);
    const Vec2 from = grid.to_face(x_cell, y_cell), to = grid.to_face(y_cell, x_cell);
    jx[x] += net * from.x, jy[x] += net * from.y;
    jx[y] -= net * to.x, jy[y] -= net * to.y;
  });
  for (const BorderEdge& e : halo.edges()) { // the other rank adds its own end
    const long double net = mass[e.row] * e.out - mass[e.ghost] * e.in;
    const Vec2 from = grid.to_face(cell_of(halo, static_cast<std::size_t>(e.row)), e.cell);
    jx[e.row] += net * from.x, jy[e.row] += net * from.y;
  }
  std::vector<Vec2> out(n);
  for (std::size_t u = 0; u < n; ++u) {
    const long double area = grid.area(cell_of(halo, u));
    out[u] = {static_cast<double>(jx[u] / area), static_cast<double>(jy[u] / area)};
  }
  return out;
}

std::vector<double> curl(const Cells& cells, const std::vector<Vec2>& current, const Halo& halo) {
  if (const Grid* grid = cells.lattice())
    return curl_on(*grid, current, halo);
  return curl_on(*cells.triangles(), current, halo);
}

EntropyProduction entropy_production(const Cells& grid, const Generator& G,
                                     const LogVector& log_mass, const Halo& halo) {
  const std::size_t n = log_mass.size();
  const LogVector around = halo.around(log_mass);
  const auto mass = exponentials(around);
  const auto term = [&](std::size_t x, double out, std::size_t y, double in) {
    if (!(out > 0 && in > 0))
      return std::numeric_limits<long double>::infinity();
    // (F − R) log(F/R) with F = m_x w(x→y), R = m_y w(y→x), without cancellation
    const long double a = around[x] - around[y] + log_ratio(out, in);
    const long double forward = mass[x] * out, reverse = mass[y] * in;
    if (std::abs(a) > 1)
      return std::abs(forward - reverse) * std::abs(a);
    return std::min(forward, reverse) * std::expm1(static_cast<double>(std::abs(a))) * std::abs(a);
  };
  std::vector<long double> share(n, 0);
  long double total = 0;
  each_own_pair(G, [&](std::size_t x, std::size_t y, double rate, double back) {
    const long double t = term(x, rate, y, back);
    total += t;
    share[x] += 0.5L * t;
    share[y] += 0.5L * t;
  });
  for (const BorderEdge& e : halo.edges()) {
    const long double half = 0.5L * term(static_cast<std::size_t>(e.row), e.out, e.ghost, e.in);
    total += half;
    share[e.row] += half;
  }
  EntropyProduction out;
  out.total = static_cast<double>(halo.sum(total));
  out.per_area.reserve(n);
  for (std::size_t u = 0; u < n; ++u)
    out.per_area.push_back(static_cast<double>(share[u] / grid.area(cell_of(halo, u))));
  return out;
}

double entropy_production_of_current(const Problem& problem, const Cells& grid,
                                     const std::vector<Vec2>& current, const LogVector& log_mass,
                                     const Halo& halo) {
  constexpr std::size_t block = 65536;
  std::vector<double> x, y, v;
  long double sum = 0;
  for (std::size_t begin = 0; begin < current.size() && std::isfinite(sum); begin += block) {
    const std::size_t n = std::min(block, current.size() - begin);
    x.resize(n), y.resize(n), v.resize(5 * n);
    for (std::size_t k = 0; k < n; ++k) {
      const Vec2 p = grid.centre(cell_of(halo, begin + k));
      x[k] = p.x, y[k] = p.y;
    }
    problem.coefficients(n, x.data(), y.data(), v.data());
    for (std::size_t k = 0; k < n; ++k) {
      const std::size_t u = begin + k;
      const long double area = grid.area(cell_of(halo, u));
      const Sym2 d{v[2 * n + k], v[3 * n + k], v[4 * n + k]};
      const long double mass = exp_in_double(log_mass[u]);
      if (!(determinant(d) > 0) && norm(current[u]) > 0) {
        // a current where there is no noise to feel it
        sum = std::numeric_limits<long double>::infinity();
        break;
      }
      if (mass > 0 && norm(current[u]) > 0)
        sum += dot(current[u], solve(d, current[u])) * area * area / mass;
    }
  }
  return static_cast<double>(halo.sum(sum));
}

double balance_residual(const Generator& G, const LogVector& log_mass, const Halo& halo) {
  const auto mass = exponentials(halo.around(log_mass));
  const std::size_t n = log_mass.size();
  std::vector<long double> in(n, 0), out(n, 0);
  for (std::size_t x = 0; x < n; ++x)
    for (std::int64_t q = G.row_start[x]; q < G.row_start[x + 1]; ++q) {
      const std::int64_t y = G.column[q] - G.first;
      if (y >= 0 && y < static_cast<std::int64_t>(n))
        in[y] += mass[x] * G.rate[q];
      out[x] += mass[x] * G.rate[q];
    }
  for (const BorderEdge& e : halo.edges())
    in[e.row] += mass[e.ghost] * e.in;
  long double worst = 0;
  for (std::size_t x = 0; x < n; ++x)
    if (in[x] + out[x] > 0)
      worst = std::max(worst, std::abs(in[x] - out[x]) / (in[x] + out[x]));
  return static_cast<double>(halo.max(worst));
}

} // namespace escapade
