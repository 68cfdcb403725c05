#include "quantities/evolution/initial_masses.hpp"

#include "escapade/error.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

namespace escapade {

namespace {

/// Weights of consecutive cells from `first` on along one axis.
struct Spread {
  std::int64_t first = 0;
  int count = 0;
  std::array<long double, 3> weight{};
};

Spread spread(double at, int width) {
  Spread s;
  s.count = width;
  if (width == 3) {
    const auto middle = std::llround(at);
    const long double a = at - static_cast<long double>(middle);
    s.first = middle - 1;
    s.weight = {(0.5L - a) * (0.5L - a) / 2, 0.75L - a * a, (0.5L + a) * (0.5L + a) / 2};
  } else if (width == 2) {
    s.first = static_cast<std::int64_t>(std::floor(at));
    const long double a = at - static_cast<long double>(s.first);
    s.weight = {1 - a, a};
  } else {
    s.first = std::llround(at);
    s.weight = {1};
  }
  return s;
}

std::optional<LogVector> spread_over(const Grid& grid, Vec2 at, int width) {
  const Spread x = spread(at.x, width), y = spread(at.y, grid.domain.line ? 1 : width);
  LogVector masses(grid.unknowns(), log_of_zero);
  for (int b = 0; b < y.count; ++b)
    for (int a = 0; a < width; ++a) {
      const long double w = x.weight[a] * y.weight[b];
      const std::int64_t c = grid.lattice_cell(x.first + a, y.first + b);
      if (c >= 0 && grid.unknown(c) >= 0)
        masses[grid.unknown(c)] = w > 0 ? std::log(w) : log_of_zero;
      else if (w > 0)
        return std::nullopt;
    }
  return masses;
}

/// Barycentric weights of the smallest triangle of centres that holds the point, among the nearest
/// dozen; the nearest cell alone where none does.
LogVector barycentric(const Cells& grid, Vec2 point) {
  std::vector<std::pair<double, std::int32_t>> near;
  for (std::int32_t u = 0; u < grid.unknowns(); ++u)
    near.emplace_back(norm(grid.centre(u) - point), u);
  const auto few = std::min<std::ptrdiff_t>(12, std::ssize(near));
  std::partial_sort(near.begin(), near.begin() + few, near.end());
  near.resize(static_cast<std::size_t>(few));
  LogVector masses(static_cast<std::size_t>(grid.unknowns()), log_of_zero);
  const auto cross = [](Vec2 a, Vec2 b) { return a.x * b.y - a.y * b.x; };
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t a = 0; a < near.size(); ++a)
    for (std::size_t b = a + 1; b < near.size(); ++b)
      for (std::size_t c = b + 1; c < near.size(); ++c) {
        const std::array<std::int32_t, 3> u{near[a].second, near[b].second, near[c].second};
        const Vec2 p = grid.centre(u[0]), q = grid.centre(u[1]), r = grid.centre(u[2]);
        const double area = cross(q - p, r - p);
        const std::array<double, 3> w{cross(q - point, r - point) / area,
                                      cross(r - point, p - point) / area,
                                      cross(p - point, q - point) / area};
        const double size = near[a].first + near[b].first + near[c].first;
        if (!(w[0] >= 0 && w[1] >= 0 && w[2] >= 0) || !(size < least)) // not within, or flat
          continue;
        least = size;
        std::fill(masses.begin(), masses.end(), log_of_zero);
        for (std::size_t k = 0; k < 3; ++k)
          masses[u[k]] = w[k] > 0 ? std::log(static_cast<long double>(w[k])) : log_of_zero;
      }
  if (!std::isfinite(least))
    masses[near.front().second] = 0;
  return masses;
}

} // namespace

LogVector point_masses(const Cells& grid, Vec2 point) {
  if (const Grid* lattice = grid.lattice())
    for (int width : {3, 2, 1})
      if (auto masses = spread_over(*lattice, lattice->lattice_position(point), width))
        return *masses;
  if (norm(grid.centre(grid.nearest(point)) - point) > 3 * grid.spacing())
    throw BadInput("the start " + point_text(point) +
                   ": no cell of the grid is near; give a point inside the domain and outside the "
                   "exit set, or more cells");
  return barycentric(grid, point);
}

LogVector density_masses(const Cells& grid, const Field& f, const std::string& option) {
  const auto n = static_cast<std::size_t>(grid.unknowns());
  std::vector<double> x(n), y(n), value(n);
  for (std::size_t u = 0; u < n; ++u) {
    const Vec2 c = grid.centre(static_cast<std::int32_t>(u));
    x[u] = c.x, y[u] = c.y;
  }
  f(n, x.data(), y.data(), value.data());
  LogVector masses(n, log_of_zero);
  long double sum = 0;
  for (std::size_t u = 0; u < n; ++u) {
    if (!(value[u] >= 0) || !std::isfinite(value[u]))
      throw BadInput(option + ": is " + std::to_string(value[u]) + " at " +
                     point_text({x[u], y[u]}) + "; a density must be finite and not negative");
    const long double mass =
        static_cast<long double>(value[u]) * grid.area(static_cast<std::int32_t>(u));
    sum += mass;
    masses[u] = mass > 0 ? std::log(mass) : log_of_zero;
  }
  if (!(sum > 0))
    throw BadInput(option + ": is zero at every cell; give a density with mass in the domain, not "
                            "narrower than a cell");
  for (long double& l : masses)
    l -= std::log(sum);
  return masses;
}

} // namespace escapade
