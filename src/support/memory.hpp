// What the machine has left.
#pragma once

#include <cstdint>

namespace escapade {

/// Bytes this process may still take: the machine's available memory or its control group's rest.
std::int64_t available_memory();

} // namespace escapade
