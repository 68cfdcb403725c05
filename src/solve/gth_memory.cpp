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

std::int64_t gth_memory(std::int64_t cells, int reach, Precision precision) {
  const double n = static_cast<double>(std::max<std::int64_t>(cells, 1));
  const double entry = precision == Precision::long_double || precision == Precision::extended
                           ? sizeof(long double)
                           : sizeof(double);
  // Entries of factors and contributions grow like n log n; separators `reach` wide hold that many
  // times more cells. Fitted to counts of the solver, 64² to 2048².
  const double width = std::max(reach, 1);
  const double count = n * (10 + 4 * width * width * std::log2(n));
  return static_cast<std::int64_t>(entry * count + n * (150 + 100 * width));
}

} // namespace escapade
