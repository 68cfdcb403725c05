// Compiled objects are kept in the user's cache directory, named by a checksum of the source, the
// compiler and the processor. The directory must belong to the user and be closed to others, since
// what lies in it is executed.
#include "problem/expression/machine_code.hpp"

#include "escapade/problem/function.hpp"

#include "problem/expression/system_compiler.hpp"

#include <xxhash.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <mutex>
#include <sstream>
#include <stdexcept>
#include <string_view>
#include <sys/file.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

namespace escapade {
namespace {

std::mutex notice_mutex;
std::optional<std::string> notice;

/// Why there is no machine code; never leaves this file.
struct NoMachineCode : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct Descriptor {
  Descriptor() = default;
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int fd = -1;
  ~Descriptor() {
    if (fd >= 0)
      close(fd);
  }
};

void make_directory(const std::string& path) {
  if (mkdir(path.c_str(), 0700) != 0 && errno != EEXIST)
    throw NoMachineCode("cannot make the directory " + path + ": " + std::strerror(errno));
}

std::string cache_directory() {
  const char* cache = std::getenv("XDG_CACHE_HOME");
  std::string path;
  if (cache != nullptr && *cache == '/') {
    path = cache;
  } else if (const char* home = std::getenv("HOME"); home != nullptr && *home == '/') {
    path = home + std::string("/.cache");
  } else {
    throw NoMachineCode(
        "neither XDG_CACHE_HOME nor HOME names a directory for compiled expressions");
  }
  make_directory(path);
  path += "/escapade";
  make_directory(path);
  struct stat s;
  if (lstat(path.c_str(), &s) != 0 || !S_ISDIR(s.st_mode) || s.st_uid != geteuid() ||
      (s.st_mode & 0777) != 0700)
    throw NoMachineCode(path +
                        " must be a directory of yours that nobody else may enter (mode 700)");
  return path;
}

std::string processor() {
  std::ifstream file("/proc/cpuinfo");
  std::string line, text;
  while (std::getline(file, line) && !line.empty())
    if (line.starts_with("model name") || line.starts_with("flags") ||
        line.starts_with("Features") || line.starts_with("CPU"))
      text += line + "\n";
  return text;
}

std::string checksum(std::string_view text) {
  const XXH128_hash_t hash = XXH3_128bits(text.data(), text.size());
  std::string digits;
  for (std::uint64_t word : {hash.high64, hash.low64})
    for (int shift = 60; shift >= 0; shift -= 4)
      digits += "0123456789abcdef"[(word >> shift) & 15];
  return digits;
}

/// One process at a time compiles; where locks do not work the rename below still keeps files
/// whole.
void lock(const std::string& directory, Descriptor& file) {
  const std::string path = directory + "/lock";
  file.fd = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (file.fd < 0)
    throw NoMachineCode("cannot write in " + directory + ": " + std::strerror(errno));
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (flock(file.fd, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR)
      break;
    if (std::chrono::steady_clock::now() > deadline)
      throw NoMachineCode("another process has held " + path + " for a minute");
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

/// Written behind an object, where the loader does not look: a checksum of all before it. An object
/// of which a crash has left a part would end the process with a signal when it is loaded.
std::string seal_of(std::string_view object) {
  return "escapade" + checksum(object);
}

constexpr std::size_t seal_size = 8 + 32;

std::string bytes_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream all; // a disk that fails leaves it short, an iterator would throw
  all << file.rdbuf();
  return all.str();
}

bool is_whole(const std::string& path) {
  const std::string bytes = bytes_of(path);
  if (bytes.size() < seal_size)
    return false;
  const std::size_t object = bytes.size() - seal_size;
  return seal_of(std::string_view(bytes).substr(0, object)) == bytes.substr(object);
}

/// Seals a new object, and does not return before it is on the disk.
bool seal(const std::string& path) {
  const std::string text = seal_of(bytes_of(path));
  Descriptor file;
  file.fd = open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW);
  return file.fd >= 0 &&
         write(file.fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
         fchmod(file.fd, 0700) == 0 && fsync(file.fd) == 0;
}

/// The function in an object that is there, is ours, whole and bears the key; nothing otherwise.
std::shared_ptr<const MachineCode> load(const std::string& path, const std::string& key) {
  struct stat s;
  if (lstat(path.c_str(), &s) != 0)
    return nullptr;
  if (!S_ISREG(s.st_mode) || s.st_uid != geteuid() || (s.st_mode & 022) != 0)
    throw NoMachineCode(path + " is not a file that only you may write");
  if (!is_whole(path))
    return nullptr; // made again
  void* handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr)
    return nullptr;
  const auto* found_key = static_cast<const char*>(dlsym(handle, "escapade_key"));
  void* function = dlsym(handle, "escapade_function");
  if (found_key == nullptr || function == nullptr || key != found_key) {
    dlclose(handle);
    return nullptr;
  }
  struct Loaded {
    MachineCode code;
    void* handle;
    Loaded(MachineCode c, void* h) : code(c), handle(h) {}
    Loaded(const Loaded&) = delete;
    Loaded& operator=(const Loaded&) = delete;
    ~Loaded() { dlclose(handle); }
  };
  const auto loaded = std::make_shared<Loaded>(reinterpret_cast<MachineCode>(function), handle);
  return {loaded, &loaded->code};
}

void write_object(const SystemCompiler& compiler, const std::string& directory,
                  const std::string& path, const std::string& key, const std::string& source) {
  const std::string aside = path + "." + std::to_string(getpid());
  const std::string text = aside + ".c";
  {
    std::ofstream file(text);
    file << source << "const char escapade_key[] = \"" << key << "\";\n";
    file.flush();
    if (!file)
      throw NoMachineCode("cannot write in " + directory);
  }
  const bool done = compile_file(compiler, text, aside);
  unlink(text.c_str());
  const bool placed = done && seal(aside) && rename(aside.c_str(), path.c_str()) == 0;
  if (!placed) {
    unlink(aside.c_str());
    throw NoMachineCode("the compiler " + compiler.command + " failed");
  }
}

std::shared_ptr<const MachineCode> compile_or_throw(const std::string& source) {
  const std::string directory = cache_directory();
  const auto& compiler = system_compiler();
  if (!compiler)
    throw NoMachineCode("no C compiler was found (CC, cc, gcc, clang)");
  std::string identity = source + compiler->command + compiler->version + processor();
  for (const std::string& flag : compiler->flags)
    identity += flag + " ";
  const std::string key = checksum(identity);
  const std::string path = directory + "/" + key + ".so";
  if (auto code = load(path, key))
    return code;
  Descriptor held;
  lock(directory, held);
  if (auto code = load(path, key)) // compiled by another process meanwhile
    return code;
  write_object(*compiler, directory, path, key, source);
  if (auto code = load(path, key))
    return code;
  const char* reason = dlerror();
  throw NoMachineCode("cannot load " + path + (reason ? std::string(": ") + reason : ""));
}

} // namespace

std::shared_ptr<const MachineCode> compile(const std::string& source) {
  try {
    return compile_or_throw(source);
  } catch (const NoMachineCode& e) {
    set_compile_notice(e.what());
    return nullptr;
  }
}

void set_compile_notice(const std::string& reason) {
  const std::lock_guard held(notice_mutex);
  notice = reason;
}

std::optional<std::string> compile_notice() {
  const std::lock_guard held(notice_mutex);
  return notice;
}

} // namespace escapade
