// M u = f for f of any sign, by solves of one sign each: u = M⁻¹ f⁺ − M⁻¹ f⁻.
//
// Each part is solved for without a subtraction (solve/solver.hpp), so that |f| M⁻¹-times a
// rounding is all that u is off: relative to `size`, which is what cancels. Units: those of f over
// rates.
#pragma once

#include "parallel/ranks.hpp"
#include "solve/solver.hpp"

#include <vector>

namespace escapade {

struct SignedSolution {
  std::vector<long double> value;
  std::vector<long double> size; // M⁻¹ f⁺ + M⁻¹ f⁻: what rounding is relative to
};

/// This rank's rows. Collective over `ranks`, those of the solver.
SignedSolution solve_signed(const Ranks& ranks, Solver& solver, const std::vector<long double>& f);

} // namespace escapade
