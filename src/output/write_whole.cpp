#include "write_whole.hpp"

#include "escapade/error.hpp"

#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace escapade {

void write_whole(const std::string& name, std::string_view content) {
  const std::string aside = name + ".part" + std::to_string(getpid());
  const auto fail = [&](int error) {
    unlink(aside.c_str());
    throw CannotWrite(name + ": " + std::strerror(error));
  };
  const int file = open(aside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (file < 0)
    throw CannotWrite(name + ": " + std::strerror(errno));
  while (!content.empty()) {
    const ssize_t written = write(file, content.data(), content.size());
    if (written < 0 && errno == EINTR)
      continue;
    if (written < 0) {
      const int error = errno;
      close(file);
      fail(error);
    }
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  const bool flushed = fsync(file) == 0;
  const int error = errno;
  if (close(file) != 0 || !flushed)
    fail(flushed ? errno : error);
  if (std::rename(aside.c_str(), name.c_str()) != 0)
    fail(errno);
}

std::string exact(double value) {
  char digits[32];
  return {digits, std::to_chars(digits, digits + sizeof digits, value).ptr};
}

} // namespace escapade
