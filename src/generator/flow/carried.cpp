#include "generator/flow/flow.hpp"

#include <cmath>
#include <optional>
#include <vector>

namespace escapade {

namespace {

Field drift_alone(const Problem& problem) {
  if (problem.constant_noise)
    return problem.drift;
  return [coefficients = problem.coefficients](std::size_t n, const double* x, const double* y,
                                               double* out) {
    std::vector<double> v(5 * n);
    coefficients(n, x, y, v.data());
    std::copy(v.begin(), v.begin() + static_cast<std::ptrdiff_t>(2 * n), out);
  };
}

} // namespace

std::optional<double> kinetic_temperature(const Problem& problem, const Domain& box) {
  constexpr int along = 13;
  std::vector<double> x, y;
  for (int j = 0; j < along; ++j)
    for (int i = 0; i < along; ++i) { // no place that a symmetry would distinguish
      x.push_back(box.x0 + box.width() * (i + 0.4137) / along);
      y.push_back(box.y0 + box.height() * (j + 0.5821) / along);
    }
  const std::size_t n = x.size();
  std::vector<double> v(5 * n), rest(5 * n), zero(n, 0);
  problem.coefficients(n, x.data(), y.data(), v.data());
  problem.coefficients(n, x.data(), zero.data(), rest.data()); // v = 0
  std::optional<double> temperature, slope;
  const auto same = [](std::optional<double>& known, double value) {
    if (!known)
      known = value;
    return std::abs(value - *known) <= 1e-9 * std::abs(*known);
  };
  for (std::size_t k = 0; k < n; ++k) {
    const double d = v[4 * n + k], friction = (rest[n + k] - v[n + k]) / y[k];
    if (v[2 * n + k] != 0 || v[3 * n + k] != 0 || !(d > 0) || !(friction > 0))
      return std::nullopt;
    // A weak friction is the difference of large forces.
    const double digits = 1e-12 * std::abs(rest[n + k] / (y[k] * friction));
    if (!(digits < 1e-6) || !same(slope, v[k] / y[k]) || *slope == 0 ||
        !same(temperature, d / friction))
      return std::nullopt;
    if (std::abs(rest[4 * n + k] - d) > 1e-9 * d || std::abs(rest[k]) > 1e-12 * std::abs(v[k]))
      return std::nullopt;
  }
  return temperature;
}

Carried carried_drift(const Problem& problem, const Grid& grid) {
  if (grid.angle == 0 && !problem.gradient)
    if (const auto temperature = kinetic_temperature(problem, grid.domain)) {
      Carried carried;
      // The force at v = 0 is what is left of it without friction.
      carried.drift = [coefficients = problem.coefficients](std::size_t n, const double* x,
                                                            const double* y, double* out) {
        std::vector<double> v(5 * n), rest(n, 0);
        coefficients(n, x, y, v.data());
        std::copy(v.begin(), v.begin() + static_cast<std::ptrdiff_t>(n), out);
        coefficients(n, x, rest.data(), v.data());
        std::copy(v.begin() + static_cast<std::ptrdiff_t>(n),
                  v.begin() + static_cast<std::ptrdiff_t>(2 * n), out + n);
      };
      carried.potential = [T = *temperature](std::size_t n, const double*, const double* y,
                                             double* out) {
        for (std::size_t k = 0; k < n; ++k)
          out[k] = 0, out[n + k] = y[k] * y[k] / (2 * T);
      };
      return carried;
    }
  return {drift_alone(problem), nullptr};
}

} // namespace escapade
