#include "escapade/problem/sde.hpp"

#include "escapade/error.hpp"

#include <cmath>
#include <vector>

namespace escapade {

namespace {

std::vector<Expression> second_derivatives(const Expression& v) {
  const Expression vx = derivative(v, 0), vy = derivative(v, 1);
  return {v, vx, vy, derivative(vx, 0), derivative(vx, 1), derivative(vy, 1)};
}

std::array<Expression, 2> divergence_of(const std::array<Expression, 3>& d) {
  return {derivative(d[0], 0) + derivative(d[1], 1), derivative(d[1], 0) + derivative(d[2], 1)};
}

std::optional<Sym2> constant_noise(const std::array<Expression, 3>& d) {
  const auto xx = constant_value(d[0]), xy = constant_value(d[1]), yy = constant_value(d[2]);
  return xx && xy && yy ? std::optional(Sym2{*xx, *xy, *yy}) : std::nullopt;
}

Problem from_expressions(const std::array<Expression, 2>& b, const std::array<Expression, 3>& d,
                         Compile compile) {
  Problem problem;
  problem.coefficients = field_of({b[0], b[1], d[0], d[1], d[2]}, compile);
  problem.constant_noise = constant_noise(d);
  if (problem.constant_noise)
    problem.drift = field_of({b[0], b[1]}, compile);
  const auto div = divergence_of(d);
  problem.divergence = field_of({div[0], div[1]}, compile);
  return problem;
}

/// The constant direction, exact where D is constant, else looked for on the domain.
std::optional<Sym2> direction(const std::array<Expression, 3>& d, const Domain& domain,
                              const Field& coefficients) {
  if (const auto everywhere = constant_noise(d))
    return everywhere;
  return constant_direction_of(coefficients, domain);
}

} // namespace

std::optional<Sym2> constant_direction_of(const Field& coefficients, const Domain& domain) {
  constexpr int n = 67;
  std::vector<double> x, y;
  for (int j = 0; j < n; ++j)
    for (int i = 0; i < n; ++i) {
      x.push_back(domain.x0 + domain.width() * (i + 0.3819660112501051) / n);
      y.push_back(domain.y0 + domain.height() * (j + 0.2360679774997898) / n);
    }
  const std::size_t m = x.size();
  std::vector<double> v(5 * m);
  coefficients(m, x.data(), y.data(), v.data());
  std::optional<Sym2> found;
  for (std::size_t k = 0; k < m; ++k) {
    if (domain.in_hole({x[k], y[k]}))
      continue;
    const Sym2 d{v[2 * m + k], v[3 * m + k], v[4 * m + k]};
    if (!(trace(d) > 0) || !std::isfinite(trace(d)) || !std::isfinite(d.xy))
      return std::nullopt; // vanishing or undefined somewhere: no direction to speak of
    const Sym2 unit = (1 / trace(d)) * d;
    if (!found)
      found = unit;
    else if (std::abs(unit.xx - found->xx) > 1e-13 || std::abs(unit.xy - found->xy) > 1e-13)
      return std::nullopt;
  }
  return found;
}

Problem potential_problem(const Expression& V, const Expression& T, Calculus calculus,
                          Compile compile) {
  const Expression c = constant(divergence_share(calculus));
  const std::array<Expression, 2> b{-derivative(V, 0) + c * derivative(T, 0),
                                    -derivative(V, 1) + c * derivative(T, 1)};
  Problem problem = from_expressions(b, {T, constant(0), T}, compile);
  problem.landscape = field_of(second_derivatives(V), compile);
  problem.constant_direction = Sym2{1, 0, 1};
  if (const auto t = constant_value(T); t && *t > 0)
    problem.gradient = GradientStructure{field_of({V}, compile), Sym2{1 / *t, 0, 1 / *t}};
  return problem;
}

Problem drift_problem(const std::array<Expression, 2>& drift,
                      const std::array<Expression, 3>& diffusion, Calculus calculus,
                      const Domain& domain, Compile compile) {
  Problem plain = from_expressions(drift, diffusion, compile);
  const auto d0 = direction(diffusion, domain, plain.coefficients);
  if (calculus == Calculus::stratonovich && !d0)
    throw BadInput(
        "the Stratonovich calculus: the diffusion does not determine the noise where its "
        "direction varies; give the noise matrix itself, \"s11, s12, s21, s22\"");
  if (calculus != Calculus::ito) {
    const auto div = divergence_of(diffusion);
    const Expression c = constant(divergence_share(calculus));
    plain = from_expressions({drift[0] + c * div[0], drift[1] + c * div[1]}, diffusion, compile);
  }
  plain.constant_direction = d0;
  return plain;
}

Problem kinetic_problem(const Expression& V, const Expression& friction, const Expression& T,
                        const Domain& domain, Compile compile) {
  const Expression v = input(1);
  return drift_problem({v, -derivative(V, 0) - friction * v},
                       {constant(0), constant(0), friction * T}, Calculus::ito, domain, compile);
}

Problem noise_problem(const std::array<Expression, 2>& drift, const std::array<Expression, 4>& s,
                      Calculus calculus, const Domain& domain, Compile compile) {
  const std::array<Expression, 3> d{s[0] * s[0] + s[1] * s[1], s[0] * s[2] + s[1] * s[3],
                                    s[2] * s[2] + s[3] * s[3]};
  std::array<Expression, 2> b = drift;
  if (calculus == Calculus::stratonovich) {
    // Σ_jk σ_kj ∂_k σ_ij with σ = [[s0, s1], [s2, s3]]
    for (std::size_t i = 0; i < 2; ++i)
      for (std::size_t j = 0; j < 2; ++j)
        for (std::size_t k = 0; k < 2; ++k)
          b[i] = b[i] + s[2 * k + j] * derivative(s[2 * i + j], static_cast<int>(k));
  } else if (calculus == Calculus::isothermal) {
    const auto div = divergence_of(d);
    b = {drift[0] + div[0], drift[1] + div[1]};
  }
  Problem problem = from_expressions(b, d, compile);
  problem.constant_direction = direction(d, domain, problem.coefficients);
  return problem;
}

} // namespace escapade
