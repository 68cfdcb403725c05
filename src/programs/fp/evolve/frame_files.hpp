// Files that a run writes on its way and that are not to stay where it fails.
#pragma once

#include <string>
#include <vector>

namespace escapade {

/// Removes what was added to it when it goes, unless they were kept.
class FilesOnTheWay {
public:
  FilesOnTheWay() = default;
  FilesOnTheWay(const FilesOnTheWay&) = delete;
  FilesOnTheWay& operator=(const FilesOnTheWay&) = delete;
  ~FilesOnTheWay();

  /// A file, or the header of the pieces of so many ranks.
  void add(const std::string& name, int ranks);

  void keep() { names_.clear(); }

private:
  std::vector<std::string> names_;
};

} // namespace escapade
