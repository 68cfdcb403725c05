// One step of y′ = f(y) by the embedded Runge–Kutta pair of order 5 and 4 of J. R. Dormand and
// P. J. Prince, J. Comput. Appl. Math. 6 (1980) 19, doi:10.1016/0771-050X(80)90013-3:
//   k_s = f(y + h Σ_{r<s} a_sr k_r),  y₁ = y + h Σ_r a_7r k_r,  error h Σ_s e_s k_s.
// The last slope k_7 is the first of the next step.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

namespace escapade::dormand_prince {

inline constexpr int stages = 7;
inline constexpr double within[stages][stages - 1] = {
    {},
    {1.0 / 5},
    {3.0 / 40, 9.0 / 40},
    {44.0 / 45, -56.0 / 15, 32.0 / 9},
    {19372.0 / 6561, -25360.0 / 2187, 64448.0 / 6561, -212.0 / 729},
    {9017.0 / 3168, -355.0 / 33, 46732.0 / 5247, 49.0 / 176, -5103.0 / 18656},
    {35.0 / 384, 0, 500.0 / 1113, 125.0 / 192, -2187.0 / 6784, 11.0 / 84}};
inline constexpr double error_weight[stages] = {
    71.0 / 57600, 0, -71.0 / 16695, 71.0 / 1920, -17253.0 / 339200, 22.0 / 525, -1.0 / 40};

/// What a step of the error `error` is to be multiplied with next.
inline double factor(double error, double wanted) {
  return std::clamp(0.9 * std::pow(wanted / std::max(error, 1e-300), 0.2), 0.2, 5.0);
}

template<std::size_t n>
using State = std::array<double, n>;

template<std::size_t n>
struct Step {
  State<n> to, error, slope; // the slope at `to`
};

/// From y, where the slope is known, by h.
template<std::size_t n, class F>
Step<n> step(const F& f, const State<n>& y, const State<n>& slope, double h) {
  std::array<State<n>, stages> k;
  k[0] = slope;
  Step<n> out;
  for (std::size_t s = 1; s < stages; ++s) {
    out.to = y;
    for (std::size_t r = 0; r < s; ++r)
      for (std::size_t i = 0; i < n; ++i)
        out.to[i] += h * within[s][r] * k[r][i];
    k[s] = f(out.to);
  }
  out.error = {};
  for (std::size_t s = 0; s < stages; ++s)
    for (std::size_t i = 0; i < n; ++i)
      out.error[i] += h * error_weight[s] * k[s][i];
  out.slope = k[stages - 1];
  return out;
}

} // namespace escapade::dormand_prince
