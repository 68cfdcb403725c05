// -plot: the picture of a run that has been written, drawn by the Python package.
#pragma once

#include "programs/options/options.hpp"

#include <string>

namespace escapade {

/// png, pdf or svg; nothing where no picture is wanted.
std::string wanted_picture(const Options& options);

/// The interpreter with all that pictures need. BadInput, in the name of what asks for it, where
/// there is none.
const std::string& python_of_pictures(const std::string& asked_by);

/// Before a run: BadInput where a picture is wanted and there is no Python with matplotlib and the
/// package. Only the first process of a run looks.
void check_picture_can_be_drawn(const Options& options);

/// Draws PREFIX.json to PREFIX.png (or .pdf, .svg) and returns its name. CannotWrite, with the one
/// line that the package says.
std::string draw_picture(const std::string& prefix, const std::string& format);

} // namespace escapade
