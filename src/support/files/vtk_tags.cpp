#include "support/files/vtk_tags.hpp"

#include "support/parse.hpp"

#include <algorithm>
#include <cctype>

namespace escapade {

namespace {

bool is_name(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == ':';
}

} // namespace

VtkTag tag_at(std::string_view text) {
  VtkTag tag;
  std::size_t at = 0;
  const auto word = [&] {
    const std::size_t begin = at;
    while (at < text.size() && is_name(text[at]))
      ++at;
    return std::string(text.substr(begin, at - begin));
  };
  tag.name = word();
  while (at < text.size() && text[at] != '>') {
    const std::string name = word();
    if (name.empty() || at + 1 >= text.size() || text[at] != '=' ||
        (text[at + 1] != '"' && text[at + 1] != '\'')) {
      at += name.empty() ? 1 : 0;
      continue;
    }
    const std::size_t begin = at + 2, end = text.find(text[at + 1], begin);
    if (end == std::string_view::npos)
      return tag;
    tag.attribute[name] = text.substr(begin, end - begin);
    at = end + 1;
  }
  return tag;
}

std::optional<std::size_t> size_of_type(const std::string& type) {
  static const std::map<std::string, std::size_t> sizes{
      {"Float32", 4}, {"Float64", 8}, {"Int8", 1},   {"Int16", 2},  {"Int32", 4}, {"Int64", 8},
      {"UInt8", 1},   {"UInt16", 2},  {"UInt32", 4}, {"UInt64", 8}, {"String", 0}};
  const auto found = sizes.find(type);
  return found == sizes.end() ? std::nullopt : std::optional(found->second);
}

std::vector<std::string> words_between_space(std::string_view text) {
  std::vector<std::string> words;
  for (std::size_t at = 0; (at = text.find_first_not_of(" \t\r\n", at)) != text.npos;) {
    const std::size_t end = std::min(text.find_first_of(" \t\r\n", at), text.size());
    words.emplace_back(text.substr(at, end - at));
    at = end;
  }
  return words;
}

std::optional<VtkCounts> extent_of(const std::string& text, std::int64_t most) {
  const auto words = words_between_space(text);
  if (words.size() != 6)
    return std::nullopt;
  double points = 1;
  VtkCounts counts{1, 1};
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const auto first = parse_integer(words[2 * axis]), last = parse_integer(words[2 * axis + 1]);
    if (!first || !last || *first < 0 || *last < *first || *last >= 2147483647)
      return std::nullopt;
    points *= static_cast<double>(*last - *first + 1);
    if (points > static_cast<double>(most))
      return std::nullopt;
    counts.points *= *last - *first + 1;
    counts.cells *= std::max<std::int64_t>(*last - *first, 1);
  }
  return counts;
}

} // namespace escapade
