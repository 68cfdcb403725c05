#include "generator/rates/edges.hpp"

#include "escapade/error.hpp"
#include "generator/rates/walls.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace escapade {

std::string noise_floor_advice(Sym2 d) {
  char text[96];
  std::snprintf(text, sizeof text, "add a noise floor, e.g. %.2g (1 %% of the noise there)",
                0.01 * trace(d));
  return text;
}

bool semi_definite(Sym2& d) {
  const double size = std::abs(d.xx) + std::abs(d.yy), rounding = 1e-12 * size;
  if (!(d.xx >= -rounding && d.yy >= -rounding && determinant(d) >= -rounding * size))
    return false;
  if (d.xx < 0 || d.yy < 0)
    d = {std::max(d.xx, 0.0), 0, std::max(d.yy, 0.0)};
  else if (determinant(d) < 0)
    d.xy = std::copysign(std::sqrt(d.xx) * std::sqrt(d.yy), d.xy);
  return true;
}

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
    Sym2 d{v[2 * n + k], v[3 * n + k], v[4 * n + k]};
    if (!tolerant || !(*tolerant)[k]) {
      if (!std::isfinite(b.x) || !std::isfinite(b.y))
        throw BadInput("the drift is not finite at " + point_text({x[k], y[k]}) +
                       "; restrict the domain to where it is defined, or change its expression");
      if (!std::isfinite(d.xx) || !std::isfinite(d.xy) || !std::isfinite(d.yy))
        throw BadInput("the diffusion is not finite at " + point_text({x[k], y[k]}) +
                       "; restrict the domain to where it is defined, or change its expression");
      if (!semi_definite(d))
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

/// The point at the fraction s of an edge.
Vec2 point_on(const Grid* grid, const Edge& e, double s) {
  if (s == 0)
    return e.from;
  if (grid && s != 1 && grid->graded())
    return grid->point(e.place.x + s * e.i, e.place.y + s * e.j);
  return s == 1 ? e.to : s == 0.5 ? 0.5 * (e.from + e.to) : e.from + s * (e.to - e.from);
}

/// g = K_e (Φ(x) − Φ(y)), K_e the eigenvalue of K that belongs to the edge's axis. Where Φ does not
/// go on beyond the exit set's boundary, of the part before it.
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
    Edge& e = edges[k];
    if (e.target == dropped)
      continue;
    double difference = phi[k] - phi[n + k];
    if (e.target == into_exit && !std::isfinite(difference)) {
      const Vec2 end = point_on(grid, e, e.cut);
      double at_end = 0;
      gradient.phi(1, &end.x, &end.y, &at_end);
      difference = (phi[k] - at_end) / e.cut;
    }
    e.g = difference * (e.i != 0 ? k_frame.xx : k_frame.yy) + grading_term(grid, RateForm::ito, e);
    if (!std::isfinite(e.g))
      throw BadInput("the drift is not finite near " + point_text(e.from) +
                     ": the potential (or the logarithm of the loss) is not a number there; "
                     "restrict the domain to where it is defined");
  }
}

/// Without noise along the edge's axis the jump rate is the drift itself, upwind. `middle`: of the
/// edge.
double upwind_rate(const Problem& problem, const Grid* grid, const Edge& e,
                   const LocalCoefficients& middle) {
  const auto singular_at = [](Vec2 p) { return "the diffusion is singular at " + point_text(p); };
  if (!grid)
    throw BadInput(singular_at(0.5 * (e.from + e.to)) +
                   ": a mesh needs noise in every direction; " + noise_floor_advice(middle.d) +
                   ", or use a grid on a rectangle");
  if (middle.d.xy != 0 || (e.i != 0 && e.j != 0))
    throw BadInput(singular_at(point_on(grid, e, 0.5)) + " and not along an axis of the grid; " +
                   (problem.constant_direction ? "use the frame of the noise, or " : "") +
                   noise_floor_advice(middle.d));
  const double drift = e.i != 0 ? e.i * middle.b.x / grid->side(0, e.place.x + 0.5 * e.i)
                                : e.j * middle.b.y / grid->side(1, e.place.y + 0.5 * e.j);
  return std::max(drift, 0.0);
}

/// Beyond it the noise along an edge counts as none.
constexpr double steepest = 1e15;

bool is_slope(double value) {
  return std::isfinite(value) && std::abs(value) <= steepest;
}

/// D⁻¹ is then made of rounding.
bool oblique_and_singular(Sym2 d) {
  return d.xy != 0 && determinant(d) <= 1e-10 * trace(d) * trace(d);
}

/// From an edge to where its cell's mass lies beside it: not its centre near walls at which the
/// noise vanishes.
Vec2 aside(const Grid* grid, const Edge& e) {
  if (!grid || !grid->walls || !grid->walls->diagonal)
    return {};
  const Vec2 d = centroid(*grid, e.row) - e.from;
  return {e.i != 0 ? 0.0 : d.x, e.j != 0 ? 0.0 : d.y};
}

/// Sets g or upwind of the edges `live` from b and D at both ends and the middle of their part
/// before the fraction `cut` (`pieces`), or of whole edges. Of those returns the ones to take the
/// piece of: what is needed lies beyond the exit set's boundary, and is nothing that one can use.
std::vector<std::size_t> integrate_spans(const Problem& problem, const Grid* grid, RateForm form,
                                         std::vector<Edge>& edges,
                                         const std::vector<std::size_t>& live, bool pieces) {
  const std::size_t n = live.size();
  std::vector<double> x(3 * n), y(3 * n);
  std::vector<char> tolerant(3 * n, 0);
  const auto span_of = [&](const Edge& e) { return pieces ? e.cut : 1.0; };
  for (std::size_t q = 0; q < n; ++q) {
    const Edge& e = edges[live[q]];
    const Vec2 beside = aside(grid, e);
    for (std::size_t k = 0; k < 3; ++k) {
      const Vec2 p = point_on(grid, e, 0.5 * static_cast<double>(k) * span_of(e)) + beside;
      x[k * n + q] = p.x, y[k * n + q] = p.y;
    }
    // Nobody asks that the problem go on in there.
    tolerant[n + q] = e.target == into_exit && !pieces && e.cut <= 0.5 + 1e-9;
    tolerant[2 * n + q] = e.target == into_exit;
  }
  // What only leaves obeys no detailed balance: on pieces the Itô form, which needs no slope of D,
  // for that and D itself vanish together where the noise does so at a wall.
  const Slope slope(problem, grid ? grid->angle : 0, pieces ? RateForm::ito : form, x, y,
                    &tolerant);
  const auto usable = [&](std::size_t k, double value) {
    Sym2 d = slope.at[k].d;
    return is_slope(value) && !oblique_and_singular(d) && (!tolerant[k] || semi_definite(d));
  };
  std::vector<std::size_t> again;
  for (std::size_t q = 0; q < n; ++q) {
    Edge& e = edges[live[q]];
    const auto wall = grid ? EdgeWall::beside(*grid, e) : std::nullopt;
    const double span = span_of(e);
    // dζ/dt at both ends and halfway: the image of the edge, which graded cells may bend.
    const auto along = [&](std::size_t k, double s) {
      return slope.along(k, grid ? Vec2{e.i * grid->side(0, e.place.x + s * e.i),
                                        e.j * grid->side(1, e.place.y + s * e.j)}
                                 : e.to - e.from) -
             (wall ? wall->slope(s) : 0.0);
    };
    const double start = along(q, 0), middle = along(n + q, 0.5 * span),
                 end = along(2 * n + q, span);
    const bool on_piece = e.target == into_exit && is_slope(start) &&
                          !(usable(n + q, middle) && usable(2 * n + q, end));
    if (!pieces && (on_piece || (wall && wall->reaches()))) {
      if (e.cut > at_once)
        again.push_back(live[q]);
      continue;
    }
    if (!is_slope(middle)) {
      e.upwind = upwind_rate(problem, grid, e, slope.at[n + q]);
      continue;
    }
    const bool simpson = usable(q, start) && usable(2 * n + q, end);
    e.g = (simpson ? (start + 4 * middle + end) / 6 : middle) + grading_term(grid, form, e);
    if (wall && !wall->reaches()) {
      const double until = e.target == into_exit ? e.cut : 1.0;
      e.g += wall->integral(until) / until;
    }
  }
  return again;
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
  const auto again = integrate_spans(problem, grid, form, edges, live, false);
  integrate_spans(problem, grid, form, edges, again, true);
}

} // namespace escapade
