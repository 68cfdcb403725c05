#include "answers/action/search.hpp"

namespace escapade {

Region with_absorbing_sides(Region exit, const Domain& d) {
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

} // namespace escapade
