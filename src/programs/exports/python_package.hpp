// Where the programs and their Python package lie.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace escapade {

std::filesystem::path folder_of_programs();

/// The environment in which Python finds the package, and the package the programs.
std::vector<std::string> environment_of_package();

} // namespace escapade
