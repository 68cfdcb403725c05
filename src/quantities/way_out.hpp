// The most probable way from a start to the exit.
//
// μ = M⁻ᵀδ_start is the mean time spent in each cell; the time-reversed chain jumps from x to y at
// the rate μ_y w_yx/μ_x, with the mean velocity v̂(x) = Σ_y (μ_y w_yx/μ_x)(y − x). The way is the
// stream line of v̂ from the cell through which most killing happens, max μ_x k_x, back to where the
// process lingers (μ within a factor 10 of its largest), and on to where μ rises no more. In the
// weak-noise limit it is the minimum-action path to the exit's most probable point. Where the line
// passes from one rank's cells to another's, so does the tracing of it.
#pragma once

#include "generator/generator.hpp"
#include "generator/halo.hpp"
#include "generator/log_vector.hpp"
#include "grid/cells.hpp"

#include <cstdint>
#include <vector>

namespace escapade {

struct WayOut {
  std::vector<Vec2> points;        // from the well to the exit, half a cell apart
  std::vector<std::int32_t> cells; // those of the whole grid that it crosses, but where it lingers
};

/// Empty where there is no killing. `log_occupation`: log μ of this rank's rows. Collective with a
/// halo of several ranks, the same on all of them.
WayOut way_out(const Cells& grid, const Generator& generator, const LogVector& log_occupation,
               const Halo& halo = {});

} // namespace escapade
