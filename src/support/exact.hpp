// Numbers as text that reads back as themselves.
#pragma once

#include <charconv>
#include <string>

namespace escapade {

/// Shortest decimal form that reads back as the same double, whatever the locale.
inline std::string exact(double value) {
  char digits[32];
  return {digits, std::to_chars(digits, digits + sizeof digits, value).ptr};
}

} // namespace escapade
