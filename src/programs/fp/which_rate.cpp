// What a rate or a time counts, said beside it: an exit set that begins at the saddle is reached
// twice as often as it is passed, since half of those on top fall back,
//   k(to the top) = 2 k(well to well).
// Kramers 1940, doi:10.1016/S0031-8914(40)90098-2.
#include "programs/fp/questions.hpp"

#include "landscape/flow.hpp"

#include <cmath>
#include <limits>
#include <vector>

namespace escapade {

namespace {

/// The coefficients where they may be asked for, not a number deeper in the exit set than some
/// steps of the lattice on which rest points are looked for.
Field outside_exit(const Setup& setup) {
  const double wx = setup.domain.width() / 32, wy = setup.domain.height() / 32;
  return [&setup, wx, wy](std::size_t n, const double* x, const double* y, double* out) {
    std::vector<char> within(n, 0);
    std::vector<double> phi(3 * n), some_x, some_y;
    for (const Part& part : setup.exit) {
      part.phi_and_gradient(n, x, y, phi.data());
      for (std::size_t k = 0; k < n; ++k)
        within[k] = within[k] || phi[k] > std::abs(phi[n + k]) * wx + std::abs(phi[2 * n + k]) * wy;
    }
    for (std::size_t k = 0; k < n; ++k)
      if (!within[k])
        some_x.push_back(x[k]), some_y.push_back(y[k]);
    const std::size_t m = some_x.size();
    std::vector<double> some(5 * m);
    setup.problem.coefficients(m, some_x.data(), some_y.data(), some.data());
    for (std::size_t c = 0; c < 5; ++c)
      for (std::size_t k = 0, next = 0; k < n; ++k)
        out[c * n + k] =
            within[k] ? std::numeric_limits<double>::quiet_NaN() : some[c * m + next++];
  };
}

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
  for (const RestPoint& p : rest_points(outside_exit(setup), d)) {
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
