// Rare exits by splitting, from the start (mc-splitting).
#pragma once

#include "paths/splitting/splitting.hpp"
#include "programs/report/outcome.hpp"

namespace escapade {

/// log of the probability to leave before the core is reached again, from the finite volumes: the
/// logarithm is bilinear between cell centres. The core is the ellipse around `points` (a sample of
/// the well) at half a standard deviation, two cells wide at least. Collective; the same on all
/// ranks. `grid` gets what was solved on.
Field finite_volume_score(Session& session, const Options& options, const Setup& setup,
                          const std::vector<Vec2>& points, Json& grid);

Outcome mc_splitting_question(Session& session, const Options& options, const Setup& setup);

} // namespace escapade
