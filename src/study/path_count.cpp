#include "path_count.hpp"

#include "escapade/error.hpp"
#include "escapade/solve/gth.hpp"

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

} // namespace escapade
