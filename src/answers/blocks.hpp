// Stationary probability and current in coarse blocks, and the circulation: what trajectories count
// too (paths/stationary/).
//
//   P_B = ∫_B p dθ,   F_B = ∫_B J dθ,   N_B = ∫_B (D₁₁, D₂₂) p dθ,
//   circulation = ∫ (θ − c) × J dθ about the middle c of the domain, zero in detailed balance.
// Blocks are nx × ny equal rectangles of the domain, x fastest. Cells that a block's side crosses
// are shared by area, exactly in the axes' own frame and by 16×16 points in a turned one.
#pragma once

#include "escapade/problem/problem.hpp"
#include "generator/halo.hpp"
#include "generator/log_vector.hpp"
#include "grid/cells.hpp"

#include <cstddef>
#include <vector>

namespace escapade {

struct BlockSums {
  std::vector<double> probability;
  std::vector<Vec2> current; // length/time
  std::vector<Vec2> noise;   // length²/time
};

/// Of masses and currents at this rank's cells; collective with a halo of several ranks.
BlockSums block_sums(const Problem& problem, const Domain& domain, const Cells& grid,
                     const LogVector& log_mass, const std::vector<Vec2>& current, std::size_t nx,
                     std::size_t ny, const Halo& halo = {});

/// Area/time.
double circulation(const Domain& domain, const Cells& grid, const std::vector<Vec2>& current,
                   const Halo& halo = {});

} // namespace escapade
