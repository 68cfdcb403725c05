#include "landscape/action/lattice_action.hpp"

#include "escapade/error.hpp"
#include "generator/rates/selling.hpp"

#include <algorithm>
#include <cmath>

namespace escapade {

namespace {

/// An edge as a stretch of the path meets it.
struct Jump {
  double rho = 0, momentum = 0, work = 0; // ρ_e, π_e, g_e
};
using Jumps = std::array<Jump, 3>;

/// −expm1(−v)/v of v ≥ 0 and its inverse, without 0/0.
double share_up(double v) {
  return v > 1e-8 ? -std::expm1(-v) : v;
}

/// 4 (g/2)/sinh(g/2) sinh(π/2) sinh(κ/2) without overflow before the result has one.
double jump_term(double momentum, double work) {
  const double kappa = momentum + work;
  const double p = std::abs(momentum), k = std::abs(kappa), g = std::abs(work);
  if (p == 0 || k == 0)
    return 0;
  const double size =
      (g > 1e-8 ? g / share_up(g) : 1.0) * share_up(p) * share_up(k) * std::exp(0.5 * (p + k - g));
  return (momentum > 0) == (kappa > 0) ? size : -size;
}

double hamiltonian(const Jumps& jumps, double share) {
  double sum = 0;
  for (const Jump& j : jumps)
    if (j.rho > 0)
      sum += j.rho * jump_term(share * j.momentum, j.work);
  return sum;
}

/// The share of the momentum at which the chain's Hamiltonian vanishes. It is convex in the share
/// and negative between 0 and the root.
double momentum_share(const Jumps& jumps) {
  double scale = 0;
  for (const Jump& j : jumps)
    scale += j.rho * std::abs(j.momentum * (j.momentum + j.work));
  double low = 0, high = 1;
  if (!(hamiltonian(jumps, 1) > 1e-12 * scale))
    return 1;
  constexpr int halvings = 24;
  for (int k = 0; k < halvings; ++k) {
    const double middle = 0.5 * (low + high);
    (hamiltonian(jumps, middle) > 0 ? high : low) = middle;
  }
  return 0.5 * (low + high);
}

Jumps jumps_of(const Climb& c, double angle, std::array<double, 2> h) {
  const Sym2 d = in_frame(c.noise, angle);
  const Vec2 p = in_frame(c.momentum, angle), g = in_frame(c.work, angle);
  const Stencil stencil =
      selling({d.xx / (h[0] * h[0]), d.xy / (h[0] * h[1]), d.yy / (h[1] * h[1])});
  Jumps jumps;
  for (std::size_t e = 0; e < 3; ++e) {
    const Vec2 edge{h[0] * stencil[e].i, h[1] * stencil[e].j};
    jumps[e] = {stencil[e].rho, dot(edge, p), dot(edge, g)};
  }
  return jumps;
}

} // namespace

std::vector<Climb> climbs_along(const Field& coefficients, const std::vector<Vec2>& points,
                                const std::vector<double>& action, int count) {
  std::vector<Climb> climbs;
  const double total = action.back();
  std::size_t i = 0;
  for (int k = 0; k < count; ++k) {
    const double at = total * (k + 0.5) / count;
    while (i + 2 < points.size() && action[i + 1] < at)
      ++i;
    const Vec2 place = 0.5 * (points[i] + points[i + 1]), along = points[i + 1] - points[i];
    double v[5];
    coefficients(1, &place.x, &place.y, v);
    const Vec2 b{v[0], v[1]};
    const Sym2 D{v[2], v[3], v[4]};
    if (!(determinant(D) > 1e-15 * trace(D) * trace(D)))
      throw NotTrusted("the noise is singular at " + point_text(place) +
                       " on the way out, and has no momentum there");
    const Vec2 work = solve(D, b), course = solve(D, along);
    const double speed = std::sqrt(dot(b, work) / dot(along, course));
    climbs.push_back({work, 0.5 * (speed * course - work), D, total / count});
  }
  return climbs;
}

double lattice_action(const std::vector<Climb>& climbs, double angle, std::array<double, 2> h) {
  double sum = 0;
  for (const Climb& c : climbs)
    sum += momentum_share(jumps_of(c, angle, h)) * c.action;
  return sum;
}

} // namespace escapade
