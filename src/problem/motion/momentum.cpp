#include "escapade/problem/sgd.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace escapade {

Problem momentum_problem(const Problem& plain, double momentum, double learning_rate) {
  const double unit = std::sqrt(learning_rate), friction = (1 - momentum) / unit;
  Problem problem;
  problem.coefficients = [inner = plain.coefficients, unit,
                          friction](std::size_t n, const double* a, const double* p, double* out) {
    const std::vector<double> on_line(n, 0.0);
    std::vector<double> c(5 * n);
    inner(n, a, on_line.data(), c.data());
    for (std::size_t k = 0; k < n; ++k) {
      out[k] = p[k];
      out[n + k] = c[k] - friction * p[k];
      out[2 * n + k] = out[3 * n + k] = 0;
      out[4 * n + k] = c[2 * n + k] / unit;
    }
  };
  problem.divergence = [](std::size_t n, const double*, const double*, double* out) {
    std::fill_n(out, 2 * n, 0.0); // D_pp depends on a alone
  };
  problem.constant_direction = Sym2{0, 0, 1};
  problem.sgd = plain.sgd;
  if (problem.sgd)
    problem.sgd->learning_rate = unit; // the time that a step takes
  problem.approximations = plain.approximations;
  return problem;
}

} // namespace escapade
