#include "escapade/quantities/stationary.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace escapade {

namespace {

std::vector<long double> exponentials(const LogVector& log_mass) {
  std::vector<long double> mass(log_mass.size());
  std::transform(log_mass.begin(), log_mass.end(), mass.begin(),
                 [](long double l) { return std::exp(l); });
  return mass;
}

/// w(y→x), found by bisection in row y; −1 where there is no such edge.
double reverse_rate(const Generator& G, std::int32_t y, std::int32_t x) {
  const auto begin = G.column.begin() + G.row_start[y], end = G.column.begin() + G.row_start[y + 1];
  const auto at = std::lower_bound(begin, end, x);
  return at != end && *at == x ? G.rate[static_cast<std::size_t>(at - G.column.begin())] : -1.0;
}

std::vector<double> curl_on(const Grid& grid, const std::vector<Vec2>& current) {
  std::vector<double> out(current.size(), std::numeric_limits<double>::quiet_NaN());
  const auto neighbour = [&](std::int64_t i, std::int64_t j) {
    const std::int64_t c = grid.lattice_cell(i, j);
    return c < 0 ? -1 : grid.unknown[c];
  };
  for (std::size_t u = 0; u < current.size(); ++u) {
    const std::int64_t i = grid.cell[u] % grid.cells[0], j = grid.cell[u] / grid.cells[0];
    const std::int32_t east = neighbour(i + 1, j), west = neighbour(i - 1, j);
    const std::int32_t north = neighbour(i, j + 1), south = neighbour(i, j - 1);
    if (east < 0 || west < 0 || north < 0 || south < 0)
      continue;
    // The curl is the same in every frame: components along the grid's own axes.
    const Vec2 along = in_frame(current[east] - current[west], grid.angle);
    const Vec2 across = in_frame(current[north] - current[south], grid.angle);
    const Vec2 t = grid.place(static_cast<std::int32_t>(u));
    out[u] = along.y / (2 * grid.side(0, t.x)) - across.x / (2 * grid.side(1, t.y));
  }
  return out;
}

/// Circulation around each cell over its area; on a face the mean of both currents.
std::vector<double> curl_on(const MeshCells& cells, const std::vector<Vec2>& current) {
  const Mesh& mesh = *cells.mesh;
  std::vector<double> out(current.size(), std::numeric_limits<double>::quiet_NaN());
  for (std::size_t u = 0; u < current.size(); ++u) {
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
      out[u] = around / mesh.area[v];
  }
  return out;
}

} // namespace

Moments moments(const Cells& grid, const LogVector& log_mass) {
  const auto mass = exponentials(log_mass);
  long double total = 0, mx = 0, my = 0, xx = 0, xy = 0, yy = 0;
  for (std::size_t u = 0; u < mass.size(); ++u) {
    const Vec2 p = grid.centre(static_cast<std::int32_t>(u));
    total += mass[u], mx += mass[u] * p.x, my += mass[u] * p.y;
  }
  mx /= total, my /= total;
  for (std::size_t u = 0; u < mass.size(); ++u) {
    const Vec2 p = grid.centre(static_cast<std::int32_t>(u));
    xx += mass[u] * (p.x - mx) * (p.x - mx);
    xy += mass[u] * (p.x - mx) * (p.y - my);
    yy += mass[u] * (p.y - my) * (p.y - my);
  }
  const auto d = [&](long double v) { return static_cast<double>(v / total); };
  return {{static_cast<double>(mx), static_cast<double>(my)}, {d(xx), d(xy), d(yy)}};
}

double probability_of(const Cells& grid, const LogVector& log_mass, const Region& region) {
  const auto mass = exponentials(log_mass);
  long double sum = 0;
  std::vector<double> x, y, share;
  std::vector<int> part;
  std::vector<std::size_t> start;
  const std::int64_t n = grid.unknowns();
  constexpr std::int64_t block = 4096;
  for (std::int64_t begin = 0; begin < n; begin += block) {
    const std::int64_t end = std::min(begin + block, n);
    x.clear(), y.clear(), share.clear(), start.assign(1, 0);
    for (std::int64_t u = begin; u < end; ++u) {
      grid.spread(static_cast<std::int32_t>(u), x, y, share);
      start.push_back(x.size());
    }
    part.resize(x.size());
    part_at(region, x.size(), x.data(), y.data(), part.data());
    for (std::int64_t u = begin; u < end; ++u) {
      long double inside = 0;
      for (std::size_t k = start[u - begin]; k < start[u - begin + 1]; ++k)
        if (part[k] >= 0)
          inside += share[k];
      sum += mass[u] * inside;
    }
  }
  return static_cast<double>(sum);
}

std::vector<Vec2> probability_current(const Cells& grid, const Generator& G,
                                      const LogVector& log_mass) {
  const auto mass = exponentials(log_mass);
  const std::size_t n = mass.size();
  std::vector<long double> jx(n, 0), jy(n, 0);
  for (std::size_t x = 0; x < n; ++x)
    for (std::int64_t q = G.row_start[x]; q < G.row_start[x + 1]; ++q) {
      const std::int32_t y = G.column[q];
      const double back = reverse_rate(G, y, static_cast<std::int32_t>(x));
      if (back >= 0 && y < static_cast<std::int32_t>(x))
        continue; // the pair has been taken from the other side
      const long double net = mass[x] * G.rate[q] - mass[y] * std::max(back, 0.0);
      const auto x_cell = static_cast<std::int32_t>(x);
      const Vec2 from = grid.to_face(x_cell, y), to = grid.to_face(y, x_cell);
      jx[x] += net * from.x, jy[x] += net * from.y;
      jx[y] -= net * to.x, jy[y] -= net * to.y;
    }
  std::vector<Vec2> out(n);
  for (std::size_t u = 0; u < n; ++u) {
    const long double area = grid.area(static_cast<std::int32_t>(u));
    out[u] = {static_cast<double>(jx[u] / area), static_cast<double>(jy[u] / area)};
  }
  return out;
}

std::vector<double> curl(const Cells& cells, const std::vector<Vec2>& current) {
  if (const Grid* grid = cells.lattice())
    return curl_on(*grid, current);
  return curl_on(*cells.triangles(), current);
}

EntropyProduction entropy_production(const Cells& grid, const Generator& G,
                                     const LogVector& log_mass) {
  const std::size_t n = log_mass.size();
  std::vector<long double> share(n, 0);
  long double total = 0;
  for (std::size_t x = 0; x < n; ++x)
    for (std::int64_t q = G.row_start[x]; q < G.row_start[x + 1]; ++q) {
      const std::int32_t y = G.column[q];
      const double back = reverse_rate(G, y, static_cast<std::int32_t>(x));
      if (back >= 0 && y < static_cast<std::int32_t>(x))
        continue;
      long double term = std::numeric_limits<long double>::infinity();
      if (back > 0) {
        const long double forward = log_mass[x] + std::log(static_cast<long double>(G.rate[q]));
        const long double reverse = log_mass[y] + std::log(static_cast<long double>(back));
        const long double a = forward - reverse; // (F − R) log(F/R), without cancellation
        term = std::exp(std::min(forward, reverse)) * std::expm1(std::abs(a)) * std::abs(a);
      }
      total += term;
      share[x] += 0.5L * term;
      share[static_cast<std::size_t>(y)] += 0.5L * term;
    }
  EntropyProduction out;
  out.total = static_cast<double>(total);
  for (std::size_t u = 0; u < n; ++u)
    out.per_area.push_back(static_cast<double>(share[u] / grid.area(static_cast<std::int32_t>(u))));
  return out;
}

double entropy_production_of_current(const Problem& problem, const Cells& grid,
                                     const std::vector<Vec2>& current, const LogVector& log_mass) {
  const std::size_t n = current.size();
  std::vector<double> x(n), y(n), v(5 * n);
  for (std::size_t u = 0; u < n; ++u) {
    const Vec2 p = grid.centre(static_cast<std::int32_t>(u));
    x[u] = p.x, y[u] = p.y;
  }
  problem.coefficients(n, x.data(), y.data(), v.data());
  long double sum = 0;
  for (std::size_t u = 0; u < n; ++u) {
    const long double area = grid.area(static_cast<std::int32_t>(u));
    const Sym2 d{v[2 * n + u], v[3 * n + u], v[4 * n + u]};
    const long double mass = std::exp(log_mass[u]);
    if (!(determinant(d) > 0) && norm(current[u]) > 0)
      return std::numeric_limits<double>::infinity(); // a current where there is no noise to feel
                                                      // it
    if (mass > 0 && norm(current[u]) > 0)
      sum += dot(current[u], solve(d, current[u])) * area * area / mass;
  }
  return static_cast<double>(sum);
}

double balance_residual(const Generator& G, const LogVector& log_mass) {
  const auto mass = exponentials(log_mass);
  std::vector<long double> in(mass.size(), 0), out(mass.size(), 0);
  for (std::size_t x = 0; x < mass.size(); ++x)
    for (std::int64_t q = G.row_start[x]; q < G.row_start[x + 1]; ++q) {
      in[G.column[q]] += mass[x] * G.rate[q];
      out[x] += mass[x] * G.rate[q];
    }
  long double worst = 0;
  for (std::size_t x = 0; x < mass.size(); ++x)
    if (in[x] + out[x] > 0)
      worst = std::max(worst, std::abs(in[x] - out[x]) / (in[x] + out[x]));
  return static_cast<double>(worst);
}

} // namespace escapade
