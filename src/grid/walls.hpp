// Sides of the box at which the noise across them vanishes like the distance t to them: population
// dynamics, interest rates, volatilities. With D = D′t and the drift b = α D′ inward, the invariant
// density begins like t^(α−1), infinite at the wall where α < 1, and a cell's mass is not its
// centre's density times its size. Here: masses and centroids of cells under that power.
//
// For α ≥ 2 the rule of the centre has order 2 already, and for α ≤ 0 the power has no integral:
// then cells weigh as elsewhere.
#pragma once

#include "grid/grid.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace escapade {

/// α at both ends of every line of cells.
struct WallShapes {
  /// [axis][low or high side][line along that axis]; NaN where the noise does not vanish so.
  std::array<std::array<std::vector<double>, 2>, 2> shape;
  bool diagonal = true; // D in the axes
};

/// A wall at one end of a line of cells.
struct Wall {
  double shape = 0;    // α
  double position = 0; // along the axis
  double inward = 1;   // or −1
  bool absorbing = false;
  double distance(double coordinate) const { return inward * (coordinate - position); }
};

/// The wall of a line along `axis` that is nearer to a coordinate, if it has any.
std::optional<Wall> wall_of(const Grid& grid, std::size_t axis, std::int64_t line,
                            double coordinate);

/// ∫_a^b (t/c)^power dt for 0 ≤ a < b and c > 0; a > 0 where power ≤ −1.
double power_integral(double power, double a, double b, double c);

/// What a cell from t = a to b about its centre c weighs under the power.
struct WallWeight {
  double ratio = 1;    // ∫ (t/c)^(α−1) dt / (b − a)
  double centroid = 0; // distance from the wall
};
WallWeight weight_at(const Wall& wall, double a, double c, double b);

/// The centroid of an unknown's cell under the powers of the walls of its two lines, in the
/// variables; its centre where there are none.
Vec2 centroid(const Grid& grid, std::int32_t unknown);

} // namespace escapade
