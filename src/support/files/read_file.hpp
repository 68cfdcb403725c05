// Files of users: whole, and never one that has no end (a device) or waits for a writer (a pipe).
#pragma once

#include <cstdint>
#include <string>

namespace escapade {

/// BadInput "WHERE: …; REMEDY" unless `path` is a regular file that can be read.
void require_regular_file(const std::string& path, const std::string& where,
                          const std::string& remedy);

/// The whole file; BadInput as above, and where it is larger than `most` bytes.
std::string read_regular_file(const std::string& path, const std::string& where,
                              const std::string& remedy, std::int64_t most);

} // namespace escapade
