// What is written: values on the cells of a lattice, whatever grid they were computed on.
//
// The lattice has nx × ny rectangular cells with sides h₀, h₁ along axes turned by `angle` against
// the variables. With R the rotation by `angle`, corner (i, j) lies at
//   origin + R (i h₀, j h₁)ᵀ,
// and cell (ix, iy) has the index ix + nx·iy. Vectors and tensors have their components along the
// variables' own axes, in turned lattices too. A graded lattice names its faces along each axis
// instead of sides h: corner (i, j) is then origin + R (faces₀[i], faces₁[j])ᵀ. NaN marks a lattice
// cell that is no grid cell.
#pragma once

#include "escapade/problem/plane.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace escapade {

struct CellLattice {
  std::array<std::int64_t, 2> cells{0, 0};
  std::array<double, 2> h{1, 1}; ///< sides of a cell, in the variables' units
  Vec2 origin;                   ///< corner (0, 0), in the variables
  double angle = 0;              ///< radians, counter-clockwise; 0: the variables' own axes
  std::array<std::vector<double>, 2> faces; ///< both empty, or cells + 1 ascending numbers each
  std::array<std::string, 2> variables{"x", "y"};
};

/// Component c of cell i is values[i * components + c]: 1 a scalar, 2 a vector (x, y),
/// 3 a symmetric tensor (xx, xy, yy).
struct CellField {
  std::string name, units; ///< units may be empty
  int components = 1;
  std::vector<std::string> component_names; ///< empty, or one per component
  std::vector<double> values;
};

struct FieldFile {
  CellLattice lattice;
  std::vector<CellField> fields;
  std::map<std::string, std::string> provenance; ///< command, version, commit, …
  std::optional<double> time;
};

/// Number of cells nx·ny.
std::int64_t size(const CellLattice& lattice);

/// Corner (i, j), 0 ≤ i ≤ nx, 0 ≤ j ≤ ny, in the variables.
Vec2 corner(const CellLattice& lattice, std::int64_t i, std::int64_t j);

/// Centre of cell (ix, iy), in the variables.
Vec2 centre(const CellLattice& lattice, std::int64_t ix, std::int64_t iy);

/// Index of the cell that holds `point`, or −1 outside the lattice.
std::int64_t cell_at(const CellLattice& lattice, Vec2 point);

/// Throws BadInput unless the lattice is finite and not empty, every field has a name of its own
/// and components · nx · ny values, and component names are absent or complete.
void check(const FieldFile& file);

/// The field of that name; throws BadInput, listing the names there are, if there is none.
const CellField& field_named(const FieldFile& file, const std::string& name);

} // namespace escapade
