// The tags of a VTK XML file and what they say of the sizes of arrays.
//
//   extent "i0 i1 j0 j1 k0 k1":  points = Π (last − first + 1),  cells = Π max(last − first, 1)
// Nothing is thrown: what is no tag, type or extent comes back empty.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace escapade {

struct VtkTag {
  std::string name;
  std::map<std::string, std::string> attribute;
  std::string get(const std::string& key, const std::string& otherwise) const {
    const auto found = attribute.find(key);
    return found == attribute.end() ? otherwise : found->second;
  }
};

struct VtkCounts {
  std::int64_t points, cells;
};

/// The start tag that begins at `text`, just behind its '<'. What is not understood is left out:
/// whether it is XML at all the reader tells.
VtkTag tag_at(std::string_view text);

/// Bytes of a value of that type; 0 of text, nothing where it is none.
std::optional<std::size_t> size_of_type(const std::string& type);

/// What stands between white space.
std::vector<std::string> words_between_space(std::string_view text);

/// Points and cells that six whole numbers span; nothing where they are none or span more points
/// than `most`.
std::optional<VtkCounts> extent_of(const std::string& text, std::int64_t most);

} // namespace escapade
