#include "support/files/vtk_arrays.hpp"

#include "escapade/error.hpp"
#include "support/parse.hpp"

#include <algorithm>

namespace escapade {

VtkArrays::VtkArrays(std::string_view text, std::int64_t most) : text_(text), most_(most) {
  const std::size_t appended = text.find("<AppendedData");
  end_ = std::min(appended, text.size());
  if (appended == text.npos)
    return;
  appended_in_base64_ = tag_at(text.substr(appended + 1)).get("encoding", "base64") == "base64";
  const std::size_t open = text.find('>', appended);
  const std::size_t mark = open == text.npos ? open : text.find('_', open);
  if (mark != text.npos)
    appended_ = text.substr(mark + 1);
}

void VtkArrays::finish() const {
  const std::size_t next = appended_.find_first_not_of(" \t\r\n", appended_read_);
  if (appended_read_ > 0 && next != appended_.npos && appended_[next] != '<')
    throw BadInput("its appended data are longer than its arrays");
}

void VtkArrays::look(const VtkTag& tag, std::size_t at) {
  if (tag.name == "VTKFile") {
    encoding_.big_endian = tag.get("byte_order", "") == "BigEndian";
    encoding_.word = tag.get("header_type", "UInt32") == "UInt64" ? 8 : 4;
    encoding_.compressor = tag.get("compressor", "");
  } else if (tag.name == "Piece") {
    if (const auto spanned = extent_of(tag.get("Extent", ""), most_))
      counts_ = *spanned;
    else
      counts_ = {parse_integer(tag.get("NumberOfPoints", "0")).value_or(0),
                 parse_integer(tag.get("NumberOfCells", "0")).value_or(0)};
  } else if (tag.name == "PointData" || tag.name == "CellData" || tag.name == "FieldData" ||
             tag.name == "Points" || tag.name == "Cells") {
    section_ = tag.name;
  } else if (tag.name == "DataArray" || tag.name == "Array") {
    look_at_array(tag, at);
  }
}

/// How many values there are to be; nothing where the file does not say.
std::optional<std::int64_t> VtkArrays::wanted(const VtkTag& tag) const {
  const std::int64_t components = parse_integer(tag.get("NumberOfComponents", "1")).value_or(1);
  if (section_ == "Cells")
    return tag.get("Name", "") == "offsets" || tag.get("Name", "") == "types"
               ? std::optional(counts_.cells)
               : std::nullopt;
  if (section_ == "FieldData") {
    const auto tuples = parse_integer(tag.get("NumberOfTuples", ""));
    return tuples ? std::optional(*tuples * components) : std::nullopt;
  }
  return (section_ == "CellData" ? counts_.cells : counts_.points) * components;
}

/// What stands between the tag and the next one, but for elements that say more of the array.
std::string_view VtkArrays::inside(std::size_t at) const {
  std::size_t begin = text_.find('>', at);
  if (begin == text_.npos || text_[begin - 1] == '/')
    return {};
  for (;;) {
    begin = std::min(text_.find_first_not_of(" \t\r\n", begin + 1), end_);
    if (text_.substr(begin, 15) != "<InformationKey")
      return text_.substr(begin, text_.find('<', begin) - begin);
    const std::size_t close = std::min(text_.find("</InformationKey", begin), end_);
    begin = std::min(text_.find('>', close), end_);
  }
}

void VtkArrays::look_at_array(const VtkTag& tag, std::size_t at) {
  const std::size_t size = *size_of_type(tag.get("type", ""));
  const std::string format = tag.get("format", "ascii");
  const auto expected = wanted(tag);
  std::int64_t values = 0, last = 0;
  if (format == "ascii") {
    const auto words = words_between_space(inside(at));
    values = static_cast<std::int64_t>(words.size());
    for (const std::string& word : words)
      if (const auto value = parse_number(word); !value)
        throw BadInput("'" + word + "' in the array " + tag.get("Name", "") + " is no number");
      else
        last = static_cast<std::int64_t>(std::clamp(*value, -1e18, 1e18));
  } else {
    const std::string block = bytes_of_array(tag, at, expected, size);
    values = static_cast<std::int64_t>(block.size() / std::max<std::size_t>(size, 1));
    last = size > 0 ? last_integer(block, size, encoding_.big_endian) : 0;
  }
  if (size > 0 && expected && values != *expected)
    throw BadInput("the array " + tag.get("Name", "") + " holds " + std::to_string(values) +
                   " of " + std::to_string(*expected) + " values");
  if (section_ == "Cells")
    look_at_corners(tag.get("Name", ""), values, last);
}

std::string VtkArrays::bytes_of_array(const VtkTag& tag, std::size_t at,
                                      std::optional<std::int64_t> expected, std::size_t size) {
  const bool appended = tag.get("format", "") == "appended";
  VtkEncoding encoding = encoding_;
  std::string_view text = appended ? appended_ : inside(at);
  if (appended) {
    const auto offset = parse_integer(tag.get("offset", ""));
    if (!offset || *offset < 0 || *offset >= static_cast<std::int64_t>(text.size()))
      throw BadInput("offset is \"" + tag.get("offset", "") + "\"");
    text.remove_prefix(static_cast<std::size_t>(*offset));
    encoding.base64 = appended_in_base64_;
  }
  const std::int64_t values = size > 0 && expected ? *expected : most_;
  try {
    VtkBlock block = vtk_block(text, encoding,
                               values * static_cast<std::int64_t>(std::max<std::size_t>(size, 1)));
    const std::size_t skipped = appended ? appended_.size() - text.size() : 0;
    appended_read_ = std::max(appended_read_, appended ? skipped + block.length : 0);
    if (!appended && text.find_first_not_of(" \t\r\n", block.length) != text.npos)
      throw BadInput("its text is longer than its block of data");
    return std::move(block.bytes);
  } catch (const BadInput& e) {
    throw BadInput("the array " + tag.get("Name", "") + ": " + e.what());
  }
}

/// The last offset of the cells is the number of their corners.
void VtkArrays::look_at_corners(const std::string& name, std::int64_t values, std::int64_t last) {
  const bool both = corners_ >= 0;
  const std::int64_t mine = name == "offsets" ? last : values;
  if (name != "offsets" && name != "connectivity")
    return;
  if (both && mine != corners_)
    throw BadInput("its cells have another number of corners than their offsets say");
  corners_ = both ? -1 : mine;
}

} // namespace escapade
