// Quasi-stationary density and escape rate with errors from a sequence of grids, and the rate
// formulas beside them (fp-rate).
#pragma once

#include "programs/report/outcome.hpp"

namespace escapade {

Outcome rate_study(Session& session, const Options& options, const Setup& setup);

} // namespace escapade
