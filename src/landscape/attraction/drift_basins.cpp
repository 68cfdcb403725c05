#include "landscape/attraction/drift_basins.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace escapade {

namespace {

constexpr int outside = -1, on_the_way = -2;

/// The unknown whose cell holds a point, −1 beyond the lattice.
std::int32_t cell_of(const Grid& grid, Vec2 p) {
  const Vec2 at = grid.lattice_position(p);
  if (!std::isfinite(at.x + at.y))
    return -1;
  const std::int64_t cell = grid.lattice_cell(std::llround(at.x), std::llround(at.y));
  return cell < 0 ? -1 : grid.unknown(cell);
}

/// The label of cells beside a rest point, or that a cycle runs through.
std::vector<int> ends_of(const Grid& grid, const std::vector<Vec2>& rest,
                         const std::vector<LimitCycle>& cycles) {
  std::vector<int> end(static_cast<std::size_t>(grid.unknowns()), on_the_way);
  const auto mark = [&](Vec2 p, std::size_t label) {
    if (const std::int32_t u = cell_of(grid, between_sides(grid.domain, p)); u >= 0)
      end[static_cast<std::size_t>(u)] = static_cast<int>(label);
  };
  for (std::size_t k = 0; k < cycles.size(); ++k)
    for (std::size_t i = 1; i < cycles[k].points.size(); ++i) {
      const Vec2 from = cycles[k].points[i - 1], step = cycles[k].points[i] - from;
      const int n = 1 + static_cast<int>(4 * std::hypot(step.x / grid.h[0], step.y / grid.h[1]));
      for (int m = 0; m <= n; ++m)
        mark(from + (static_cast<double>(m) / n) * step, rest.size() + k);
    }
  constexpr double beside = 0.75; // of a cell: the flow may end on either side of a face
  for (std::size_t k = 0; k < rest.size(); ++k)
    for (const double i : {-beside, 0.0, beside})
      for (const double j : {-beside, 0.0, beside})
        mark(rest[k] + Vec2{i * grid.h[0], j * grid.h[1]}, k);
  return end;
}

/// Points that move together.
struct Crowd {
  std::vector<std::size_t> cell; // where each began
  std::vector<double> x, y;

  std::size_t size() const { return x.size(); }
  void keep(std::size_t to, std::size_t from) {
    cell[to] = cell[from], x[to] = x[from], y[to] = y[from];
  }
  void resize(std::size_t n) { cell.resize(n), x.resize(n), y.resize(n); }
};

/// The largest change of b over a step of the lattice, per length: a rate.
double fastest_change(const Field& coefficients, const Grid& grid) {
  const std::int64_t nx = grid.cells[0], ny = grid.cells[1];
  const auto centres = lattice_centres(grid);
  const auto &x = centres[0], &y = centres[1];
  std::vector<double> v(5 * x.size());
  coefficients(x.size(), x.data(), y.data(), v.data());
  double most = 0;
  const auto compare = [&](std::int64_t a, std::int64_t b, double h) {
    const double change = std::hypot(v[a] - v[b], v[x.size() + a] - v[x.size() + b]) / h;
    if (std::isfinite(change))
      most = std::max(most, change);
  };
  for (std::int64_t j = 0; j < ny; ++j)
    for (std::int64_t i = 0; i < nx; ++i) {
      if (i > 0)
        compare(i + nx * j, i - 1 + nx * j, grid.h[0]);
      if (j > 0)
        compare(i + nx * j, i + nx * (j - 1), grid.h[1]);
    }
  return most;
}

/// b at the crowd's points moved by `ahead` times an earlier b.
std::vector<double> drift_at(const Field& coefficients, const Domain& domain, const Crowd& crowd,
                             const std::vector<double>& ahead, double share,
                             const std::vector<double>& b) {
  const std::size_t n = crowd.size();
  std::vector<double> x(n), y(n), v(5 * n);
  for (std::size_t k = 0; k < n; ++k) {
    const double t = share * ahead[k];
    const Vec2 p = between_sides(domain, {crowd.x[k] + t * b[k], crowd.y[k] + t * b[n + k]});
    x[k] = p.x, y[k] = p.y;
  }
  coefficients(n, x.data(), y.data(), v.data());
  v.resize(2 * n);
  return v;
}

void move(const Field& coefficients, const Grid& grid, double longest, Crowd& crowd) {
  const std::size_t n = crowd.size();
  const Domain& d = grid.domain;
  std::vector<double> step(n, 0);
  const std::vector<double> k1 =
      drift_at(coefficients, d, crowd, step, 0, std::vector<double>(2 * n, 0));
  for (std::size_t k = 0; k < n; ++k) {
    const double speed = std::hypot(k1[k] / grid.h[0], k1[n + k] / grid.h[1]);
    step[k] = std::min(longest, 0.5 / speed);
  }
  const std::vector<double> k2 = drift_at(coefficients, d, crowd, step, 0.5, k1),
                            k3 = drift_at(coefficients, d, crowd, step, 0.5, k2),
                            k4 = drift_at(coefficients, d, crowd, step, 1, k3);
  const auto mean = [&](std::size_t k) { return (k1[k] + 2 * (k2[k] + k3[k]) + k4[k]) / 6; };
  for (std::size_t k = 0; k < n; ++k) {
    const Vec2 p =
        between_sides(d, {crowd.x[k] + step[k] * mean(k), crowd.y[k] + step[k] * mean(n + k)});
    crowd.x[k] = p.x, crowd.y[k] = p.y;
  }
}

} // namespace

std::vector<int> drift_basins(const Field& coefficients, const Grid& grid,
                              const std::vector<Vec2>& rest,
                              const std::vector<LimitCycle>& cycles) {
  const std::vector<int> end = ends_of(grid, rest, cycles);
  std::vector<int> label(end.size(), outside);
  Crowd crowd;
  for (std::size_t u = 0; u < end.size(); ++u) {
    const Vec2 p = grid.centre(static_cast<std::int32_t>(u));
    crowd.cell.push_back(u), crowd.x.push_back(p.x), crowd.y.push_back(p.y);
  }
  const double rate = fastest_change(coefficients, grid);
  const double longest = rate > 0 ? 0.5 / rate : INFINITY;
  const std::int64_t most = 20 * (grid.cells[0] + grid.cells[1]);
  for (std::int64_t turn = 0; turn < most && crowd.size() > 0; ++turn) {
    std::size_t left = 0;
    for (std::size_t k = 0; k < crowd.size(); ++k) {
      const std::int32_t u = cell_of(grid, {crowd.x[k], crowd.y[k]});
      const int found = u < 0 ? outside : end[static_cast<std::size_t>(u)];
      if (found == on_the_way)
        crowd.keep(left++, k);
      else
        label[crowd.cell[k]] = found;
    }
    crowd.resize(left);
    if (left > 0)
      move(coefficients, grid, longest, crowd);
  }
  return label;
}

} // namespace escapade
