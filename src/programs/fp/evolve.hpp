// Density, survival and moments against time, with errors from a sequence of grids (fp-evolve).
#pragma once

#include "programs/report/outcome.hpp"

namespace escapade {

Outcome evolve_study(Session& session, const Options& options, const Setup& setup);

} // namespace escapade
