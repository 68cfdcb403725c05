// What a path of least action is sought for: the data that does not change on the way.
#pragma once

#include "answers/action/rays/ray_action.hpp"
#include "escapade/answers/path.hpp"
#include "landscape/flow.hpp"

namespace escapade {

enum class Target { point, exit, saddle };

struct Search {
  const Problem& problem;
  const Domain& domain;
  const GridShape& shape;
  const PathEnds& ends;
  Region exit; // with absorbing sides
  Target target;
  RestPoint from;
  std::optional<RayAction> ray; // of a path that winds out of a focus
};

/// The path off a stable cycle, by rays alone. BadInput without a target or an exit set, NotTrusted
/// if no ray gets there.
PathAnswer action_off_cycle(const Problem& problem, const Domain& domain, const GridShape& shape,
                            const PathEnds& ends, const Region& exit, const LimitCycle& cycle);

/// With periodic sides: the same question in a box of two periods about the start, to the image of
/// the target that costs least. The path is not cut at the sides.
PathAnswer action_around_sides(const Problem& problem, const Domain& domain, const GridShape& shape,
                               const PathEnds& ends, const Effort& effort, bool is_loss);

/// Sides that absorb are parts of the exit set.
Region with_absorbing_sides(Region exit, const Domain& domain);

} // namespace escapade
