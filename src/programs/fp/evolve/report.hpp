// An evolution's answer as results and table.
#pragma once

#include "escapade/answers/evolution.hpp"
#include "programs/report/json.hpp"
#include "programs/report/outcome.hpp"

namespace escapade {

/// What "solver" of the JSON summary says besides the solver itself.
Json describe(const EvolutionAnswer& answer, int ranks);

void report_evolution(Outcome& out, const EvolutionAnswer& answer);

} // namespace escapade
