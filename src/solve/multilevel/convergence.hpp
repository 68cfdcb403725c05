// When cycles of the positive multilevel solver (multilevel.hpp) are enough.
//
// With the largest change e of a logarithm in a cycle and the contraction q = e/e_before, what is
// left is estimated by e q/(1 − q), until it is below 1e-4 of the tolerance or e is rounding. Slow
// cycles are mixed (mixing.hpp). Then wells must be in balance (wells.hpp).
// Where it does not come to that, elimination takes over on a finer level and cycles begin again.
#pragma once

#include "solve/multilevel/cycle.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace escapade::multilevel {

struct Progress {
  std::vector<double> changes;   // largest change of log x in each of the last cycles
  std::int64_t cycles = 0;       // of all solves
  double certificate = 0;        // largest estimate of what was left, of all solves
  std::int64_t mixing_bytes = 0; // at most
};

/// Cycles on the finest level, at most `most_cycles` for each choice of the coarsest one, until its
/// answer is within `tolerance` (relative, of each entry). NotTrusted, naming `what`, where that is
/// not reached; from a guess already where the gauge had to change, which may lose small rates, or
/// where wells are out of balance. Collective.
void converge(Hierarchy& hierarchy, const std::string& what, double tolerance, int most_cycles,
              bool from_guess, Progress& progress);

} // namespace escapade::multilevel
