// Where a vector field may vanish. On a lattice of n × n cells both components are known at the
// corners; a cell may hold a zero if the values of each, extrapolated by half their spread, embrace
// 0. The winding number of the field along the rim of the lattice,
//   1/2π ∮ d arg(f₁ + i f₂) = Σ over the zeros inside of sign det ∂f/∂(x, y),
// tells whether all were found (the theorem of Poincaré and Hopf, in the plane).
// Places in the variables, components in units of their own.
#pragma once

#include "escapade/problem/domain.hpp"
#include "escapade/problem/field.hpp"
#include "escapade/problem/plane.hpp"

#include <cstddef>
#include <vector>

namespace escapade {

/// Two components at the corners of n × n cells of a box, along x first.
struct VectorLattice {
  Vec2 corner, size; // of the box
  int n;
  std::vector<double> f1, f2;

  Vec2 cell() const { return {size.x / n, size.y / n}; }
};

/// Components `first` and `first` + 1 of a field that writes `components` arrays.
VectorLattice vectors_on(const Field& field, std::size_t components, std::size_t first, Vec2 corner,
                         Vec2 size, int n);

/// The middles of the cells that may hold a zero.
std::vector<Vec2> cells_with_zeros(const VectorLattice& vectors);

/// Along the rim. What the field turns along one of two periodic sides it turns back along the
/// other.
int winding_number(const VectorLattice& vectors, const Domain& domain);

} // namespace escapade
