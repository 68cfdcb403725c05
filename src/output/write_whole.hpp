// Private to this room: files that appear whole, and numbers that read back as themselves.
#pragma once

#include <string>
#include <string_view>

namespace escapade {

/// Writes `content` aside, flushes it to the disk and renames it to `name`. Throws CannotWrite,
/// leaving nothing behind.
void write_whole(const std::string& name, std::string_view content);

/// Shortest decimal form that reads back as the same double, whatever the locale.
std::string exact(double value);

} // namespace escapade
