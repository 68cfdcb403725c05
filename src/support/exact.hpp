// Numbers as text.
#pragma once

#include <charconv>
#include <cstdarg>
#include <cstdio>
#include <string>

namespace escapade {

/// What std::printf would print.
[[gnu::format(printf, 1, 2)]] inline std::string printed(const char* format, ...) {
  std::va_list arguments, again;
  va_start(arguments, format);
  va_copy(again, arguments);
  std::string text(static_cast<std::size_t>(std::vsnprintf(nullptr, 0, format, arguments)), '\0');
  std::vsnprintf(text.data(), text.size() + 1, format, again);
  va_end(again);
  va_end(arguments);
  return text;
}

/// Shortest decimal form that reads back as the same double, whatever the locale.
inline std::string exact(double value) {
  char digits[32];
  return {digits, std::to_chars(digits, digits + sizeof digits, value).ptr};
}

/// With so many significant digits, as printf's %g.
inline std::string rounded(long double value, int digits) {
  return printed("%.*Lg", digits, value);
}

} // namespace escapade
