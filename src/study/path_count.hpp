// Numbers of trajectories that a run cannot hold. Private to study.
#pragma once

#include "escapade/run/options.hpp"

#include <cstdint>

namespace escapade {

/// BadInput where -mc_paths, at so many bytes each, do not fit into memory, or the last path's
/// number reaches 2⁴⁰. Ranks may find different memory free: call within agree().
void check_path_count(const Options& options, std::int64_t bytes_each);

} // namespace escapade
