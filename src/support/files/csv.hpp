// Text in columns: what CSV files and their like are made of.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace escapade {

/// Without the blanks at its ends; a view, unlike trimmed (support/parse.hpp).
std::string_view without_blanks(std::string_view text);

/// Without blanks and, where there are, the quotes around it.
std::string_view without_quotes(std::string_view text);

/// The pieces between separators outside quotes, bare of blanks and of the quotes around them.
std::vector<std::string_view> fields_of(std::string_view line, char separator);

/// The one of , ; and tab that stands most often in a header.
char separator_of(std::string_view header);

/// Lines that hold something: no blank ones and, unless they are wanted, no comments.
struct TextLine {
  std::size_t number = 0;
  std::string_view text;
};
std::vector<TextLine> lines_of(std::string_view text, bool comments = false);

} // namespace escapade
