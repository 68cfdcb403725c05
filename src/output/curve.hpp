// Fields of one variable as a table.
#pragma once

#include "escapade/answers/fields.hpp"

#include <string>

namespace escapade {

/// PREFIX_fields.csv: the centres of the cells of a line, and the fields there, of vectors and
/// matrices what lies along the line; cells without a value are left out. Returns the file's name.
/// CannotWrite.
std::string write_curve(const std::string& prefix, const FieldFile& line);

} // namespace escapade
