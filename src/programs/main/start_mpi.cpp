#include "programs/main/start_mpi.hpp"

#include "escapade/error.hpp"
#include "programs/main/progress.hpp"

#include <mpi.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <initializer_list>
#include <optional>
#include <string>

#include <unistd.h>

namespace escapade {

namespace {

const char* first_of(std::initializer_list<const char*> names) {
  for (const char* const name : names)
    if (const char* const text = std::getenv(name))
      return text;
  return nullptr;
}

/// A variable of the environment that has another value while this lives.
class Variable {
public:
  Variable(const char* name, const std::string& value) : name_(name) {
    if (const char* const text = std::getenv(name))
      before_ = text;
    ::setenv(name, value.c_str(), 1);
  }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;
  ~Variable() {
    if (before_)
      ::setenv(name_, before_->c_str(), 1);
    else
      ::unsetenv(name_);
  }

private:
  const char* name_;
  std::optional<std::string> before_;
};

std::string& own_folder() {
  static std::string path;
  return path;
}

void remove_own_folder() {
  std::error_code ignored;
  if (!own_folder().empty())
    std::filesystem::remove_all(own_folder(), ignored);
  own_folder().clear();
}

void make_own_folder() {
  std::string path;
  for (const char* const name : {"OMPI_MCA_orte_tmpdir_base", "TMPDIR", "TEMP", "TMP", ""}) {
    const char* const base = *name ? std::getenv(name) : "/tmp";
    path = std::string(base ? base : "") + "/escapade-XXXXXX";
    if (!base || !::mkdtemp(path.data()))
      continue;
    own_folder() = path;
    std::atexit(remove_own_folder); // MPI ends the process by itself where it fails
    return;
  }
  throw CannotWrite("cannot make a folder for MPI, " + path + ": " + std::strerror(errno) +
                    "; let TMPDIR name one that can be written to");
}

} // namespace

bool under_launcher() {
  return first_of({"OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "PMIX_RANK"}) != nullptr;
}

bool is_first_process() {
  const char* const rank = first_of({"OMPI_COMM_WORLD_RANK", "PMI_RANK", "PMIX_RANK"});
  return !rank || std::atoi(rank) == 0;
}

void start_mpi(int argc, char** argv) {
  const SignalsWait wait;
  int provided = 0;
  if (under_launcher()) {
    MPI_Init_thread(&argc, &argv, MPI_THREAD_FUNNELED, &provided);
    return;
  }
  // Processes without a launcher have the same name to Open MPI, and its session folder is named by
  // that: they would take it from one another. By itself a process needs none once MPI has started,
  // nor a daemon beside it, which costs time to start and could outlive it.
  make_own_folder();
  {
    const Variable folder("TMPDIR", own_folder()), base("OMPI_MCA_orte_tmpdir_base", own_folder());
    std::optional<Variable> home;
    if (!std::getenv("HOME")) // Open MPI 5 does not start without
      home.emplace("HOME", own_folder());
    ::setenv("OMPI_MCA_ess_singleton_isolated", "1", 0);
    MPI_Init_thread(&argc, &argv, MPI_THREAD_FUNNELED, &provided);
  }
  remove_own_folder();
}

} // namespace escapade
