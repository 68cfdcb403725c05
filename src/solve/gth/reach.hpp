// What an elimination must know about a chain's graph before it starts: rates that are there at all
// decide, however small, so no rounding enters.
#pragma once

#include "solve/gth/tree.hpp"

namespace escapade::gth {

/// BadInput unless the rates are usable: all rows here, finite, none negative.
void check_rates(const Generator& generator);

/// Whether the chain has an exit. BadInput if it has one that some cells cannot reach, or if it has
/// none and more than one closed class.
bool has_exit(const Generator& generator, const Incoming& into);

} // namespace escapade::gth
