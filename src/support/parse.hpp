// Numbers from text: the whole text, finite, decimal, independent of the locale.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace escapade {

/// A finite decimal number, blanks around it allowed; nothing for "", "1e999", "nan", "0x10",
/// "1,5".
std::optional<double> parse_number(std::string_view text);

/// A whole number of 64 bits; 1e6 is one, 2.5 and 1e30 are not.
std::optional<std::int64_t> parse_integer(std::string_view text);

/// The text without blanks at its ends.
std::string trimmed(std::string_view text);

/// The pieces between separators, trimmed; "a,,b" has an empty piece.
std::vector<std::string> split(std::string_view text, char separator);

} // namespace escapade
