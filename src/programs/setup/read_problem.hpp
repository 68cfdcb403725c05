// Reading the problem itself; private to this room.
#pragma once

#include "programs/setup/setup.hpp"

namespace escapade {

/// -variables and -parameters.
Symbols read_symbols(const Options& options);

/// -potential, -drift, -loss or -model with their companions; fills problem, loss, data, model,
/// target, description and notices. The domain and the starts have been read.
void read_problem(const Options& options, const Needs& needs, Setup& setup);

} // namespace escapade
