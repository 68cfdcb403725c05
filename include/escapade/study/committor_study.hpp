// Committors, reactive current and transition rate between two sets (fp-committor).
#pragma once

#include "escapade/study/outcome.hpp"

namespace escapade {

Outcome committor_study(Session& session, const Options& options, const Setup& setup);

} // namespace escapade
