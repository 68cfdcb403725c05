#include "programs/report/path_count.hpp"

#include "escapade/error.hpp"
#include "support/memory.hpp"

#include <cmath>
#include <cstdio>

namespace escapade {

void check_path_count(const Options& options, std::int64_t bytes_each) {
  constexpr std::int64_t most = std::int64_t{1} << 40; // the rest of the number tells starts apart
  const std::int64_t paths = options.integer("mc_paths"), first = options.integer("mc_first_path");
  if (first >= most)
    throw BadInput("-mc_first_path " + std::to_string(first) + ": give less than 2^40, " +
                   std::to_string(most));
  const double bytes = static_cast<double>(paths) * static_cast<double>(bytes_each);
  const auto free = static_cast<double>(available_memory());
  if (paths < most - first && bytes < free)
    return;
  char text[200];
  std::snprintf(
      text, sizeof text,
      "-mc_paths %lld: their records take %.3g GB of memory, %.3g GB are free; give fewer, "
      "or slices with -mc_first_path",
      static_cast<long long>(paths), bytes / 1e9, free / 1e9);
  throw BadInput(text);
}

void check_scatter(const Options& options) {
  if (options.integer("mc_paths") < 2)
    throw BadInput("-mc_paths 1: give 2 or more, better hundreds: errors come from their scatter");
}

void tell_of_few(const Session& session, std::int64_t samples, const std::string& what) {
  constexpr std::int64_t few = 10;
  if (samples < 2 || samples >= few)
    return;
  const double off = 1 / std::sqrt(2 * static_cast<double>(samples - 1));
  session.notice("errors come from the scatter of " + std::to_string(samples) + " " + what +
                 " and are themselves off by about " + std::to_string(std::lround(100 * off)) +
                 " %; give more -mc_paths");
}

void tell_of_stop(const Session& session, std::int64_t done, std::int64_t wanted,
                  const std::string& what, const std::string& after) {
  if (done < wanted)
    session.notice("stopped by a signal: " + std::to_string(done) + " of " +
                   std::to_string(wanted) + " " + what + " are whole, the results are theirs" +
                   after);
}

} // namespace escapade
