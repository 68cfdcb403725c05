// Rectangular cells in a frame turned by `angle` that cover a box, uniform or graded.
//
// Frame coordinates: ζ = Rᵀθ with R the rotation by `angle` about the origin of the variables.
// Cell (i, j) has its centre at ζ = corner + (h₁(i + ½), h₂(j + ½)), or where smooth maps of the
// two axes (grid/grading.hpp) put t = (i + ½, j + ½). Cells of the exit set, cells
// whose centre lies outside the box (turned frames only) and cells cut off from the rest carry no
// unknown. In the axes' own frame the faces are moved onto axis-parallel exit lines.
#pragma once

#include "escapade/grid/shape.hpp"
#include "escapade/problem/domain.hpp"
#include "escapade/problem/region.hpp"
#include "grid/numbering.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

namespace escapade {

struct WallShapes;

struct Grid {
  Domain domain;
  double angle = 0;
  std::array<double, 2> corner{}, h{};               // h: mean sides where the cells are graded
  std::array<std::shared_ptr<const AxisMap>, 2> map; // null: that axis is uniform
  std::array<std::int64_t, 2> cells{};
  Numbering numbering;                     // of the lattice cells i + cells[0]·j
  std::int64_t isolated = 0;               // cells dropped because no edge joins them to the rest
  std::shared_ptr<const WallShapes> walls; // where the noise vanishes at a side; null: nowhere

  std::int64_t unknowns() const { return numbering.unknowns(); }
  /// The unknown of a lattice cell, −1 where there is none, and the lattice cell of an unknown.
  std::int32_t unknown(std::int64_t lattice_cell) const { return numbering.unknown(lattice_cell); }
  std::int32_t cell(std::int64_t unknown) const { return numbering.cell(unknown); }
  /// The lattice cells of the unknowns [first, last).
  std::vector<std::int64_t> places(std::int64_t first, std::int64_t last) const;
  bool graded() const { return map[0] || map[1]; }
  /// Frame coordinate at t cells from the low side, and dζ/dt there: the side of a cell.
  double coordinate(std::size_t axis, double t) const;
  double side(std::size_t axis, double t) const;
  /// The point at (t₁, t₂), in the variables.
  Vec2 point(double t1, double t2) const;
  /// t₁ and t₂ of an unknown's centre.
  Vec2 place(std::int32_t unknown_index) const;
  /// Area that turns an unknown's mass into a density at its centre: dζ₁/dt₁ dζ₂/dt₂ there.
  double cell_area(std::int32_t unknown_index) const;
  /// The same of uniform cells; of graded ones the mean.
  double cell_area() const { return h[0] * h[1]; }
  /// Centre of lattice cell (i, j), in the variables; also for cells beyond the lattice.
  Vec2 centre(std::int64_t i, std::int64_t j) const;
  Vec2 centre(std::int32_t unknown_index) const;
  /// The vector from a cell's centre to that of the cell `di`, `dj` further; uniform cells only.
  Vec2 edge(int di, int dj) const;
  /// Lattice position (real-valued cell indices of centres: 0 is the centre of cell 0).
  Vec2 lattice_position(Vec2 point) const;
  /// Lattice cell at (i, j) with periodic sides wrapped, −1 beyond the lattice.
  std::int64_t lattice_cell(std::int64_t i, std::int64_t j) const;
};

/// x and y of the centres of all lattice cells i + cells[0]·j, with an unknown or without.
std::array<std::vector<double>, 2> lattice_centres(const Grid& grid);

/// Grid over `domain` without the cells whose centre lies in `removed`. Throws BadInput where there
/// are fewer than 3 cells in a direction, or 2³¹ or more.
Grid make_grid(const Domain& domain, const GridShape& shape, const Region& removed);

/// The same in two steps, for ranks that share the second: a grid whose cells carry no unknowns
/// yet, and the numbers of those of its rows [first, last), from 0 on.
Grid place_grid(const Domain& domain, const GridShape& shape, const Region& removed);
Numbering number_rows(const Grid& grid, const Region& removed, std::int64_t first,
                      std::int64_t last);

/// The sides of the smallest rectangle in the turned frame that covers the box: low and high frame
/// coordinate of each axis.
std::array<std::array<double, 2>, 2> frame_bounds(const Domain& domain, double angle);

/// Without the unknowns `dropped` (ascending), which count as isolated; the others are numbered
/// anew.
void drop_unknowns(Grid& grid, const std::vector<std::int32_t>& dropped);

} // namespace escapade
