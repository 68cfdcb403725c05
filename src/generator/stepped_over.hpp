// Sets thinner than a cell that no edge of the grid meets: to the chain they are not there.
//
// Where φ < 0 at a cell's centre and φ + ½ Σ_a h_a |∂_a φ| > 0, the set {φ ≥ 0} may hold inside the
// cell. If no edge of that cell or of the cells around it ends at a set, the grid has stepped over
// what is there.
#pragma once

#include "escapade/problem/region.hpp"
#include "generator/generator.hpp"
#include "grid/grid.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace escapade {

/// The first of this rank's cells in which the part may hold unseen; −1 if there is none.
/// `touched`: of each of this rank's rows, whether an edge from it ends at a set, or it lies in
/// one; empty where no rank has any of these.
std::int32_t stepped_over(const Part& part, const Grid& grid, const Generator& rows,
                          const std::vector<char>& touched);

/// What is wrong there, without what to do.
std::string stepped_over_text(const Part& part, Vec2 place);

} // namespace escapade
