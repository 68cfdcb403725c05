// Command lines as words: what is read from them, or what their refusal says.
#pragma once

#include "escapade/error.hpp"
#include "programs/options/options.hpp"
#include "programs/options/sources.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace escapade {

using Words = std::vector<std::string>;

inline CommandLine read(const Words& words, const std::string& program = "fp-exit") {
  std::vector<const char*> argv{program.c_str()};
  for (const std::string& word : words)
    argv.push_back(word.c_str());
  return read_command_line(program, static_cast<int>(argv.size()), argv.data());
}

inline std::string refusal(const Words& words, const std::string& program = "fp-exit") {
  try {
    read(words, program);
  } catch (const BadInput& e) {
    return e.what();
  }
  return "accepted";
}

inline bool says(const std::string& message, const std::string& part) {
  BOOST_TEST_MESSAGE(message);
  return message.find(part) != std::string::npos && message.find('\n') == std::string::npos;
}

/// A folder that goes away with the test.
struct Folder {
  std::filesystem::path path;
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "escapade-XXXXXX").string();
    path = ::mkdtemp(name.data());
  }
  ~Folder() { std::filesystem::remove_all(path); }
  std::string file(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories((path / name).parent_path());
    std::ofstream(path / name) << text;
    return (path / name).string();
  }
};

/// PETSC_OPTIONS while it lives.
struct Environment {
  explicit Environment(const char* text) { ::setenv("PETSC_OPTIONS", text, 1); }
  ~Environment() { ::unsetenv("PETSC_OPTIONS"); }
};

} // namespace escapade
