// What is written: values on the cells of a lattice, or on polygons (the cells of a mesh).
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
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
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
  /// Where set, the values are not held but made, the same every time, when they are wanted.
  std::function<std::vector<double>()> make = {};
};

/// The field with its values held.
CellField held(const CellField& field);

/// Convex cells of any shape: cell k has the points corner[start[k]] … corner[start[k + 1] − 1],
/// counter-clockwise.
struct CellPolygons {
  std::vector<Vec2> corner;
  std::vector<std::int64_t> start{0};
};

void add_polygon(CellPolygons& polygons, const std::vector<Vec2>& corners);

/// One rank's share of the cells, where several write a file each: the rows [first, last) of a
/// lattice, or so many polygons. Shares follow each other in the order of the ranks.
struct Piece {
  int number = 0; ///< the rank
  std::int64_t first = 0, last = 0;
};

struct FieldFile {
  CellLattice lattice;                  ///< with polygons, its variables alone mean something
  std::optional<CellPolygons> polygons; ///< the cells, instead of the lattice's
  std::optional<Piece> piece;           ///< none: all cells
  std::vector<CellField> fields;
  std::map<std::string, std::string> provenance; ///< command, version, commit, …
  std::optional<double> time;
};

/// Number of cells nx·ny.
std::int64_t size(const CellLattice& lattice);

/// Number of cells of whatever kind, of the piece alone where there is one.
std::int64_t cells_of(const FieldFile& file);

/// Corner (i, j), 0 ≤ i ≤ nx, 0 ≤ j ≤ ny, in the variables.
Vec2 corner(const CellLattice& lattice, std::int64_t i, std::int64_t j);

/// Centre of cell (ix, iy), in the variables.
Vec2 centre(const CellLattice& lattice, std::int64_t ix, std::int64_t iy);

/// Index of the cell that holds `point`, or −1 outside the lattice.
std::int64_t cell_at(const CellLattice& lattice, Vec2 point);

/// Finds the polygon that holds a point.
class PolygonFinder {
public:
  /// `polygons` must outlive it.
  explicit PolygonFinder(const CellPolygons& polygons);
  /// Index of the polygon that holds the point (of the nearest side where rounding leaves a gap),
  /// or −1.
  std::int64_t at(Vec2 point) const;

private:
  const CellPolygons& polygons_;
  Vec2 low_, bin_;
  std::array<std::int64_t, 2> bins_;
  std::vector<std::vector<std::int32_t>> binned_;
};

/// Place of a point counted in cells: (0, 0) at the centre of the first cell, linear between
/// centres.
Vec2 place_of(const CellLattice& lattice, Vec2 point);

/// Area of cell (ix, iy).
double area_of(const CellLattice& lattice, std::int64_t ix, std::int64_t iy);

/// Throws BadInput unless the lattice is finite and not empty, every field has a name of its own
/// and as many values as cells times components, and component names are absent or complete.
void check(const FieldFile& file);

/// The field of that name; throws BadInput, listing the names there are, if there is none.
const CellField& field_named(const FieldFile& file, std::string_view name);

} // namespace escapade
