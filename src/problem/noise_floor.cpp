#include "escapade/problem/problem.hpp"

#include <cmath>
#include <utility>

namespace escapade {

Problem with_noise_floor(Problem problem, Vec2 floor) {
  problem.coefficients = [inner = std::move(problem.coefficients),
                          floor](std::size_t n, const double* x, const double* y, double* out) {
    inner(n, x, y, out);
    for (std::size_t k = 0; k < n; ++k)
      out[2 * n + k] += floor.x, out[4 * n + k] += floor.y;
  };
  const auto raised = [floor](Sym2 d) { return Sym2{d.xx + floor.x, d.xy, d.yy + floor.y}; };
  const auto scalar = [](Sym2 d) { return d.xy == 0 && d.xx == d.yy; };
  std::optional<GradientStructure> gradient;
  if (problem.constant_noise) {
    const Sym2 d = *problem.constant_noise, sum = raised(d);
    // b = −D K ∇Φ = −(D + E) K' ∇Φ; for scalar D and K again with a symmetric K'.
    if (problem.gradient && scalar(d) && scalar(problem.gradient->k)) {
      const double k = problem.gradient->k.xx * d.xx;
      gradient = GradientStructure{std::move(problem.gradient->phi), {k / sum.xx, 0, k / sum.yy}};
    }
    problem.constant_noise = sum;
    problem.constant_direction = problem.constant_noise;
  } else if (problem.constant_direction &&
             !(scalar(*problem.constant_direction) && floor.x == floor.y)) {
    problem.constant_direction.reset(); // the shape of s(θ) D₀ + E changes from place to place
  }
  problem.gradient = std::move(gradient);
  return problem;
}

} // namespace escapade
