#include "programs/exports/python_package.hpp"

#include <unistd.h>

namespace escapade {

namespace fs = std::filesystem;

fs::path folder_of_programs() {
  std::error_code ignored;
  return fs::read_symlink("/proc/self/exe", ignored).parent_path();
}

namespace {

/// Where the package lies: beside installed programs, or in the checkout that holds the build.
fs::path folder_of_package() {
  std::error_code ignored;
  const fs::path programs = folder_of_programs();
  std::vector<fs::path> places{programs.parent_path() / "share" / "escapade" / "python"};
  fs::path above = programs;
  for (int k = 0; k < 3; ++k) {
    above = above.parent_path();
    places.push_back(above / "python");
  }
  for (const fs::path& place : places)
    if (fs::exists(place / "escapade" / "__init__.py", ignored))
      return place;
  return {}; // it may be where the interpreter looks by itself
}

} // namespace

std::vector<std::string> environment_of_package() {
  std::vector<std::string> variables;
  std::string path = folder_of_package().string();
  for (char** one = environ; *one; ++one) {
    const std::string text = *one;
    if (text.starts_with("PYTHONPATH=") && text.size() > 11)
      path += (path.empty() ? "" : ":") + text.substr(11);
    else if (!text.starts_with("ESCAPADE_BIN=") && !text.starts_with("PYTHONPATH="))
      variables.push_back(text);
  }
  if (!path.empty())
    variables.push_back("PYTHONPATH=" + path);
  variables.push_back("ESCAPADE_BIN=" + folder_of_programs().string());
  return variables;
}

} // namespace escapade
