#include "grid/walls.hpp"

#include <algorithm>
#include <cmath>

namespace escapade {

std::optional<Wall> wall_of(const Grid& grid, std::size_t axis, std::int64_t line,
                            double coordinate) {
  if (!grid.walls)
    return std::nullopt;
  const Domain& d = grid.domain;
  const double end[2] = {axis == 0 ? d.x0 : d.y0, axis == 0 ? d.x1 : d.y1};
  std::optional<Wall> nearest;
  for (std::size_t side = 0; side < 2; ++side) {
    const std::vector<double>& shapes = grid.walls->shape[axis][side];
    if (shapes.empty() || std::isnan(shapes[static_cast<std::size_t>(line)]))
      continue;
    const Wall wall{shapes[static_cast<std::size_t>(line)], end[side], side == 0 ? 1.0 : -1.0,
                    d.boundary[2 * axis + side] == Boundary::absorbing};
    if (!nearest || wall.distance(coordinate) < nearest->distance(coordinate))
      nearest = wall;
  }
  return nearest;
}

double power_integral(double power, double a, double b, double c) {
  const double q = power + 1;
  const double at_b = q * std::log(b / c); // of the antiderivative t (t/c)^(q−1) / q
  if (a <= 0)
    return c * std::exp(at_b) / q;
  const double length = std::log1p((b - a) / a);
  return q == 0 ? c * length : -c * std::exp(at_b) * std::expm1(-q * length) / q;
}

WallWeight weight_at(const Wall& wall, double a, double c, double b) {
  const double power = wall.shape - 1;
  a = std::max(a, 0.0);
  if (wall.absorbing && wall.shape < 1) {
    // What lies between such a wall and the first centre is weighed with the chance to come to the
    // centre, (t/c)^(1−α).
    const bool first = a <= 1e-9 * b;
    const double width =
        first ? c + power_integral(power, c, b, c) : power_integral(power, a, b, c);
    return {width / (b - a), c};
  }
  if (!(wall.shape > 0 && wall.shape < 2))
    return {1, c};
  const double width = power_integral(power, a, b, c);
  return {width / (b - a), c * power_integral(wall.shape, a, b, c) / width};
}

Vec2 centroid(const Grid& grid, std::int32_t unknown) {
  const Vec2 centre = grid.centre(unknown);
  if (!grid.walls)
    return centre;
  const std::int64_t cell = grid.cell(unknown);
  const std::int64_t index[2] = {cell % grid.cells[0], cell / grid.cells[0]};
  double at[2] = {centre.x, centre.y};
  for (std::size_t axis = 0; axis < 2; ++axis) {
    const auto wall = wall_of(grid, axis, index[1 - axis], at[axis]);
    if (!wall)
      continue;
    const auto i = static_cast<double>(index[axis]);
    const double low = wall->distance(grid.coordinate(axis, i)),
                 high = wall->distance(grid.coordinate(axis, i + 1)), c = wall->distance(at[axis]);
    at[axis] +=
        wall->inward * (weight_at(*wall, std::min(low, high), c, std::max(low, high)).centroid - c);
  }
  return {at[0], at[1]};
}

} // namespace escapade
