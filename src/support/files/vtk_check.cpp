#include "support/files/vtk_check.hpp"

#include "escapade/error.hpp"
#include "support/files/read_file.hpp"
#include "support/files/vtk_arrays.hpp"
#include "support/memory.hpp"
#include "support/parse.hpp"

#include <algorithm>
#include <vtkObject.h>

namespace escapade {

namespace {

bool are_three_numbers(const std::string& text) {
  const auto words = words_between_space(text);
  return words.size() == 3 && std::all_of(words.begin(), words.end(), [](const std::string& word) {
           return parse_number(word).has_value();
         });
}

/// What is wrong with the tag in a file that can hold `most` values; empty where nothing is.
std::string fault_of(const VtkTag& tag, std::int64_t most) {
  const auto& a = tag.attribute;
  const auto found = [&](const char* name) { return a.find(name); };
  if (tag.name.ends_with("Array")) {
    const auto type = found("type");
    if (type == a.end() || !size_of_type(type->second))
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
    if (const auto text = found(name); text != a.end() && !extent_of(text->second, most))
      return std::string(name) + " is \"" + text->second + "\"";
  for (const char* name : {"Origin", "Spacing"})
    if (const auto text = found(name); text != a.end() && !are_three_numbers(text->second))
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
  const int before = vtkObject::GetGlobalWarningDisplay();
  vtkObject::GlobalWarningDisplayOff(); // what cannot be unpacked is told here
  std::string fault;
  try {
    VtkArrays arrays(text, most);
    for (auto at = text.find('<'); at < arrays.end() && fault.empty();
         at = text.find('<', at + 1)) {
      const VtkTag tag = tag_at(std::string_view(text).substr(at + 1));
      fault = fault_of(tag, most);
      if (fault.empty())
        arrays.look(tag, at);
    }
    if (fault.empty())
      arrays.finish();
  } catch (const BadInput& e) {
    fault = e.what();
  }
  vtkObject::SetGlobalWarningDisplay(before);
  if (!fault.empty())
    throw BadInput(where + ": damaged: " + fault + "; give a file that was written completely");
}

} // namespace escapade
