// What a rate or a time counts, said beside it: an exit set that begins at the saddle is reached
// twice as often as it is passed, since half of those on top fall back,
//   k(to the top) = 2 k(well to well).
// Kramers 1940, doi:10.1016/S0031-8914(40)90098-2.
#include "programs/fp/questions.hpp"

#include "landscape/flow.hpp"

#include <cmath>

namespace escapade {

namespace {

/// Coordinates that rounding alone keeps from 0 are 0.
Vec2 without_dust(Vec2 p, const Domain& d) {
  return {std::abs(p.x) < 1e-12 * d.width() ? 0 : p.x,
          std::abs(p.y) < 1e-12 * d.height() ? 0 : p.y};
}

} // namespace

std::optional<Vec2> saddle_at_exit(const Setup& setup) {
  if (setup.shape.mesh || setup.loss || setup.exit.empty() || !setup.problem.coefficients)
    return std::nullopt;
  const Domain& d = setup.domain;
  const double hx = d.width() / static_cast<double>(setup.shape.cells[0]),
               hy = d.line ? 0 : d.height() / static_cast<double>(setup.shape.cells[1]);
  for (const RestPoint& p : rest_points(setup.problem.coefficients, d)) {
    if (d.line ? p.jacobian[0] <= 0 : p.type != RestPoint::Type::saddle)
      continue;
    for (const Part& part : setup.exit) {
      double v[3];
      part.phi_and_gradient(1, &p.position.x, &p.position.y, v);
      if (std::abs(v[0]) <= 0.5 * (std::abs(v[1]) * hx + std::abs(v[2]) * hy))
        return without_dust(p.position, d);
    }
  }
  return std::nullopt;
}

} // namespace escapade
