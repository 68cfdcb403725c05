#include "programs/fp/path_domain.hpp"

#include "escapade/grid/mesh.hpp"

#include <algorithm>
#include <cmath>

namespace escapade {

Region with_absorbing_sides(const Setup& setup) {
  Region exit = setup.exit;
  const Domain& d = setup.domain;
  const double at[4] = {d.x0, d.x1, d.y0, d.y1};
  for (std::size_t side = 0; side < 4; ++side) {
    if (d.boundary[side] != Boundary::absorbing)
      continue;
    const bool x = side < 2;
    const double sign = side % 2 == 1 ? 1 : -1, c = at[side];
    exit.push_back({side_names[side],
                    pointwise(1, [=](double px, double py,
                                     double* out) { out[0] = sign * ((x ? px : py) - c); }),
                    pointwise(3,
                              [=](double px, double py, double* out) {
                                out[0] = sign * ((x ? px : py) - c);
                                out[1] = x ? sign : 0.0, out[2] = x ? 0.0 : sign;
                              }),
                    HalfPlane{x ? 0 : 1, c, sign > 0}});
  }
  return exit;
}

bool stays_inside(const Setup& setup, const ActionPath& path) {
  if (!setup.outline)
    return true;
  const double rounding = 1e-6 * std::max(setup.domain.width(), setup.domain.height());
  return std::all_of(path.points.begin(), path.points.end() - 1,
                     [&](Vec2 p) { return setup.outline->depth(p) > -rounding; });
}

Setup in_a_box(const Setup& setup) {
  Setup box = setup;
  const Domain& d = setup.domain;
  const double w = 0.1 * d.width(), h = 0.1 * d.height();
  box.domain = {d.x0 - w, d.x1 + w, d.y0 - h, d.y1 + h, {}};
  box.exit = setup.paths_exit();
  box.shape = {};
  const double side = std::max(box.domain.width(), box.domain.height()) / 256;
  for (std::size_t axis = 0; axis < 2; ++axis)
    box.shape.cells[axis] = std::max<std::int64_t>(
        16, std::llround((axis == 0 ? box.domain.width() : box.domain.height()) / side));
  return box;
}

Region beyond_walls(const Setup& setup) {
  const auto outline = setup.outline;
  const auto curves = static_cast<std::int32_t>(setup.shape.mesh->exit_name.size());
  const auto phi = [outline, curves](double x, double y, double* out) {
    *out = -outline->depth({x, y});
    for (std::int32_t k = 0; k < curves; ++k)
      *out = std::min(*out, -outline->distance(k, {x, y})[0]);
  };
  return {{"beyond the walls", pointwise(1, phi), {}, {}}};
}

} // namespace escapade
