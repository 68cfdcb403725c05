// What a VTK XML file says of its arrays, looked at before VTK reads it: its readers trust a type
// that they do not know, and sizes beyond the file.
#pragma once

#include <string>

namespace escapade {

/// BadInput "WHERE: damaged: …" where an array has a type that is none, or the numbers of a size or
/// extent are none or larger than the file can hold.
void check_vtk_text(const std::string& file, const std::string& where);

} // namespace escapade
