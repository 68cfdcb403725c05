// The most probable way from a start to the exit, as a sequence of cells.
//
// μ = M⁻ᵀδ_start is the mean time spent in each cell. The last cell is the one through which most
// killing happens, max μ_x k_x; before it comes the cell that it is most often entered from, max
// μ_y w_yx, and so on back to where the process lingers (μ within a factor 10 of its largest). In
// the weak-noise limit this is the minimum-action path to the exit's most probable point. Serial.
#pragma once

#include "escapade/generator/generator.hpp"
#include "escapade/solve/log_vector.hpp"

#include <cstdint>
#include <vector>

namespace escapade {

/// Cells from the well to the exit.
std::vector<std::int32_t> way_out(const Generator& generator, const LogVector& log_occupation);

} // namespace escapade
