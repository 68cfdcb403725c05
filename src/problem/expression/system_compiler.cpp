#include "problem/expression/system_compiler.hpp"

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

extern char** environ;

namespace escapade {
namespace {

using Clock = std::chrono::steady_clock;
constexpr auto patience = std::chrono::seconds(60);

/// Starts a program found in PATH with its output to `out` (a descriptor) or nowhere; −1 if it
/// cannot be started.
pid_t start(const std::vector<std::string>& arguments, int out) {
  std::vector<char*> argv;
  for (const std::string& a : arguments)
    argv.push_back(const_cast<char*>(a.c_str())); // as posix_spawn wants it; not changed
  argv.push_back(nullptr);
  posix_spawn_file_actions_t files;
  if (posix_spawn_file_actions_init(&files) != 0)
    return -1;
  posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&files, 2, "/dev/null", O_WRONLY, 0);
  if (out >= 0)
    posix_spawn_file_actions_adddup2(&files, out, 1);
  else
    posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0);
  pid_t child = -1;
  const int error = posix_spawnp(&child, argv[0], &files, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&files);
  return error == 0 ? child : -1;
}

/// Whether the child ends in time and with status 0.
bool succeeded(pid_t child, Clock::time_point deadline) {
  for (;;) {
    int status = 0;
    const pid_t ended = waitpid(child, &status, WNOHANG);
    if (ended == child)
      return WIFEXITED(status) && WEXITSTATUS(status) == 0;
    if (ended < 0 && errno != EINTR)
      return false;
    if (Clock::now() > deadline) {
      kill(child, SIGKILL);
      waitpid(child, &status, 0);
      return false;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

/// What a program prints, if it succeeds.
std::optional<std::string> output_of(const std::vector<std::string>& arguments) {
  std::array<int, 2> ends;
  if (pipe2(ends.data(), O_CLOEXEC) != 0)
    return std::nullopt;
  const auto deadline = Clock::now() + patience;
  const pid_t child = start(arguments, ends[1]);
  close(ends[1]);
  std::string text;
  while (child > 0) {
    pollfd ready{ends[0], POLLIN, 0};
    std::array<char, 4096> buffer;
    if (poll(&ready, 1, 60000) <= 0)
      break;
    const ssize_t n = read(ends[0], buffer.data(), buffer.size());
    if (n <= 0 || text.size() > 65536)
      break;
    text.append(buffer.data(), static_cast<std::size_t>(n));
  }
  close(ends[0]);
  if (child < 0 || !succeeded(child, deadline))
    return std::nullopt;
  return text;
}

std::optional<SystemCompiler> find_compiler() {
  std::vector<std::string> candidates{"cc", "gcc", "clang"};
  if (const char* given = std::getenv("CC"); given != nullptr && *given != '\0')
    candidates.insert(candidates.begin(), given);
  for (const std::string& command : candidates) {
    const auto version = output_of({command, "--version"});
    if (!version || version->empty())
      continue;
    // IEEE arithmetic but for contraction to fused multiply-adds: -ffast-math would gain little
    // here, lose NaN and, when linking, flush denormals in the whole process.
    SystemCompiler compiler{command,
                            *version,
                            {"-O3", "-march=native", "-fPIC", "-fopenmp-simd", "-fno-builtin",
                             "-fno-math-errno", "-fno-trapping-math", "-ffp-contract=fast"}};
    // No points before the first whole vector: they would round differently.
    if (version->find("clang") == std::string::npos)
      compiler.flags.emplace_back("--param=vect-max-peeling-for-alignment=0");
    return compiler;
  }
  return std::nullopt;
}

} // namespace

const std::optional<SystemCompiler>& system_compiler() {
  static const std::optional<SystemCompiler> compiler = find_compiler();
  return compiler;
}

bool compile_file(const SystemCompiler& compiler, const std::string& source,
                  const std::string& object) {
  std::vector<std::string> arguments{compiler.command};
  arguments.insert(arguments.end(), compiler.flags.begin(), compiler.flags.end());
  arguments.insert(arguments.end(), {"-shared", "-o", object, "-x", "c", source, "-lm"});
  const pid_t child = start(arguments, -1);
  return child > 0 && succeeded(child, Clock::now() + patience);
}

} // namespace escapade
