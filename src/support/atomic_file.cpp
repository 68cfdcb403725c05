#include "support/atomic_file.hpp"

#include "escapade/error.hpp"

#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace escapade {

namespace {

[[noreturn]] void fail(const std::string& path, int error) {
  throw CannotWrite("cannot write " + path + ": " + std::strerror(error));
}

/// An open file; close() reports what the destructor must swallow.
class Descriptor {
public:
  Descriptor(const std::string& path, int flags, mode_t mode = 0)
      : number_(::open(path.c_str(), flags | O_CLOEXEC, mode)) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0)
      ::close(number_);
  }
  bool is_open() const { return number_ >= 0; }
  int number() const { return number_; }
  bool close() { return ::close(std::exchange(number_, -1)) == 0; }

private:
  int number_;
};

/// Names of temporary files, where a signal handler finds them.
struct Note {
  std::atomic<int> state{0}; // 0 free, 1 being written, 2 holds a name
  std::array<char, 4096> path{};
};
std::array<Note, 1024> notes;

void note(const std::string& path) {
  for (Note& n : notes) {
    int unused = 0;
    if (path.size() >= n.path.size() || !n.state.compare_exchange_strong(unused, 1))
      continue;
    path.copy(n.path.data(), path.size());
    n.path[path.size()] = '\0';
    n.state = 2;
    return;
  }
}

void forget(const std::string& path) {
  for (Note& n : notes)
    if (n.state == 2 && path == n.path.data())
      n.state = 0;
}

FilesTogether* outermost = nullptr;

std::string folder_of(const std::string& path) {
  const std::string folder = std::filesystem::path(path).parent_path().string();
  return folder.empty() ? "." : folder;
}

} // namespace

AtomicFile::AtomicFile(std::string path) : path_(std::move(path)) {
  struct stat status {};
  if (::stat(path_.c_str(), &status) == 0 && !S_ISREG(status.st_mode))
    throw CannotWrite("cannot write " + path_ + ": it exists and is not a regular file");
  const std::filesystem::path target(path_);
  const auto stem = target.parent_path() / ("." + target.filename().string() + ".");
  // O_EXCL: never write into a file, or through a link, that someone else has put there
  for (int attempt = 0; attempt < 100; ++attempt) {
    const auto now = std::chrono::steady_clock::now().time_since_epoch().count();
    temporary_ = stem.string() + std::to_string(::getpid()) + "-" + std::to_string(now) + ".tmp";
    note(temporary_);
    if (Descriptor(temporary_, O_WRONLY | O_CREAT | O_EXCL, 0666).is_open())
      return;
    forget(temporary_);
    if (errno != EEXIST)
      break;
  }
  const int error = errno;
  temporary_.clear();
  fail(path_, error);
}

AtomicFile::AtomicFile(std::string path, std::string temporary)
    : path_(std::move(path)), temporary_(std::move(temporary)) {}

AtomicFile::AtomicFile(AtomicFile&& other) noexcept
    : path_(std::move(other.path_)), temporary_(std::exchange(other.temporary_, {})) {}

AtomicFile& AtomicFile::operator=(AtomicFile&& other) noexcept {
  if (this != &other) {
    remove();
    path_ = std::move(other.path_);
    temporary_ = std::exchange(other.temporary_, {});
  }
  return *this;
}

AtomicFile::~AtomicFile() {
  remove();
}

void AtomicFile::remove() noexcept {
  if (!temporary_.empty())
    ::unlink(temporary_.c_str());
  forget(temporary_);
  temporary_.clear();
}

void AtomicFile::flush() const {
  Descriptor file(temporary_, O_WRONLY);
  if (!file.is_open() || ::fsync(file.number()) != 0 || !file.close())
    fail(path_, errno);
}

void AtomicFile::commit() {
  flush(); // first: after a crash the name must not stand for an empty file
  if (outermost)
    outermost->waiting_.push_back(AtomicFile(path_, std::exchange(temporary_, {})));
  else
    name();
}

void AtomicFile::name() {
  if (::rename(temporary_.c_str(), path_.c_str()) != 0)
    fail(path_, errno);
  forget(temporary_);
  temporary_.clear();
  // the rename itself; some file systems cannot flush a folder, and the file is whole either way
  const Descriptor folder(folder_of(path_), O_RDONLY | O_DIRECTORY);
  if (folder.is_open())
    ::fsync(folder.number());
}

FilesTogether::FilesTogether() {
  if (!outermost)
    outermost = this;
}

FilesTogether::~FilesTogether() {
  for (const std::string& path : named_)
    ::unlink(path.c_str());
  if (outermost == this)
    outermost = nullptr;
}

void FilesTogether::name() {
  for (AtomicFile& file : waiting_) {
    file.name();
    named_.push_back(file.path());
  }
  waiting_.clear();
}

namespace {

void write(const AtomicFile& file, std::string_view text, int how) {
  Descriptor out(file.temporary(), O_WRONLY | how);
  if (!out.is_open())
    fail(file.path(), errno);
  while (!text.empty()) {
    const ssize_t written = ::write(out.number(), text.data(), text.size());
    if (written < 0 && errno == EINTR)
      continue;
    if (written < 0)
      fail(file.path(), errno);
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  if (!out.close())
    fail(file.path(), errno);
}

} // namespace

void remove_temporary_files() noexcept {
  for (const Note& n : notes)
    if (n.state == 2)
      ::unlink(n.path.data());
}

void write_to(const AtomicFile& file, std::string_view text) {
  write(file, text, O_TRUNC);
}

void append_to(const AtomicFile& file, std::string_view text) {
  write(file, text, O_APPEND);
}

void write_file(const std::string& path, std::string_view text) {
  AtomicFile file(path);
  write_to(file, text);
  file.commit();
}

void check_writable(const std::string& prefix) {
  const std::filesystem::path name = std::filesystem::path(prefix).filename();
  if (name.empty() || name == "." || name == "..")
    throw BadInput("the output \"" + prefix +
                   "\": names a folder; give a folder and the beginning of "
                   "file names, such as results/well");
  const std::string folder = folder_of(prefix);
  std::error_code ignored;
  if (!std::filesystem::is_directory(folder, ignored))
    throw CannotWrite("the output \"" + prefix + "\": " + folder +
                      " is not a folder; create it or give another prefix");
  AtomicFile probe(prefix + ".json");
}

} // namespace escapade
