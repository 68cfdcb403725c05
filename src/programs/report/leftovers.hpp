// Files of an earlier run under the same prefix, which would pass for files of this one.
#pragma once

#include "programs/options/options.hpp"

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace escapade {

class Leftovers {
public:
  Leftovers() = default;
  /// Notes the fields, paths and pictures there are under -output (PREFIX.vti, PREFIX_3.vtp, …)
  /// where PREFIX.json is the summary of an escapade program; none of the files that other options
  /// name, and none at all where the run goes on from them (-restart).
  explicit Leftovers(const Options& options);

  /// Removes those that have not been written anew since, but none that are `kept`.
  void remove(const std::vector<std::string>& kept) const;

private:
  std::vector<std::pair<std::filesystem::path, std::filesystem::file_time_type>> files_;
};

} // namespace escapade
