// Private to this room: what single files and headers of pieces have in common.
#pragma once

#include "escapade/answers/fields.hpp"

#include <string>
#include <vector>

namespace escapade {

/// Text as an attribute of XML holds it.
std::string escaped(const std::string& text);

/// Where the components of a field go in VTK's, and the names of all of VTK's (some may be empty).
struct Layout {
  std::vector<int> slot;
  std::vector<std::string> names;
};
Layout layout(const CellField& field, const std::array<std::string, 2>& variables);

/// Uniform cells along the variables' own axes.
bool is_image(const FieldFile& file);

/// ".vti" of an image, ".vts" of another lattice, ".vtu" of polygons.
std::string extension_of(const FieldFile& file);

} // namespace escapade
