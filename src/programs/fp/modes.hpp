// Slowest relaxation modes with errors from a sequence of grids (fp-modes).
#pragma once

#include "programs/report/outcome.hpp"

namespace escapade {

Outcome modes_study(Session& session, const Options& options, const Setup& setup);

} // namespace escapade
