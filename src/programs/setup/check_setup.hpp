// What no solve could tell of a setup; private to this room. BadInput for each.
#pragma once

#include "programs/setup/setup.hpp"

#include <string>

namespace escapade {

/// Drift and diffusion must agree on periodic sides, else gluing them makes no sense.
void check_periodic(const Setup& setup);

/// Starts lie in the domain and not in the exit set; `option` is what gave them.
void check_starts(const Setup& setup, const std::string& option);

/// Trajectories would never end without an exit; `text` is that of -exit.
void check_exit_is_somewhere(const Setup& setup, const std::string& text);

} // namespace escapade
