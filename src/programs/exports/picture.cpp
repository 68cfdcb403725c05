#include "programs/exports/picture.hpp"

#include "escapade/error.hpp"
#include "programs/exports/python_package.hpp"
#include "programs/main/start_mpi.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <memory>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace escapade {
namespace {

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> out;
  for (std::string& text : texts)
    out.push_back(text.data());
  out.push_back(nullptr);
  return out;
}

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

/// Runs a program found on PATH; its exit status, -1 where it cannot be started. What it says on
/// stderr goes to `messages`.
int status_of(std::vector<std::string> arguments, std::FILE* messages) {
  std::vector<std::string> variables = environment_of_package();
  posix_spawn_file_actions_t streams;
  posix_spawn_file_actions_init(&streams);
  posix_spawn_file_actions_addopen(&streams, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&streams, 1, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_adddup2(&streams, fileno(messages), 2);
  pid_t child = 0;
  const int error = posix_spawnp(&child, arguments[0].c_str(), &streams, nullptr,
                                 pointers(arguments).data(), pointers(variables).data());
  posix_spawn_file_actions_destroy(&streams);
  if (error != 0)
    return -1;
  int status = 0;
  while (waitpid(child, &status, 0) < 0)
    if (errno != EINTR)
      return -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/// The last line that is not empty: Python's tracebacks end with what went wrong.
std::string last_line(std::FILE* file) {
  std::rewind(file);
  std::array<char, 4096> line;
  std::string last;
  while (std::fgets(line.data(), line.size(), file)) {
    std::string text = line.data();
    while (!text.empty() && (text.back() == '\n' || text.back() == ' '))
      text.pop_back();
    if (!text.empty())
      last = std::move(text);
  }
  return last.starts_with("escapade: ") ? last.substr(10) : last;
}

std::unique_ptr<std::FILE, CloseFile> nameless_file() {
  std::unique_ptr<std::FILE, CloseFile> file(std::tmpfile());
  if (!file)
    throw CannotWrite(std::string("-plot: no temporary file: ") + std::strerror(errno));
  return file;
}

std::vector<std::string> interpreters() {
  if (const char* const named = std::getenv("ESCAPADE_PYTHON"); named && *named)
    return {named};
  return {"python3", "/usr/bin/python3"};
}

constexpr const char* none_there = "no such program";

/// What pictures need and an interpreter lacks, with commas; none_there where it cannot be started.
std::string missing_in(const std::string& name) {
  const auto messages = nameless_file();
  const int status =
      status_of({name, "-c",
                 "import importlib.util as u, sys; lost = [m for m in ('numpy', 'matplotlib', "
                 "'escapade') if not u.find_spec(m)]; print(*lost, sep=', ', file=sys.stderr); "
                 "sys.exit(9 if lost else 0)"},
                messages.get());
  return status == 0 ? "" : status == 9 ? last_line(messages.get()) : none_there;
}

/// The first interpreter that has all that pictures need, or a line on what each of them lacks.
struct Interpreter {
  std::string name, lacking; // lacking: "python3 lacks numpy"
  bool lacks_package = false, lacks_others = false;
};

const Interpreter& interpreter() {
  static const Interpreter found = [] {
    Interpreter one;
    for (const std::string& name : interpreters()) {
      const std::string missing = missing_in(name);
      if (missing.empty())
        return Interpreter{name, "", false, false};
      one.lacking += (one.lacking.empty() ? "" : ", ") + name +
                     (missing == none_there ? ": " : " lacks ") + missing;
      one.lacks_package |= missing.ends_with("escapade");
      one.lacks_others |= missing != "escapade";
    }
    return one;
  }();
  return found;
}

} // namespace

std::string wanted_picture(const Options& options) {
  if (!options.flag("plot"))
    return {};
  const std::string& format = options.text("plot");
  return format == "true" ? "png" : format;
}

const std::string& python_of_pictures(const std::string& asked_by) {
  const Interpreter& python = interpreter();
  if (!python.name.empty())
    return python.name;
  const std::string package =
      "set PYTHONPATH to the folder python of escapade's sources, or install python3-escapade";
  throw BadInput(asked_by + ": no Python with numpy, matplotlib and the package escapade (" +
                 python.lacking + "; ESCAPADE_PYTHON may name another); " +
                 (python.lacks_others ? "install python3-matplotlib" : package) +
                 (python.lacks_others && python.lacks_package ? "; for escapade " + package : ""));
}

void check_picture_can_be_drawn(const Options& options) {
  if (!wanted_picture(options).empty() && is_first_process())
    python_of_pictures("-plot");
}

std::string draw_picture(const std::string& prefix, const std::string& format) {
  const std::string name = prefix + "." + format;
  const auto messages = nameless_file();
  const int status = status_of(
      {interpreter().name, "-m", "escapade", "plot", prefix + ".json", format}, messages.get());
  if (status != 0) {
    const std::string why = last_line(messages.get());
    throw CannotWrite(name + ": " + (why.empty() ? "the picture was not drawn" : why) +
                      "; all other files are written");
  }
  return name;
}

} // namespace escapade
