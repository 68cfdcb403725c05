#include "programs/report/stopped.hpp"

namespace escapade {

void tell_of_stop(const Session& session, std::int64_t done, std::int64_t wanted,
                  const std::string& what, const std::string& after) {
  if (done < wanted)
    session.notice("stopped by a signal: " + std::to_string(done) + " of " +
                   std::to_string(wanted) + " " + what + " are whole, the results are theirs" +
                   after);
}

} // namespace escapade
