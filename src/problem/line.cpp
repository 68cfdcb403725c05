#include "escapade/problem/line.hpp"

#include <utility>

namespace escapade {

namespace {

/// The field, then change(out, n, k) of its values at each point.
template<class Change>
Field changed(Field field, Change change) {
  return [inner = std::move(field), change](std::size_t n, const double* x, const double* y,
                                            double* out) {
    inner(n, x, y, out);
    for (std::size_t k = 0; k < n; ++k)
      change(out, n, k);
  };
}

} // namespace

Problem on_a_line(Problem problem) {
  if (!problem.coefficients)
    return problem;
  problem.coefficients =
      changed(std::move(problem.coefficients), [](double* out, std::size_t n, std::size_t k) {
        out[3 * n + k] = 0, out[4 * n + k] = out[2 * n + k];
      });
  problem.constant_direction = Sym2{1, 0, 1};
  if (problem.constant_noise)
    problem.constant_noise = Sym2{problem.constant_noise->xx, 0, problem.constant_noise->xx};
  if (problem.gradient)
    problem.gradient->k = {problem.gradient->k.xx, 0, problem.gradient->k.xx};
  return problem;
}

Problem still_across(Problem problem) {
  if (!problem.coefficients)
    return problem;
  problem.coefficients =
      changed(std::move(problem.coefficients), [](double* out, std::size_t n, std::size_t k) {
        out[n + k] = out[3 * n + k] = out[4 * n + k] = 0;
      });
  problem.constant_direction = Sym2{1, 0, 0};
  if (problem.constant_noise)
    problem.constant_noise = Sym2{problem.constant_noise->xx, 0, 0};
  if (problem.drift)
    problem.drift = changed(std::move(problem.drift),
                            [](double* out, std::size_t n, std::size_t k) { out[n + k] = 0; });
  return problem;
}

} // namespace escapade
