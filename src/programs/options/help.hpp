// What -help, -version and -citations print; each ends with a newline.
#pragma once

#include <string>

namespace escapade {

std::string help_text(const std::string& program);
std::string version_text(const std::string& program);

/// BibTeX of the methods that the program uses.
std::string citations_text(const std::string& program);

} // namespace escapade
