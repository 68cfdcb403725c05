#include "support/files/read_file.hpp"

#include "escapade/error.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace escapade {

namespace {

/// An open file that was seen to be a regular one.
class RegularFile {
public:
  RegularFile(const std::string& path, const std::string& where, const std::string& remedy)
      : number_(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC)) { // a pipe does not wait
    const int error = errno;
    struct stat status {};
    const bool known = number_ >= 0 && ::fstat(number_, &status) == 0;
    size_ = status.st_size;
    std::string why;
    if (!known)
      why = std::string("cannot be read (") + std::strerror(error) + ")";
    else if (S_ISDIR(status.st_mode))
      why = "is a folder";
    else if (!S_ISREG(status.st_mode))
      why = "is not a regular file";
    if (why.empty())
      return;
    close();
    throw BadInput(where + ": " + why + "; " + remedy);
  }
  RegularFile(const RegularFile&) = delete;
  RegularFile& operator=(const RegularFile&) = delete;
  ~RegularFile() { close(); }

  std::int64_t size() const { return size_; }

  /// Up to `count` bytes; −1 on failure.
  ssize_t read(char* to, std::size_t count) const {
    for (;;) {
      const ssize_t n = ::read(number_, to, count);
      if (n >= 0 || errno != EINTR)
        return n;
    }
  }

private:
  int number_;
  std::int64_t size_ = 0;
  void close() const {
    if (number_ >= 0)
      ::close(number_);
  }
};

} // namespace

void require_regular_file(const std::string& path, const std::string& where,
                          const std::string& remedy) {
  const RegularFile file(path, where, remedy);
}

std::string read_regular_file(const std::string& path, const std::string& where,
                              const std::string& remedy, std::int64_t most) {
  const RegularFile file(path, where, remedy);
  const BadInput too_large(where + ": is larger than " + std::to_string(most >> 20) + " MiB; " +
                           remedy);
  if (file.size() > most)
    throw too_large;
  std::string text;
  // files of the system tell no size, others may grow meanwhile
  constexpr std::size_t step = std::size_t{1} << 16;
  for (;;) {
    const std::size_t before = text.size();
    text.resize(std::max(before + step, static_cast<std::size_t>(file.size()) + 1));
    const ssize_t n = file.read(text.data() + before, text.size() - before);
    if (n < 0)
      throw BadInput(where + ": cannot be read (" + std::strerror(errno) + "); " + remedy);
    text.resize(before + static_cast<std::size_t>(n));
    if (n == 0)
      return text;
    if (static_cast<std::int64_t>(text.size()) > most)
      throw too_large;
  }
}

} // namespace escapade
