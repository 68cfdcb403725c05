#include "escapade/error.hpp"
#include "escapade/paths/scheme.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace escapade {
namespace {

constexpr std::size_t side = 33;
constexpr double resolved_drift = 0.02;
constexpr double largest_noise_step = 1.0 / 20; // of the domain's width or height

/// Largest singular value of [[a, b], [c, d]].
double spectral_norm(double a, double b, double c, double d) {
  return 0.5 * (std::hypot(a + d, b - c) + std::hypot(a - d, b + c));
}

} // namespace

double default_step(const Problem& problem, const Domain& domain, const Region* exit) {
  std::vector<double> x, y;
  for (std::size_t j = 0; j < side; ++j)
    for (std::size_t i = 0; i < side; ++i) {
      x.push_back(domain.x0 + domain.width() * static_cast<double>(i) / (side - 1));
      y.push_back(domain.y0 + domain.height() * static_cast<double>(j) / (side - 1));
    }
  std::vector<int> part(x.size(), -1);
  if (exit)
    part_at(*exit, x.size(), x.data(), y.data(), part.data());
  std::size_t n = 0;
  for (std::size_t i = 0; i < x.size(); ++i)
    if (part[i] < 0) {
      x[n] = x[i];
      y[n++] = y[i];
    }
  x.resize(n);
  y.resize(n);

  // central differences, one-sided at the rim so that no point outside the domain is asked for
  const auto drift_at = [&](const std::vector<double>& px, const std::vector<double>& py) {
    std::vector<double> c(5 * n);
    problem.coefficients(n, px.data(), py.data(), c.data());
    return c;
  };
  std::vector<double> slope[2];
  const std::vector<double> here = drift_at(x, y);
  for (int axis = 0; axis < 2; ++axis) {
    const double h = 1e-5 * (axis == 0 ? domain.width() : domain.height());
    auto low_x = x, low_y = y, high_x = x, high_y = y;
    auto& low = axis == 0 ? low_x : low_y;
    auto& high = axis == 0 ? high_x : high_y;
    for (std::size_t i = 0; i < n; ++i) {
      low[i] = std::max(low[i] - h, axis == 0 ? domain.x0 : domain.y0);
      high[i] = std::min(high[i] + h, axis == 0 ? domain.x1 : domain.y1);
    }
    const auto at_low = drift_at(low_x, low_y), at_high = drift_at(high_x, high_y);
    slope[axis].resize(2 * n);
    for (std::size_t k = 0; k < 2; ++k)
      for (std::size_t i = 0; i < n; ++i)
        slope[axis][k * n + i] = (at_high[k * n + i] - at_low[k * n + i]) / (high[i] - low[i]);
  }

  double steepest = 0, noise_x = 0, noise_y = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const double norm = spectral_norm(slope[0][i], slope[1][i], slope[0][n + i], slope[1][n + i]);
    if (std::isfinite(norm))
      steepest = std::max(steepest, norm);
    if (std::isfinite(here[2 * n + i] + here[4 * n + i])) {
      noise_x = std::max(noise_x, here[2 * n + i]);
      noise_y = std::max(noise_y, here[4 * n + i]);
    }
  }
  double dt = std::numeric_limits<double>::infinity();
  if (problem.sgd)
    dt = problem.sgd->learning_rate;
  dt = std::min(dt, resolved_drift / steepest);
  const double wx = largest_noise_step * domain.width(), wy = largest_noise_step * domain.height();
  dt = std::min({dt, wx * wx / (2 * noise_x), wy * wy / (2 * noise_y)});
  if (!std::isfinite(dt) || !(dt > 0))
    throw BadInput("-mc_dt: drift and noise give no bound for the time step; give -mc_dt");
  return dt;
}

} // namespace escapade
