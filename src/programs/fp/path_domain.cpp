#include "programs/fp/path_domain.hpp"

#include "escapade/grid/mesh.hpp"

#include <algorithm>
#include <cmath>

namespace escapade {

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
