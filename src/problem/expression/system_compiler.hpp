// The system's C compiler: $CC, else cc, gcc or clang; started without a shell.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace escapade {

struct SystemCompiler {
  std::string command;
  std::string version; // all that `--version` prints
  std::vector<std::string> flags;
};

/// The first of them that runs, looked for once a process.
const std::optional<SystemCompiler>& system_compiler();

/// Compiles a C file to a shared object; false if that fails or takes longer than a minute.
bool compile_file(const SystemCompiler& compiler, const std::string& source,
                  const std::string& object);

} // namespace escapade
