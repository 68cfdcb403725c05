// Numbers of trajectories that a run cannot hold, or that tell too little. Private to study.
#pragma once

#include "programs/main/session.hpp"

#include <cstdint>

namespace escapade {

/// BadInput where -mc_paths, at so many bytes each, do not fit into memory, or the last path's
/// number reaches 2⁴⁰. Ranks may find different memory free: call within agree().
void check_path_count(const Options& options, std::int64_t bytes_each);

/// BadInput for a single path, since errors come from the scatter of several.
void check_scatter(const Options& options);

/// A notice where errors come from fewer than ten samples (`what`, plural): with n of them an error
/// is itself off by about 1/√(2(n − 1)).
void tell_of_few(const Session& session, std::int64_t samples, const std::string& what);

} // namespace escapade
