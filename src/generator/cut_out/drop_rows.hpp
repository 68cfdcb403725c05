// A chain without some of its cells: their rows go, and the jumps into them.
//
//   M → M_RR of the cells R that stay, its diagonal the sum of the rates that are left and of the
//   killing: cells are numbered anew in their old order. Rates per unit time.
#pragma once

#include "generator/chain.hpp"

#include <cstdint>
#include <vector>

namespace escapade {

/// `dropped`: ascending, of all ranks. What led into them is lost, not made killing.
void drop_rows(Chain& chain, const std::vector<std::int32_t>& dropped);

} // namespace escapade
