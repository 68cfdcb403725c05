#include "escapade/problem/sgd.hpp"

#include "escapade/error.hpp"
#include "support/exact.hpp"

#include <cmath>
#include <utility>

namespace escapade {

namespace {

constexpr std::pair<const char*, SgdNoise> noise_names[] = {
    {"hessian", SgdNoise::hessian},
    {"covariance", SgdNoise::covariance},
    {"gauss_newton", SgdNoise::gauss_newton},
    {"hessian_squared", SgdNoise::hessian_squared},
    {"isotropic", SgdNoise::isotropic}};

Sym2 square(Sym2 a) {
  return {a.xx * a.xx + a.xy * a.xy, a.xy * (a.xx + a.yy), a.xy * a.xy + a.yy * a.yy};
}

Sym2 inverse(Sym2 a) {
  const double det = determinant(a);
  return {a.yy / det, -a.xy / det, a.xx / det};
}

/// D = L D₀: b = −∇L + c D₀∇L, D⁻¹b = −(D₀⁻¹ − c I) ∇log L.
void scaled_by_loss(Problem& problem, const Loss& loss, Sym2 d0, double c) {
  problem.coefficients = [gradient = loss.gradient, d0, c](std::size_t n, const double* x,
                                                           const double* y, double* out) {
    std::vector<double> l(3 * n);
    gradient(n, x, y, l.data());
    for (std::size_t k = 0; k < n; ++k) {
      const Vec2 slope{l[n + k], l[2 * n + k]};
      const Vec2 b = c * (d0 * slope) - slope;
      const double values[5] = {b.x, b.y, l[k] * d0.xx, l[k] * d0.xy, l[k] * d0.yy};
      for (std::size_t q = 0; q < 5; ++q)
        out[q * n + k] = values[q];
    }
  };
  problem.divergence = [gradient = loss.gradient, d0](std::size_t n, const double* x,
                                                      const double* y, double* out) {
    std::vector<double> l(3 * n);
    gradient(n, x, y, l.data());
    for (std::size_t k = 0; k < n; ++k) {
      const Vec2 v = d0 * Vec2{l[n + k], l[2 * n + k]};
      out[k] = v.x, out[n + k] = v.y;
    }
  };
  const Sym2 inv = inverse(d0);
  problem.constant_direction = d0;
  problem.gradient = GradientStructure{
      [gradient = loss.gradient](std::size_t n, const double* x, const double* y, double* out) {
        std::vector<double> l(3 * n);
        gradient(n, x, y, l.data());
        for (std::size_t k = 0; k < n; ++k)
          out[k] = std::log(l[k]);
      },
      Sym2{inv.xx - c, inv.xy, inv.yy - c}};
}

double batch_factor(const Loss& loss, double batch_size) {
  const auto n = static_cast<double>(loss.samples);
  if (batch_size > n)
    throw BadInput(printed("the batch size %g: the data has only %lld rows", batch_size,
                           static_cast<long long>(loss.samples)));
  return n > 1 ? (n - batch_size) / (n - 1) / batch_size : 0.0;
}

/// D = s [M − g gᵀ].
void covariance_noise(Problem& problem, const Loss& loss, double s) {
  problem.coefficients = [loss, s](std::size_t n, const double* x, const double* y, double* out) {
    std::vector<double> t(3 * n), m(5 * n);
    loss.gradient(n, x, y, t.data());
    loss.spread(n, x, y, m.data());
    for (std::size_t k = 0; k < n; ++k) {
      const double g0 = m[k], g1 = m[n + k];
      out[k] = -t[n + k], out[n + k] = -t[2 * n + k];
      out[2 * n + k] = s * (m[2 * n + k] - g0 * g0);
      out[3 * n + k] = s * (m[3 * n + k] - g0 * g1);
      out[4 * n + k] = s * (m[4 * n + k] - g1 * g1);
    }
  };
  problem.divergence = [loss, s](std::size_t n, const double* x, const double* y, double* out) {
    std::vector<double> m(7 * n);
    loss.spread_slope(n, x, y, m.data());
    for (std::size_t k = 0; k < n; ++k) {
      const Vec2 g{m[k], m[n + k]};
      const Sym2 h{m[2 * n + k], m[3 * n + k], m[4 * n + k]};
      const Vec2 outer = h * g + trace(h) * g; // ∇·(g gᵀ)
      out[k] = s * (m[5 * n + k] - outer.x);
      out[n + k] = s * (m[6 * n + k] - outer.y);
    }
  };
}

/// D = s L G.
void gauss_newton_noise(Problem& problem, const Loss& loss, double s) {
  problem.coefficients = [loss, s](std::size_t n, const double* x, const double* y, double* out) {
    std::vector<double> t(3 * n), v(6 * n);
    loss.gradient(n, x, y, t.data());
    loss.gauss(n, x, y, v.data());
    for (std::size_t k = 0; k < n; ++k) {
      out[k] = -t[n + k], out[n + k] = -t[2 * n + k];
      for (std::size_t q = 0; q < 3; ++q)
        out[(2 + q) * n + k] = s * v[k] * v[(3 + q) * n + k];
    }
  };
  problem.divergence = [loss, s](std::size_t n, const double* x, const double* y, double* out) {
    std::vector<double> v(6 * n), d(2 * n);
    loss.gauss(n, x, y, v.data());
    loss.gauss_slope(n, x, y, d.data());
    for (std::size_t k = 0; k < n; ++k) {
      const Vec2 moved =
          Sym2{v[3 * n + k], v[4 * n + k], v[5 * n + k]} * Vec2{v[n + k], v[2 * n + k]};
      out[k] = s * (moved.x + v[k] * d[k]);
      out[n + k] = s * (moved.y + v[k] * d[n + k]);
    }
  };
}

/// b −= (η/4)∇|∇L|² = (η/2) H∇L.
void add_second_order(Problem& problem, const Loss& loss, double learning_rate) {
  problem.gradient.reset();
  problem.coefficients = [b = problem.coefficients, landscape = loss.landscape, learning_rate](
                             std::size_t n, const double* x, const double* y, double* out) {
    std::vector<double> v(6 * n);
    b(n, x, y, out);
    landscape(n, x, y, v.data());
    for (std::size_t k = 0; k < n; ++k) {
      const Sym2 hessian{v[3 * n + k], v[4 * n + k], v[5 * n + k]};
      const Vec2 more = (-0.5 * learning_rate) * (hessian * Vec2{v[n + k], v[2 * n + k]});
      out[k] += more.x, out[n + k] += more.y;
    }
  };
}

/// b += ∇·D, for noise without constant direction.
void read_as_isothermal(Problem& problem) {
  problem.coefficients = [b = problem.coefficients, div = problem.divergence](
                             std::size_t n, const double* x, const double* y, double* out) {
    std::vector<double> d(2 * n);
    b(n, x, y, out);
    div(n, x, y, d.data());
    for (std::size_t k = 0; k < 2 * n; ++k)
      out[k] += d[k];
  };
}

void check_setting(const Loss& loss, const SgdSetting& setting, const std::string& noise,
                   bool needs_data) {
  if (needs_data && loss.samples == 0)
    throw BadInput("the noise model " + noise +
                   " needs the data: give a model and data, or another noise model with the loss");
  if (needs_data && setting.calculus == Calculus::stratonovich)
    throw BadInput("the Stratonovich calculus: the noise model " + noise +
                   " does not determine the noise matrix; use ito or isothermal");
  if (setting.noise == SgdNoise::gauss_newton && !loss.gauss)
    throw BadInput("the noise model gauss_newton is for least squares, whose loss has a model f "
                   "with the noise (2L/B)<grad f grad f^T>; with a loss of samples use covariance, "
                   "hessian, hessian_squared or isotropic");
  if (setting.order == 2 && !(setting.learning_rate > 0))
    throw BadInput("the second order of the modified equation, -(eta/4) grad |grad L|^2, needs the "
                   "learning rate eta; give it");
}

} // namespace

SgdNoise sgd_noise_named(const std::string& name) {
  for (const auto& [known, noise] : noise_names)
    if (name == known)
      return noise;
  throw BadInput("the noise model " + name +
                 ": give hessian, covariance, gauss_newton, hessian_squared or isotropic");
}

std::vector<double> values_at(const Field& field, std::size_t components, Vec2 at) {
  std::vector<double> out(components);
  field(1, &at.x, &at.y, out.data());
  return out;
}

Sym2 gradient_covariance(const Loss& loss, double batch_size, Vec2 at) {
  const std::vector<double> m = values_at(loss.spread, 5, at);
  return batch_factor(loss, batch_size) *
         Sym2{m[2] - m[0] * m[0], m[3] - m[0] * m[1], m[4] - m[1] * m[1]};
}

Problem sgd_problem(const Loss& loss, const SgdSetting& setting, std::optional<Vec2> minimum) {
  Problem problem;
  problem.landscape = loss.landscape;
  SgdModel model;
  model.learning_rate = setting.learning_rate;
  model.batch_size = setting.batch_size;
  for (const auto& [name, noise] : noise_names)
    if (noise == setting.noise)
      model.noise = name;
  const bool needs_data =
      setting.noise == SgdNoise::covariance || setting.noise == SgdNoise::gauss_newton;
  check_setting(loss, setting, model.noise, needs_data);
  const double scale = setting.learning_rate / setting.batch_size;
  const double c = divergence_share(setting.calculus);
  switch (setting.noise) {
  case SgdNoise::hessian:
  case SgdNoise::hessian_squared: {
    if (!minimum)
      throw BadInput("the noise model " + model.noise +
                     " needs the minimum whose Hessian it takes: give "
                     "the minimum or a start");
    const std::vector<double> v = values_at(loss.landscape, 6, *minimum);
    const Sym2 hessian{v[3], v[4], v[5]};
    if (!(eigen(hessian).value[0] > 0))
      throw BadInput("the minimum: the Hessian of the loss is not positive definite there; give a "
                     "point from which descent reaches a proper minimum");
    if (v[0] < 0)
      throw BadInput("the loss is negative at its minimum, " + std::to_string(v[0]) +
                     ", and so would be the noise that is proportional to it; add a constant");
    model.minimum = minimum;
    model.hessian = hessian;
    const bool squared = setting.noise == SgdNoise::hessian_squared;
    scaled_by_loss(problem, loss, scale * (squared ? square(hessian) : hessian), c);
    break;
  }
  case SgdNoise::isotropic:
    scaled_by_loss(problem, loss, {setting.temperature, 0, setting.temperature}, c);
    break;
  case SgdNoise::covariance:
    covariance_noise(problem, loss,
                     0.5 * setting.learning_rate * batch_factor(loss, setting.batch_size));
    break;
  case SgdNoise::gauss_newton:
    gauss_newton_noise(problem, loss, scale);
    break;
  }
  if (needs_data && setting.calculus == Calculus::isothermal)
    read_as_isothermal(problem);
  if (setting.order == 2)
    add_second_order(problem, loss, setting.learning_rate);
  problem.sgd = model;
  return problem;
}

} // namespace escapade
