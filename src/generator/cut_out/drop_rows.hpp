// A chain without some of its cells: their rows go, and the jumps into them.
#pragma once

#include "generator/chain.hpp"

#include <cstdint>
#include <vector>

namespace escapade {

/// `dropped`: ascending, of all ranks. What led into them is lost, not made killing.
void drop_rows(Chain& chain, const std::vector<std::int32_t>& dropped);

} // namespace escapade
