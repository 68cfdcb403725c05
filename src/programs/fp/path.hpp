// The most probable path from the minimum at -start to -target_point, to -exit, or to the saddle of
// least action where neither is given, and its action (fp-path).
#pragma once

#include "programs/report/outcome.hpp"

namespace escapade {

Outcome path_study(Session& session, const Options& options, const Setup& setup);

} // namespace escapade
