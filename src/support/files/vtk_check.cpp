#include "support/files/vtk_check.hpp"

#include "escapade/error.hpp"
#include "support/files/read_file.hpp"
#include "support/memory.hpp"
#include "support/parse.hpp"

#include <algorithm>
#include <cctype>
#include <map>
#include <string_view>
#include <vector>

namespace escapade {

namespace {

struct Tag {
  std::string name;
  std::map<std::string, std::string> attribute;
};

bool is_name(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == ':';
}

/// The start tag that begins at `text`, just behind its '<'. What is not understood is left out:
/// whether it is XML at all the reader tells.
Tag tag_at(std::string_view text) {
  Tag tag;
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

bool is_type(const std::string& type) {
  constexpr std::string_view types[] = {"Float32", "Float64", "Int8",   "Int16",  "Int32", "Int64",
                                        "UInt8",   "UInt16",  "UInt32", "UInt64", "String"};
  return std::find(std::begin(types), std::end(types), type) != std::end(types);
}

/// Whether six whole numbers span no more points than `most`.
bool is_extent(const std::string& text, std::int64_t most) {
  std::vector<std::string> words;
  for (const std::string& word : split(text, ' '))
    if (!word.empty())
      words.push_back(word);
  if (words.size() != 6)
    return false;
  double points = 1;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const auto first = parse_integer(words[2 * axis]), last = parse_integer(words[2 * axis + 1]);
    if (!first || !last || *first < 0 || *last < *first || *last >= 2147483647)
      return false;
    points *= static_cast<double>(*last - *first + 1);
  }
  return points <= static_cast<double>(most);
}

/// What is wrong with the tag in a file that can hold `most` values; empty where nothing is.
std::string fault_of(const Tag& tag, std::int64_t most) {
  const auto& a = tag.attribute;
  const auto found = [&](const char* name) { return a.find(name); };
  if (tag.name.ends_with("Array")) {
    const auto type = found("type");
    if (type == a.end() || !is_type(type->second))
      return "an array is of the type \"" + (type == a.end() ? "" : type->second) + "\"";
  }
  for (const char* name :
       {"NumberOfComponents", "NumberOfTuples", "NumberOfPoints", "NumberOfCells"}) {
    const auto text = found(name);
    const auto value =
        text == a.end() ? std::optional<std::int64_t>(1) : parse_integer(text->second);
    const bool components = name == std::string("NumberOfComponents");
    if (!value || *value < (components ? 1 : 0) || *value > (components ? 1024 : most))
      return std::string(name) + " is \"" + text->second + "\"";
  }
  for (const char* name : {"WholeExtent", "Extent"})
    if (const auto text = found(name); text != a.end() && !is_extent(text->second, most))
      return std::string(name) + " is \"" + text->second + "\"";
  return {};
}

} // namespace

void check_vtk_text(const std::string& file, const std::string& where) {
  const std::string text =
      read_regular_file(file, where, "give a file of a former run", available_memory() / 4);
  // a header names pieces that hold the values; packed, a byte stands for no more than 1032
  const std::int64_t most =
      text.find("<Piece") != std::string::npos && text.find("Source=") != std::string::npos
          ? 2147483647
          : 1100 * static_cast<std::int64_t>(text.size());
  for (auto at = text.find('<'); at != std::string::npos; at = text.find('<', at + 1)) {
    const Tag tag = tag_at(std::string_view(text).substr(at + 1));
    if (tag.name == "AppendedData") // bytes follow
      return;
    if (const std::string fault = fault_of(tag, most); !fault.empty())
      throw BadInput(where + ": damaged: " + fault + "; give a file that was written completely");
  }
}

} // namespace escapade
