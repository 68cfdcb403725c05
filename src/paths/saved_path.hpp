// One simulated path: times and points, the first at the start.
#pragma once

#include "escapade/problem/plane.hpp"

#include <cstdint>
#include <vector>

namespace escapade {

struct SavedPath {
  std::int64_t path = 0;
  std::vector<double> time;
  std::vector<Vec2> point;
};

} // namespace escapade
