#include "programs/report/which_rate.hpp"

#include "landscape/flow.hpp"

#include <cmath>

namespace escapade {

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
        return p.position;
    }
  }
  return std::nullopt;
}

} // namespace escapade
