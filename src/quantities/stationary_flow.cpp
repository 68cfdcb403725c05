// Stationary quantities of chains whose drift jumps along its flow.
#include "quantities/stationary.hpp"

#include <algorithm>
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

namespace {

/// use(k, coefficients b₁, b₂, D₁₁, D₁₂, D₂₂ at own cell k, its centre), in blocks.
template<class Use>
void each_cell(const Problem& problem, const Cells& grid, std::size_t cells, const Halo& halo,
               const Use& use) {
  constexpr std::size_t block = 65536;
  for (std::size_t begin = 0; begin < cells; begin += block) {
    const std::size_t n = std::min(block, cells - begin);
    std::vector<double> x, y, v(5 * n);
    for (std::size_t k = begin; k < begin + n; ++k) {
      const Vec2 p =
          grid.centre(static_cast<std::int32_t>(halo.first() + static_cast<std::int64_t>(k)));
      x.push_back(p.x), y.push_back(p.y);
    }
    problem.coefficients(n, x.data(), y.data(), v.data());
    for (std::size_t k = 0; k < n; ++k)
      use(begin + k, Sym2{v[2 * n + k], v[3 * n + k], v[4 * n + k]}, Vec2{x[k], y[k]});
  }
}

double density_at(const Cells& grid, const LogVector& log_mass, std::size_t k, const Halo& halo) {
  const auto cell = static_cast<std::int32_t>(halo.first() + static_cast<std::int64_t>(k));
  return static_cast<double>(std::exp(log_mass[k])) / grid.area(cell);
}

} // namespace

EntropyProduction entropy_production(const Problem& problem, const Cells& grid,
                                     const std::vector<Vec2>& current, const LogVector& log_mass,
                                     const Halo& halo) {
  EntropyProduction out;
  out.total = entropy_production_of_current(problem, grid, current, log_mass, halo);
  each_cell(problem, grid, current.size(), halo, [&](std::size_t k, Sym2 d, Vec2) {
    const Vec2 j = current[k];
    const double density = density_at(grid, log_mass, k, halo);
    double value = std::numeric_limits<double>::infinity();
    if (norm(j) == 0)
      value = 0;
    else if (determinant(d) > 0)
      value = density > 0 ? dot(j, solve(d, j)) / density : 0;
    out.per_area.push_back(value);
  });
  return out;
}

EntropyProduction kinetic_entropy_production(const Problem& problem, const Cells& grid,
                                             double temperature, const LogVector& log_mass,
                                             const Halo& halo) {
  EntropyProduction out;
  long double sum = 0;
  const double T = temperature;
  each_cell(problem, grid, log_mass.size(), halo, [&](std::size_t k, Sym2 d, Vec2 at) {
    const double rate = d.yy / T * (at.y * at.y / T - 1);
    sum += rate * std::exp(log_mass[k]);
    out.per_area.push_back(rate * density_at(grid, log_mass, k, halo));
  });
  out.total = static_cast<double>(halo.sum(sum));
  return out;
}

} // namespace escapade
