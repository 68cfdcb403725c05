// The quasi-potential U(θ): the least action of a path from a stable rest point to θ, inside the
// box.
//
// Ordered line integral method: points are accepted in the order of U, as in Dijkstra's; each takes
//   U(x) = min over λ in [0, 1] of  (1 − λ) U(y₀) + λ U(y₁) + S(straight line from y_λ to x)
// over neighbours y₀, y₁ on the accepted front up to `reach` cells away, S by the midpoint rule.
// Near the rest point U = ½ zᵀ C⁻¹ z with A C + C Aᵀ + 2D = 0, A the Jacobian of b. Dahiya &
// Cameron 2018, doi:10.1007/s10915-017-0590-9; with variable anisotropic D:
// Dahiya, Cameron, Physica D 382–383 (2018) 33. It knows no other paths than those on its lattice,
// and needs no guess: a check on minimum_action.
#pragma once

#include "escapade/problem/field.hpp"
#include "escapade/problem/region.hpp"
#include "grid/grid.hpp"
#include "landscape/flow.hpp"

#include <optional>
#include <vector>

namespace escapade {

struct QuasiPotential {
  std::vector<double> value; // per lattice cell, at its centre; infinite where nothing leads
  std::vector<Vec2> origin;  // y_λ that it came from, in cells; not a number near the rest point
  int reach = 0;             // cells
};

/// On the centres of the grid's cells. `reach` 0: from the number of cells and the anisotropy of D
/// as the lattice sees it. Throws BadInput where `from` is not stable or not inside the lattice.
QuasiPotential quasi_potential(const Field& coefficients, const Grid& grid, const RestPoint& from,
                               int reach = 0);

/// Bilinear between centres; nothing where one of the four is missing or infinite.
std::optional<double> value_at(const QuasiPotential& U, const Grid& grid, Vec2 point);

struct LeastOnBoundary {
  double value = 0;
  Vec2 at;
  std::size_t part = 0;
};

/// The least U on the boundary of a region, linear along the lattice's edges, or on a straight way
/// from the edge's end where U does not go on beyond; nothing where no edge crosses it.
std::optional<LeastOnBoundary> least_on_boundary(const QuasiPotential& U, const Field& coefficients,
                                                 const Grid& grid, const Region& region);

/// The polygon along which U came to a point, from the rest point on; empty where it did not.
std::vector<Vec2> way_to(const QuasiPotential& U, const Grid& grid, Vec2 rest_point, Vec2 point);

} // namespace escapade
