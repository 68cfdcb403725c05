// The same numbers on three grids, and the error that follows.
//
// Spacings h, about 1.5h and 2h: of 3/2, 4/3, 8/5, 5/3, 7/4, 5/4 the first ratio that divides the
// cells of both directions, so that the grids are similar and the error has one constant. Of a mesh
// refined n times: it and the (at most two) meshes it was refined from, h, 2h, 4h.
#pragma once

#include "answers/number.hpp"
#include "escapade/grid/grid.hpp"
#include "programs/main/session.hpp"
#include "programs/setup/setup.hpp"

#include <functional>
#include <string>
#include <vector>

namespace escapade {

/// The finest shape first; only that one where no errors are wanted or the grid is too small.
std::vector<GridShape> grid_sequence(const GridShape& fine, bool with_coarser);

/// A notice where the run wants errors and its grid has no coarser ones to take.
void tell_of_no_errors(const Session& session, const Setup& setup);

/// One number of one grid. Positive ones of unknown size are measured by their logarithm.
struct Measurement {
  std::string name;
  long double value = 0;
  bool logarithmic = false;
};

struct Level {
  std::vector<Measurement> measured; // the same names in the same order on every grid
  double spacing = 0;                // geometric mean of the cell's sides
  bool oblique_walls = false;        // reflecting sides oblique to the grid: order 1 may show
};

/// Each measurement of the finest level with its error (none if there is one level only).
std::vector<std::pair<std::string, Number>> with_errors(const std::vector<Level>& levels);

const Number& number_named(const std::vector<std::pair<std::string, Number>>& numbers,
                           const std::string& name);

} // namespace escapade
