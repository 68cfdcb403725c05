// Numbers from text: the whole text, finite, decimal, independent of the locale. And the "did you
// mean" of messages: the known name nearest to one that is not known.
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

/// The candidate with the fewest insertions, deletions, replacements and swaps of neighbours from
/// `name`, if these are at most a third of its letters (at least one); empty if none is that near.
/// A difference of case alone counts as none. Ties go to the first.
std::string nearest_name(const std::string& name, const std::vector<std::string>& candidates);

} // namespace escapade
