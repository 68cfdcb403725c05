#include "escapade/solve/gth.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>
#include <string>

namespace escapade {
namespace {

/// First number of a file, `absent` where there is none.
std::int64_t number_in(const char* path, std::int64_t absent) {
  std::ifstream file(path);
  std::int64_t value = 0;
  return file >> value ? value : absent;
}

} // namespace

std::int64_t available_memory() {
  constexpr std::int64_t unlimited = std::numeric_limits<std::int64_t>::max();
  std::int64_t available = unlimited;
  std::ifstream file("/proc/meminfo");
  std::string name, unit;
  for (std::int64_t kilobytes = 0; file >> name >> kilobytes;) {
    std::getline(file, unit);
    if (name == "MemAvailable:")
      available = kilobytes * 1024;
  }
  const std::int64_t limit = number_in("/sys/fs/cgroup/memory.max", unlimited);
  if (limit < unlimited)
    available = std::min(available, limit - number_in("/sys/fs/cgroup/memory.current", 0));
  return available;
}

std::int64_t gth_memory(std::int64_t cells, int reach, Precision precision, bool diagonal_edges) {
  const auto n = static_cast<double>(std::max<std::int64_t>(cells, 2));
  const double entry =
      precision == Precision::long_double || precision == Precision::extended ? 16 : 8;
  // Entries of factors and contributions grow like n log n. Fitted to the solver's own counts from
  // 64² to 2048² cells: 3.5 without diagonal edges; 5.9, 6.6 and 11.2 with edges of reach 1, 2
  // and 4.
  const double coefficient = reach > 1 ? 3 + 2.1 * reach : diagonal_edges ? 6 : 3.6;
  return static_cast<std::int64_t>(entry * coefficient * n * std::log2(n) + 200 * n);
}

} // namespace escapade
