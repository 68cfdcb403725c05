#include "programs/fp/evolve/frame_files.hpp"

#include <filesystem>
#include <system_error>

namespace escapade {

FilesOnTheWay::~FilesOnTheWay() {
  std::error_code ignored;
  for (const std::string& name : names_)
    std::filesystem::remove(name, ignored);
}

void FilesOnTheWay::add(const std::string& name, int ranks) {
  names_.push_back(name);
  const std::filesystem::path path(name);
  const std::string end = path.extension().string(); // ".pvti" of pieces ".vti"
  if (!end.starts_with(".pv") || end == ".pvd")
    return;
  const std::string stem = name.substr(0, name.size() - end.size());
  for (int k = 0; k < ranks; ++k)
    names_.push_back(stem + "_" + std::to_string(k) + "." + end.substr(2));
}

} // namespace escapade
