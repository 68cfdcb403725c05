// The line that tells of a run which a signal has cut short: its JSON says "partial": true. Private
// to study.
#pragma once

#include "programs/main/session.hpp"

#include <cstdint>
#include <string>

namespace escapade {

/// "stopped by a signal: 3072 of 10000 trajectories are whole, the results are theirs" where fewer
/// are done than were wanted; `what` is the plural noun, `after` a remark.
void tell_of_stop(const Session& session, std::int64_t done, std::int64_t wanted,
                  const std::string& what, const std::string& after = {});

} // namespace escapade
