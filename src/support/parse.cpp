#include "support/parse.hpp"

#include <charconv>
#include <cmath>

namespace escapade {

namespace {

constexpr std::string_view blanks = " \t\r\n\v\f";

std::string_view bare(std::string_view text) {
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos)
    return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

/// std::from_chars knows no plus sign; one is allowed before a digit or a point.
std::string_view number_text(std::string_view text) {
  text = bare(text);
  if (text.size() > 1 && text[0] == '+' && text[1] != '-' && text[1] != '+')
    text.remove_prefix(1);
  return text;
}

} // namespace

std::string trimmed(std::string_view text) {
  return std::string(bare(text));
}

std::optional<double> parse_number(std::string_view text) {
  text = number_text(text);
  double value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (text.empty() || error != std::errc() || stop != end || !std::isfinite(value))
    return std::nullopt;
  return value;
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
  text = number_text(text);
  std::int64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (!text.empty() && error == std::errc() && stop == end)
    return value;
  // 1e6 is a whole number too, up to 2^53 where every double is one
  const auto real = parse_number(text);
  if (!real || std::abs(*real) > 9007199254740992.0 || std::trunc(*real) != *real)
    return std::nullopt;
  return static_cast<std::int64_t>(*real);
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> pieces;
  for (;;) {
    const auto end = text.find(separator);
    pieces.push_back(trimmed(text.substr(0, end)));
    if (end == std::string_view::npos)
      return pieces;
    text.remove_prefix(end + 1);
  }
}

} // namespace escapade
