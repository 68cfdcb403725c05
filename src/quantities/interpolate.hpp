// The value at a point of a quantity known at cell centres.
//
// Lagrange interpolation in each direction over the widest of 4×4, 3×3 and 2×2 centres around the
// point that all carry an unknown (errors of order h⁴, h³, h²); right at an oblique boundary, where
// there is not even a 2×2 block, the value of the nearest cell (order h).
// On triangles a polynomial of degree 2 by least squares over the corners of the triangle around
// the point and their neighbours (order h³); a point on a vertex has that vertex's value. Fields
// that vary by more than a factor of 4 over those centres are interpolated by their logarithm,
// which keeps them positive.
#pragma once

#include "generator/halo.hpp"
#include "generator/log_vector.hpp"
#include "grid/cells.hpp"

#include <cstdint>
#include <vector>

namespace escapade {

/// log of the field at `point`; `log_values` has one entry per row of this rank, of the whole grid
/// without a halo. With a halo of several ranks collective, the same on all of them. Throws
/// BadInput where no cell within two spacings of the point carries an unknown.
long double log_value_at(const Cells& grid, const LogVector& log_values, Vec2 point,
                         const Halo& halo = {});

} // namespace escapade
