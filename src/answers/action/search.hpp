// What a path of least action is sought for: the data that does not change on the way.
#pragma once

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
};

/// Sides that absorb are parts of the exit set.
Region with_absorbing_sides(Region exit, const Domain& domain);

} // namespace escapade
