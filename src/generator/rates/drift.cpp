#include "generator/rates/edges.hpp"

#include "escapade/error.hpp"

#include <algorithm>
#include <cmath>

namespace escapade {

std::vector<LocalCoefficients> coefficients_at(const Problem& problem, double angle,
                                               const std::vector<double>& x,
                                               const std::vector<double>& y,
                                               const std::vector<char>* tolerant) {
  const std::size_t n = x.size();
  std::vector<double> v(5 * n);
  problem.coefficients(n, x.data(), y.data(), v.data());
  std::vector<LocalCoefficients> out(n);
  for (std::size_t k = 0; k < n; ++k) {
    const Vec2 b{v[k], v[n + k]};
    const Sym2 d{v[2 * n + k], v[3 * n + k], v[4 * n + k]};
    if (!tolerant || !(*tolerant)[k]) {
      if (!std::isfinite(b.x) || !std::isfinite(b.y))
        throw BadInput("the drift is not finite at " + point_text({x[k], y[k]}) +
                       "; restrict the domain to where it is defined, or change its expression");
      if (!std::isfinite(d.xx) || !std::isfinite(d.xy) || !std::isfinite(d.yy))
        throw BadInput("the diffusion is not finite at " + point_text({x[k], y[k]}) +
                       "; restrict the domain to where it is defined, or change its expression");
      if (d.xx < 0 || d.yy < 0 || determinant(d) < -1e-12 * d.xx * d.yy - 1e-300)
        throw BadInput("the diffusion is not positive semi-definite at " +
                       point_text({x[k], y[k]}) + ": D11, D12, D22 = " + std::to_string(d.xx) +
                       ", " + std::to_string(d.xy) + ", " + std::to_string(d.yy) +
                       "; give D with D11, D22 >= 0, D11*D22 >= D12^2");
    }
    out[k] = {in_frame(b, angle), in_frame(d, angle)};
    if (std::abs(out[k].d.xy) <= 1e-14 * trace(out[k].d))
      out[k].d.xy = 0;
  }
  return out;
}

/// What graded cells add to g along an edge. With ξ(ζ) along each axis, densities on the lattice
/// are p^ξ = p dζ₁/dξ₁ dζ₂/dξ₂ and D^ξ = D ξ'², so that the Itô term of the map integrates exactly:
///   Itô form, edge along an axis   ∫ b^ξ/D^ξ dξ = ∫ b/D dζ + log ξ'(y)/ξ'(x)
///   divergence form                ∫ β^ξ·dξ     = ∫ β·dζ − log (ξ₁'ξ₂')(y)/(ξ₁'ξ₂')(x)
double grading_term(const Grid* grid, RateForm form, const Edge& e) {
  if (!grid || !grid->graded())
    return 0;
  const auto shrink = [&](std::size_t axis) { // log ξ'(y)/ξ'(x): sides are 1/ξ'
    const double t = axis == 0 ? e.place.x : e.place.y;
    const int step = axis == 0 ? e.i : e.j;
    return step == 0 ? 0.0 : std::log(grid->side(axis, t) / grid->side(axis, t + step));
  };
  const double sum = shrink(0) + shrink(1);
  return form == RateForm::ito ? sum : -sum;
}

namespace {

/// β at points of the frame: D⁻¹b (Itô) or D⁻¹(b − ∇·D).
struct Slope {
  std::vector<LocalCoefficients> at;
  std::vector<Vec2> divergence;

  Slope(const Problem& problem, double angle, RateForm form, const std::vector<double>& x,
        const std::vector<double>& y, const std::vector<char>* tolerant)
      : at(coefficients_at(problem, angle, x, y, tolerant)) {
    if (form == RateForm::ito)
      return;
    const std::size_t n = x.size();
    std::vector<double> v(2 * n);
    problem.divergence(n, x.data(), y.data(), v.data());
    for (std::size_t k = 0; k < n; ++k)
      divergence.push_back(in_frame(Vec2{v[k], v[n + k]}, angle));
  }

  /// β · d; NaN or infinite where D is singular.
  double along(std::size_t k, Vec2 d) const {
    const Sym2& D = at[k].d;
    const Vec2 b = divergence.empty() ? at[k].b : at[k].b - divergence[k];
    if (D.xy == 0) // each axis by itself: one vanishing component does not spoil the other
      return (d.x == 0 ? 0.0 : d.x * b.x / D.xx) + (d.y == 0 ? 0.0 : d.y * b.y / D.yy);
    return dot(d, solve(D, b));
  }
};

Vec2 middle_of(const Grid* grid, const Edge& e) {
  return grid && grid->graded() ? grid->point(e.place.x + 0.5 * e.i, e.place.y + 0.5 * e.j)
                                : 0.5 * (e.from + e.to);
}

/// g = K_e (Φ(x) − Φ(y)), K_e the eigenvalue of K that belongs to the edge's axis.
void integrate_gradient(const GradientStructure& gradient, Sym2 k_frame, const Grid* grid,
                        std::vector<Edge>& edges) {
  const std::size_t n = edges.size();
  std::vector<double> x(2 * n), y(2 * n), phi(2 * n);
  for (std::size_t k = 0; k < n; ++k) {
    x[k] = edges[k].from.x, y[k] = edges[k].from.y;
    x[n + k] = edges[k].to.x, y[n + k] = edges[k].to.y;
  }
  gradient.phi(2 * n, x.data(), y.data(), phi.data());
  for (std::size_t k = 0; k < n; ++k) {
    if (edges[k].target == dropped)
      continue;
    edges[k].g = (phi[k] - phi[n + k]) * (edges[k].i != 0 ? k_frame.xx : k_frame.yy) +
                 grading_term(grid, RateForm::ito, edges[k]);
    if (!std::isfinite(edges[k].g))
      throw BadInput("the drift is not finite near " + point_text(edges[k].from) +
                     ": the potential (or the logarithm of the loss) is not a number there; "
                     "restrict the domain to where it is defined");
  }
}

/// Without noise along the edge's axis the jump rate is the drift itself, upwind. `middle`: of the
/// edge.
double upwind_rate(const Grid* grid, const Edge& e, const LocalCoefficients& middle) {
  if (!grid)
    throw BadInput("the diffusion is singular at " + point_text(0.5 * (e.from + e.to)) +
                   ": a mesh needs noise in every direction; add a small isotropic part to it, "
                   "or use a grid on a rectangle");
  if (middle.d.xy != 0 || (e.i != 0 && e.j != 0))
    throw BadInput("the diffusion is singular at " + point_text(middle_of(grid, e)) +
                   " and not along an axis of the grid; add a small isotropic part to it, or "
                   "use the frame of the noise where its direction is constant");
  const double drift = e.i != 0 ? e.i * middle.b.x / grid->side(0, e.place.x + 0.5 * e.i)
                                : e.j * middle.b.y / grid->side(1, e.place.y + 0.5 * e.j);
  return std::max(drift, 0.0);
}

} // namespace

void integrate_drift(const Problem& problem, const Grid* grid, RateForm form,
                     std::vector<Edge>& edges) {
  const double angle = grid ? grid->angle : 0;
  const bool oblique_on_graded = grid && grid->graded() && form != RateForm::ito;
  if (problem.gradient && !oblique_on_graded) {
    const Sym2 k = in_frame(problem.gradient->k, angle);
    const double size = std::abs(k.xx) + std::abs(k.yy);
    const bool along_axes =
        grid ? std::none_of(edges.begin(), edges.end(),
                            [](const Edge& e) { return e.i != 0 && e.j != 0; })
             : std::abs(k.xx - k.yy) <= 1e-13 * size; // every direction is an axis of scalar K
    if (along_axes && std::abs(k.xy) <= 1e-13 * size)
      return integrate_gradient(*problem.gradient, k, grid, edges);
  }
  std::vector<std::size_t> live;
  for (std::size_t k = 0; k < edges.size(); ++k)
    if (edges[k].target != dropped)
      live.push_back(k);
  const std::size_t n = live.size();
  std::vector<double> x(3 * n), y(3 * n);
  std::vector<char> tolerant(3 * n, 0);
  for (std::size_t q = 0; q < n; ++q) {
    const Edge& e = edges[live[q]];
    const Vec2 middle = middle_of(grid, e);
    x[q] = e.from.x, y[q] = e.from.y;
    x[n + q] = middle.x, y[n + q] = middle.y;
    x[2 * n + q] = e.to.x, y[2 * n + q] = e.to.y;
    tolerant[2 * n + q] = e.target == into_exit; // nobody asks that the problem go on in there
  }
  const Slope slope(problem, angle, form, x, y, &tolerant);
  for (std::size_t q = 0; q < n; ++q) {
    Edge& e = edges[live[q]];
    // dζ/dt at both ends and halfway: the image of the edge, which graded cells may bend.
    const auto along = [&](double s) {
      return grid ? Vec2{e.i * grid->side(0, e.place.x + s * e.i),
                         e.j * grid->side(1, e.place.y + s * e.j)}
                  : e.to - e.from;
    };
    const double start = slope.along(q, along(0)), middle = slope.along(n + q, along(0.5)),
                 end = slope.along(2 * n + q, along(1));
    if (!std::isfinite(middle) || std::abs(middle) > 1e15) {
      e.upwind = upwind_rate(grid, e, slope.at[n + q]);
      continue;
    }
    const bool simpson = std::isfinite(start) && std::isfinite(end) &&
                         std::max(std::abs(start), std::abs(end)) < 1e15;
    e.g = (simpson ? (start + 4 * middle + end) / 6 : middle) + grading_term(grid, form, e);
  }
}

} // namespace escapade
