// The control volumes that a chain jumps between, whatever they are: one value that quantities,
// answers and output work on. Cell u has a centre (where values are reported), an area, and vectors
// to the cells it shares a face with; areas may differ from cell to cell.
//
// Lengths and areas in the units of the variables. Nothing is stored per cell here.
#pragma once

#include "escapade/grid/mesh.hpp"
#include "grid/grid.hpp"

#include <variant>

namespace escapade {

struct Cells {
  std::variant<Grid, MeshCells> kind;

  Cells() = default;
  Cells(Grid lattice) : kind(std::move(lattice)) {}
  Cells(MeshCells triangles) : kind(std::move(triangles)) {}

  std::int64_t unknowns() const;
  /// Cells dropped because no edge joins them to the rest.
  std::int64_t isolated() const;
  Vec2 centre(std::int32_t u) const;
  /// Where the cell's mass is centred: its centre but where the noise vanishes at a wall.
  Vec2 centroid(std::int32_t u) const;
  double area(std::int32_t u) const;
  /// Side of a typical cell: what the error is a power of.
  double spacing() const;
  /// From the centre of u to that of its neighbour v, the nearest of v's periodic images.
  Vec2 step(std::int32_t u, std::int32_t v) const;
  /// From the centre of u to the middle of its face with v; half a step on a lattice.
  Vec2 to_face(std::int32_t u, std::int32_t v) const;
  /// Appends points spread evenly over cell u and the share of its area that each stands for.
  void spread(std::int32_t u, std::vector<double>& x, std::vector<double>& y,
              std::vector<double>& share) const;
  /// Length of cell u along a direction (which need not have length 1).
  double width(std::int32_t u, Vec2 direction) const;
  /// The unknown whose cell holds the point (periodic sides wrapped); −1 where there is none.
  std::int32_t cell_at(Vec2 point) const;
  /// The unknown whose centre is nearest to the point.
  std::int32_t nearest(Vec2 point) const;

  /// The lattice, null where the cells are no lattice.
  const Grid* lattice() const { return std::get_if<Grid>(&kind); }
  Grid* lattice() { return std::get_if<Grid>(&kind); }
  /// The cells of a mesh, null where there is none.
  const MeshCells* triangles() const { return std::get_if<MeshCells>(&kind); }
};

/// Without the unknowns `dropped` (ascending), which count as isolated; the others are numbered
/// anew.
void drop_unknowns(Cells& cells, const std::vector<std::int32_t>& dropped);

} // namespace escapade
