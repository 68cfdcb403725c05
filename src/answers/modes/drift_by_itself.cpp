#include "answers/modes/drift_by_itself.hpp"

#include "escapade/problem/plane.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace escapade {

bool drift_moves_by_itself(const Field& coefficients, const Domain& box) {
  constexpr std::size_t along = 13, n = along * along;
  constexpr double rounding = 1e-10;
  if (box.line)
    return false;
  std::vector<double> x, y, v(5 * n), beside(5 * n);
  for (std::size_t k = 0; k < n; ++k) { // no place that a symmetry would distinguish
    x.push_back(box.x0 + box.width() * (static_cast<double>(k % along) + 0.4137) / along);
    y.push_back(box.y0 + box.height() * (static_cast<double>(k / along) + 0.5821) / along);
  }
  coefficients(n, x.data(), y.data(), v.data());
  const auto noise = [&](std::size_t k) { return Sym2{v[2 * n + k], v[3 * n + k], v[4 * n + k]}; };
  const double angle = eigen(noise(0)).angle, step = 0.03 * std::min(box.width(), box.height());
  const Vec2 across{std::cos(angle), std::sin(angle)};
  for (std::size_t k = 0; k < n; ++k)
    x[k] -= step * across.y, y[k] += step * across.x;
  coefficients(n, x.data(), y.data(), beside.data());
  double fastest = 0, changed = 0;
  for (std::size_t k = 0; k < n; ++k) {
    if (!(norm(noise(k) * across) <= rounding * trace(noise(k))))
      return false;
    const double here = dot(across, {v[k], v[n + k]});
    fastest = std::max(fastest, std::abs(here));
    changed = std::max(changed, std::abs(dot(across, {beside[k], beside[n + k]}) - here));
  }
  return fastest > 0 && changed <= rounding * fastest;
}

} // namespace escapade
