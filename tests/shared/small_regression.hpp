// Twelve rows, a model of two parameters, and its loss: by sums over the rows, and as escapade has
// it.
#pragma once

#include "escapade/landscape/critical_points.hpp"
#include "escapade/problem/sde.hpp"
#include "escapade/problem/sgd.hpp"

#include <array>
#include <cmath>
#include <string>

namespace escapade {

inline const Symbols parameters{{"a", "b"}, {}};
inline const Symbols with_columns{{"a", "b", "x", "y"}, {}};
constexpr double eta = 0.03, B = 2;

/// Twelve examples over four x, most of them several times.
inline Table table() {
  Table t;
  t.names = {"x", "y"};
  t.columns = {{0, 0.5, 1, 1, 2, 0.5, 0, 2, 2, 1, 0.5, 2},
               {1.1, 1.4, 2.2, 1.7, 4.1, 1.9, 0.7, 3.2, 4.4, 2.0, 1.5, 3.9}};
  return t;
}

inline const std::string model = "exp(a*x/2) + b*x^2/4 + sin(a*b)/8";

/// f, f_a, f_b by hand.
inline std::array<double, 3> f_and_slope(double a, double b, double x) {
  return {std::exp(a * x / 2) + b * x * x / 4 + std::sin(a * b) / 8,
          x / 2 * std::exp(a * x / 2) + b * std::cos(a * b) / 8,
          x * x / 4 + a * std::cos(a * b) / 8};
}

inline Loss data_loss(const std::string& regularization = "0") {
  return loss_of_data(parse_expression("-model", model, with_columns), table(), 1,
                      parse_expression("-regularization", regularization, parameters),
                      Compile::never);
}

/// Sums over all rows: L, ∇L, M = ⟨∇ℓ∇ℓᵀ⟩, G = ⟨∇f∇fᵀ⟩.
struct Sums {
  double L = 0;
  Vec2 g;
  Sym2 M, G;
};
inline Sums brute_force(Vec2 p) {
  const Table t = table();
  const auto n = static_cast<double>(t.rows());
  Sums s;
  for (std::size_t r = 0; r < t.rows(); ++r) {
    const auto [f, fa, fb] = f_and_slope(p.x, p.y, t.columns[0][r]);
    const double e = f - t.columns[1][r];
    s.L += 0.5 * e * e / n;
    s.g = s.g + (1 / n) * Vec2{e * fa, e * fb};
    s.M.xx += e * e * fa * fa / n, s.M.xy += e * e * fa * fb / n, s.M.yy += e * e * fb * fb / n;
    s.G.xx += fa * fa / n, s.G.xy += fa * fb / n, s.G.yy += fb * fb / n;
  }
  return s;
}

/// The minimum of the loss on the data above.
inline Vec2 well() {
  static const Vec2 found =
      descend(data_loss().landscape, {-3, 3, -3, 3, {}}, {1, 0.5}, "-minimum").position;
  return found;
}

inline Problem problem(const Loss& loss, SgdNoise noise, Calculus calculus = Calculus::ito,
                       std::optional<Vec2> minimum = well()) {
  SgdSetting setting;
  setting.noise = noise;
  setting.calculus = calculus;
  setting.learning_rate = eta;
  setting.batch_size = B;
  setting.temperature = 0.4;
  return sgd_problem(loss, setting, minimum);
}

struct Coefficients {
  Vec2 b;
  Sym2 D;
};
inline Coefficients at(const Problem& p, Vec2 q) {
  const auto v = values_at(p.coefficients, 5, q);
  return {{v[0], v[1]}, {v[2], v[3], v[4]}};
}

inline bool near(Vec2 a, Vec2 b, double tolerance = 1e-14) {
  return norm(a - b) <= tolerance * (1 + norm(b));
}
inline bool near(Sym2 a, Sym2 b, double tolerance = 1e-14) {
  return std::hypot(a.xx - b.xx, a.xy - b.xy, a.yy - b.yy) <=
         tolerance * (1e-300 + std::abs(b.xx) + std::abs(b.yy));
}

inline const Vec2 points[] = {{0.3, 0.8}, {-0.7, 1.2}, {1.1, -0.4}};

/// A point where the Hessian of the loss is positive definite; by differences of the brute force.
inline Sym2 hessian_by_differences(Vec2 q) {
  const double e = 1e-5;
  const Vec2 r = brute_force(q + Vec2{e, 0}).g, l = brute_force(q - Vec2{e, 0}).g,
             u = brute_force(q + Vec2{0, e}).g, d = brute_force(q - Vec2{0, e}).g;
  return {(r.x - l.x) / (2 * e), (r.y - l.y) / (2 * e), (u.y - d.y) / (2 * e)};
}

} // namespace escapade
