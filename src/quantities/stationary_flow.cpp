// Stationary quantities of chains whose drift jumps along its flow.
#include "quantities/stationary.hpp"

#include <cmath>
#include <limits>

namespace escapade {

std::vector<Vec2> probability_current(const Cells& grid, const FlowPart& flow,
                                      const LogVector& log_mass, const Halo& halo) {
  std::vector<Vec2> out = probability_current(grid, flow.edges, log_mass, halo);
  for (std::size_t u = 0; u < out.size(); ++u) {
    const auto cell = static_cast<std::int32_t>(flow.edges.first + static_cast<std::int64_t>(u));
    out[u] = out[u] + static_cast<double>(std::exp(log_mass[u])) / grid.area(cell) * flow.drift[u];
  }
  return out;
}

EntropyProduction entropy_production(const Problem& problem, const Cells& grid,
                                     const std::vector<Vec2>& current, const LogVector& log_mass,
                                     const Halo& halo) {
  EntropyProduction out;
  out.total = entropy_production_of_current(problem, grid, current, log_mass, halo);
  constexpr std::size_t block = 65536;
  for (std::size_t begin = 0; begin < current.size(); begin += block) {
    const std::size_t n = std::min(block, current.size() - begin);
    std::vector<double> x, y, v(5 * n);
    for (std::size_t k = begin; k < begin + n; ++k) {
      const Vec2 p =
          grid.centre(static_cast<std::int32_t>(halo.first() + static_cast<std::int64_t>(k)));
      x.push_back(p.x), y.push_back(p.y);
    }
    problem.coefficients(n, x.data(), y.data(), v.data());
    for (std::size_t k = 0; k < n; ++k) {
      const Sym2 d{v[2 * n + k], v[3 * n + k], v[4 * n + k]};
      const Vec2 j = current[begin + k];
      const auto cell =
          static_cast<std::int32_t>(halo.first() + static_cast<std::int64_t>(begin + k));
      const double density = static_cast<double>(std::exp(log_mass[begin + k])) / grid.area(cell);
      double value = std::numeric_limits<double>::infinity();
      if (norm(j) == 0)
        value = 0;
      else if (determinant(d) > 0)
        value = density > 0 ? dot(j, solve(d, j)) / density : 0;
      out.per_area.push_back(value);
    }
  }
  return out;
}

} // namespace escapade
