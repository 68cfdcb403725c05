#include "escapade/landscape/formulas.hpp"

#include "escapade/error.hpp"
#include "landscape/flow.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace escapade {

namespace {

Vec2 direction(double angle) {
  return {std::cos(angle), std::sin(angle)};
}

double curvature_along(Sym2 h, Vec2 e) {
  return dot(e, h * e);
}

} // namespace

std::vector<CriticalPoint> saddles_around(const Field& landscape, const Domain& domain,
                                          const CriticalPoint& minimum,
                                          const std::vector<CriticalPoint>& points) {
  const double size = std::max(domain.width(), domain.height());
  std::vector<CriticalPoint> out;
  for (const CriticalPoint& p : points) {
    if (p.type != CriticalPoint::Type::saddle)
      continue;
    const Vec2 e = 1e-4 * size * direction(eigen(p.hessian).angle); // along the unstable direction
    int here = 0;
    for (double sign : {1.0, -1.0})
      try {
        const CriticalPoint end = descend(landscape, domain, p.position + sign * e, "saddle");
        here += norm(nearest_image(domain, end.position - minimum.position)) < 1e-6 * size;
      } catch (const BadInput&) {
        // that side runs out of the domain: elsewhere
      }
    if (here == 1)
      out.push_back(p);
  }
  return out;
}

namespace {

/// What the formulas may need.
struct Assumptions {
  bool weak, isotropic, aligned, same_across, hessian_noise;
  ExitAt exit;

  std::vector<std::string> failing_for_all() const {
    std::vector<std::string> out;
    if (!weak)
      out.emplace_back("the barrier is not above 3 times the noise");
    if (exit == ExitAt::saddle)
      out.emplace_back("the exit set begins at the saddle, which half of those that reach it leave "
                       "again: the rate is twice that to the other side");
    if (exit == ExitAt::before_saddle)
      out.emplace_back("the exit set begins before the saddle");
    return out;
  }
};

} // namespace

std::vector<Formula> escape_formulas(const Problem& problem, const CriticalPoint& minimum,
                                     const CriticalPoint& saddle, ExitAt exit, int dimensions) {
  if (!problem.gradient)
    return {};
  const bool sgd = problem.sgd.has_value();
  const auto saddle_eigen = eigen(saddle.hessian);
  const Vec2 way = direction(saddle_eigen.angle);
  const double h_well = curvature_along(minimum.hessian, way);
  const double h_saddle = std::abs(saddle_eigen.value[0]);
  const double two_pi = 2 * std::numbers::pi;
  const Sym2 k = problem.gradient->k;
  const double inverse_t = curvature_along(k, way); // 1/T, or B/(η h) along the way
  const long double barrier = sgd ? std::log(static_cast<long double>(saddle.value) / minimum.value)
                                  : static_cast<long double>(saddle.value) - minimum.value;
  // The way is an eigenvector of the well's Hessian: its image points along itself.
  const Vec2 image = minimum.hessian * way;
  const Assumptions is{
      .weak = barrier * inverse_t > 3,
      .isotropic = std::abs(k.xy) < 1e-12 * trace(k) && std::abs(k.xx - k.yy) < 1e-12 * trace(k),
      .aligned = norm(image - h_well * way) < 1e-3 * norm(image),
      .same_across = std::abs(determinant(minimum.hessian) / h_well /
                                  std::abs(determinant(saddle.hessian)) * h_saddle -
                              1) < 1e-3,
      .hessian_noise = sgd && problem.sgd->noise == "hessian",
      .exit = exit};
  const std::string shared = "weak noise (barrier above 3), exit set beyond the saddle";
  const auto log_of = [](double v) { return std::log(static_cast<long double>(v)); };
  std::vector<Formula> out;
  const auto need = [&](bool holds, const char* what) {
    if (!holds)
      out.back().fails.emplace_back(what);
  };
  const long double pair = 0.5L * log_of(h_well * h_saddle) - log_of(two_pi);
  out.push_back({"kramers", pair - barrier * inverse_t,
                 shared + ", isotropic noise, way out along an eigenvector of the well's Hessian "
                          "with the same curvature across it in well and saddle",
                 is.failing_for_all()});
  need(is.isotropic, "the noise is not isotropic");
  need(is.aligned, "the way out is no eigenvector of the well's Hessian");
  need(is.same_across, "the curvature across the way differs between well and saddle");
  const long double across =
      0.5L * log_of(determinant(minimum.hessian) / std::abs(determinant(saddle.hessian)));
  out.push_back({"eyring_kramers", log_of(h_saddle / two_pi) + across - barrier * inverse_t,
                 shared + ", isotropic noise", is.failing_for_all()});
  need(is.isotropic, "the noise is not isotropic");
  if (sgd) {
    const double exponent = inverse_t + 1 - 0.5 * dimensions;
    out.push_back({"mori", pair - barrier * exponent,
                   shared + ", Hessian noise, n = " + std::to_string(dimensions) +
                       (dimensions == 1 ? "" : ", way out along an eigenvector of H*"),
                   is.failing_for_all()});
    need(is.hessian_noise, "the noise is not that of the Hessian");
    need(is.aligned, "the way out is no eigenvector of the well's Hessian");
  }
  return out;
}

} // namespace escapade
