#include "support/memory.hpp"

#include <algorithm>
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

} // namespace escapade
