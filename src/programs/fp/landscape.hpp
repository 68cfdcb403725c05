// Critical points of a potential or loss, and how SGD's noise at each compares with the Hessian
// model (fp-landscape).
#pragma once

#include "programs/report/outcome.hpp"

namespace escapade {

Outcome landscape_study(Session& session, const Options& options, const Setup& setup);

} // namespace escapade
