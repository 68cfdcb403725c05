// Numbers of trajectories that a run cannot hold, that tell too little, or that a signal has cut
// short.
#pragma once

#include "programs/main/session.hpp"

#include <cstdint>
#include <string>

namespace escapade {

/// BadInput where -mc_paths, at so many bytes each, do not fit into memory, or the last path's
/// number reaches 2⁴⁰. Ranks may find different memory free: call within agree().
void check_path_count(const Options& options, std::int64_t bytes_each);

/// BadInput for a single path, since errors come from the scatter of several.
void check_scatter(const Options& options);

/// A notice where errors come from fewer than ten samples (`what`, plural): with n of them an error
/// is itself off by about 1/√(2(n − 1)).
void tell_of_few(const Session& session, std::int64_t samples, const std::string& what);

/// "stopped by a signal: 3072 of 10000 trajectories are whole, the results are theirs" where fewer
/// are done than were wanted; `what` is the plural noun, `after` a remark.
void tell_of_stop(const Session& session, std::int64_t done, std::int64_t wanted,
                  const std::string& what, const std::string& after = {});

} // namespace escapade
