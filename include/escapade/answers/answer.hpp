// What every answer on a grid has besides its numbers: what it was found on and by, fields on the
// cells, and what a reader should know of it. Times, lengths and rates are in the units of the
// problem's drift and noise.
#pragma once

#include "escapade/answers/fields.hpp"
#include "escapade/answers/number.hpp"
#include "escapade/solve/options.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace escapade {

/// How an answer is to be found.
struct Effort {
  SolveOptions solve = {};
  bool errors = true; ///< on coarser grids too, so that every number has an error
  /// Hears, before long work begins, of the grid and of the memory it takes. Called on every rank.
  std::function<void(const std::string&)> announce = {};
  /// Hears what is being done now, for people who wait. Called on every rank.
  std::function<void(const std::string&)> progress = {};
};

/// The cells of the finest grid and their chain.
struct GridReport {
  bool triangles = false;              ///< a mesh; else a lattice
  std::array<std::int64_t, 2> cells{}; ///< of a lattice, along each axis; of a mesh triangles, 0
  std::array<double, 2> spacing{};     ///< sides of a cell; of a mesh its mean spacing, 0
  double frame_angle = 0;              ///< degrees
  std::vector<std::array<double, 2>> graded_spacing; ///< least and largest side, where graded
  std::int64_t vertices = 0;                         ///< of a mesh
  int refined = 0;                                   ///< times
  double smallest_angle = 0, area = 0;               ///< of a mesh; degrees
  std::int64_t unknowns = 0, isolated = 0;           ///< cells dropped because nothing joins them
  std::string form;              ///< of the rates: "ito", "divergence"; empty without a chain
  bool flow = false;             ///< the drift jumps along its flow; else it moves over edges
  int reach = 0;                 ///< of edges and jumps, in cells
  double largest_edge_drift = 0; ///< max |g|, the drift over an edge in units of the noise
  /// Probability in cells with an edge of |g| > 2, and what the scheme itself diffuses there over
  /// the noise: both near 0 on a fine grid. Not of landscapes and paths.
  std::optional<double> outweighed, scheme_diffusion;
};

struct GridAnswer {
  GridReport grid;
  SolverReport solver;
  std::vector<std::string> warnings; ///< one line each
  /// Why none of the numbers can be trusted, whatever their digits; empty as a rule.
  std::string unresolved;
  FieldFile fields; ///< of this rank's cells

  /// The field of that name with its values held, this rank's cells; BadInput, listing the names
  /// there are, if there is none.
  CellField field(const std::string& name) const { return held(field_named(fields, name)); }
};

} // namespace escapade
