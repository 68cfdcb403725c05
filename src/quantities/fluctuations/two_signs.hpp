// M g = f for f of either sign, by its parts f⁺ and f⁻, so that nothing is subtracted before the
// end.
//
//   M g± = f±,   g = g⁺ − g⁻,   size = g⁺ + g⁻: what the rounding of g is relative to
// Vectors hold this rank's rows.
#pragma once

#include "parallel/ranks.hpp"
#include "solve/solver.hpp"

#include <vector>

namespace escapade {

using Reals = std::vector<long double>;

struct TwoSigns {
  Reals value, size;
};

/// Collective over `ranks`, those of the solver.
TwoSigns backward_of_two_signs(Solver& solver, const Ranks& ranks, const Reals& f);

} // namespace escapade
