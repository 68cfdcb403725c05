// Where an evolution begins: masses of sum 1 on the cells of a grid.
//   a point      a quadratic spline over 3 × 3 cells, weights (½ − a)²/2, ¾ − a², (½ + a)²/2 for a
//                point at a ∈ [−½, ½] from the middle cell's centre: the mean is the point itself
//                and the variance h²/4 along each axis wherever the point lies among the cells, so
//                that the error is of order h² with one constant and three grids can tell it.
//                Where a cell is missing: bilinear over 2 × 2; there and on cells that are no
//                lattice else barycentric in a triangle of centres; the mean is the point in each.
//                Where no triangle holds it: the nearest cell
//   a density    f at the cell's centre times its area (order h²), divided by the sum
// These functions are serial and give the whole grid.
#pragma once

#include "escapade/problem/field.hpp"
#include "generator/log_vector.hpp"
#include "grid/cells.hpp"

#include <string>

namespace escapade {

/// Throws BadInput where no cell's centre lies within three spacings of the point.
LogVector point_masses(const Cells& grid, Vec2 point);

/// BadInput beginning with `option` where f (1 component) is negative or not finite at a centre, or
/// zero everywhere.
LogVector density_masses(const Cells& grid, const Field& f, const std::string& option);

} // namespace escapade
