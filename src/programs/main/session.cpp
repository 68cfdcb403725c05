#include "programs/main/session.hpp"

#include "escapade/error.hpp"
#include "programs/main/program_table.hpp"
#include "programs/main/progress.hpp"
#include "programs/main/start_mpi.hpp"
#include "programs/options/option_table.hpp"
#include "programs/report/option_words.hpp"
#include "support/petsc.hpp"

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <vector>

namespace escapade {

namespace {

/// A message must be one line whatever file or argument it quotes.
std::string one_line(const std::string& text) {
  std::string line;
  for (const char c : text)
    if (c == '\n')
      line += "\\n";
    else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
      line += ' ';
    else
      line += c;
  return line;
}

void print_error(const std::string& program, const std::string& message) {
  std::cout.flush();
  clear_progress_line();
  std::cerr << program + ": " + one_line(message) + "\n" << std::flush;
}

int report(const std::string& program, const Failure& failure) {
  print_error(program, failure.status == 1 ? "internal error: " + failure.message
                                           : in_option_words(failure.message));
  return failure.status;
}

void require_printed() {
  if (!std::cout.flush())
    throw CannotWrite("cannot write to standard output");
}

bool begins_any(const std::vector<std::string>& arguments,
                std::initializer_list<const char*> beginnings) {
  return std::any_of(arguments.begin(), arguments.end(), [&](const std::string& argument) {
    return std::any_of(beginnings.begin(), beginnings.end(),
                       [&](const char* beginning) { return argument.starts_with(beginning); });
  });
}

/// PETSc and SLEPc with the arguments that are theirs; SLEPc ends with the object.
class Solvers {
public:
  Solvers(const std::string& program, const CommandLine& line) {
    words_ = {program};
    words_.insert(words_.end(), line.petsc_arguments.begin(), line.petsc_arguments.end());
    if (line.options.flag("help_petsc"))
      words_.push_back("-help");
    // the last ones win: no rc files, no libraries even if an options file asks for them, signals
    // left to us, and no table of left-over options beside our own warning
    words_.insert(words_.end(), {"-skip_petscrc", "-dll_prepend", "-dll_append"});
    if (!begins_any(line.petsc_arguments, {"-no_signal_handler"}))
      words_.push_back("-no_signal_handler");
    if (!begins_any(line.petsc_arguments, {"-options_left"}))
      words_.insert(words_.end(), {"-options_left", "no"});
    for (std::string& word : words_)
      pointers_.push_back(word.data());
    pointers_.push_back(nullptr);
    // PETSC_OPTIONS has been read and filtered; its content is among the arguments
    ::unsetenv("PETSC_OPTIONS");
    ::unsetenv("PETSC_OPTIONS_YAML");
    count_ = static_cast<int>(words_.size());
    arguments_ = pointers_.data();
    check(SlepcInitialize(&count_, &arguments_, nullptr, nullptr));
    if (!begins_any(line.petsc_arguments,
                    {"-on_error_", "-start_in_debugger", "-stop_for_debugger"}))
      keep_petsc_errors();
  }
  Solvers(const Solvers&) = delete;
  Solvers& operator=(const Solvers&) = delete;
  ~Solvers() { static_cast<void>(SlepcFinalize()); }

  /// "-name value" of every option that nothing asked for.
  std::vector<std::string> left_over() const {
    PetscInt n = 0;
    char **names = nullptr, **values = nullptr;
    check(PetscOptionsLeftGet(nullptr, &n, &names, &values));
    std::vector<std::string> left;
    for (PetscInt i = 0; i < n; ++i)
      if (std::string(names[i]) != "options_left") // PETSc looks at it when it ends
        left.push_back("-" + std::string(names[i]) +
                       (values[i] && *values[i] ? " " + std::string(values[i]) : ""));
    check(PetscOptionsLeftRestore(nullptr, &n, &names, &values));
    return left;
  }

private:
  std::vector<std::string> words_;
  std::vector<char*> pointers_;
  int count_ = 0;
  char** arguments_ = nullptr;
};

void warn_of_left_over(const Session& session, const Solvers& solvers) {
  std::string listed, bare;
  for (const std::string& option : solvers.left_over()) {
    listed += (listed.empty() ? "" : ", ") + option;
    for (const char* const kind : {"-ksp_", "-pc_", "-eps_", "-st_"})
      if (bare.empty() && option.starts_with(kind))
        bare = option.substr(1, option.find(' ') - 1);
  }
  if (listed.empty())
    return;
  session.notice("warning: solver options that nothing has used: " + listed +
                 (bare.empty() ? "" : "; the solvers here have a prefix: give -solve_" + bare));
}

/// A communicator that no library shares.
class OwnCommunicator {
public:
  OwnCommunicator() { MPI_Comm_dup(MPI_COMM_WORLD, &comm_); }
  OwnCommunicator(const OwnCommunicator&) = delete;
  OwnCommunicator& operator=(const OwnCommunicator&) = delete;
  ~OwnCommunicator() { MPI_Comm_free(&comm_); }
  MPI_Comm get() const { return comm_; }

private:
  MPI_Comm comm_ = MPI_COMM_NULL;
};

/// From MPI_Init to before MPI_Finalize.
int run_under_mpi(const std::string& name, const std::optional<CommandLine>& line,
                  const std::optional<Failure>& early,
                  const std::function<int(Session&, const Options&)>& body) {
  const OwnCommunicator comm;
  Session session(name, comm.get());
  if (const auto failure = share(session.comm(), early))
    return session.rank() == 0 ? report(name, *failure) : failure->status;
  int status = 0;
  std::optional<Solvers> solvers;
  const auto own = failure_of([&] {
    solvers.emplace(name, *line);
    for (const std::string& notice : line->notices)
      session.notice(notice);
    status = body(session, line->options);
    session.tell_notices();
    require_printed(); // PETSc flushes too, and would swallow the error
  });
  // not on the session's communicator: ranks that hang may be inside one of its collectives
  const auto failure =
      share_or_abort(MPI_COMM_WORLD, own, [&](const Failure& failed) { report(name, failed); });
  if (failure)
    return session.rank() == 0 ? report(name, *failure) : failure->status;
  warn_of_left_over(session, *solvers);
  session.tell_notices();
  return status;
}

} // namespace

Session::Session(std::string program, MPI_Comm comm) : program_(std::move(program)), comm_(comm) {
  MPI_Comm_rank(comm, &rank_);
  MPI_Comm_size(comm, &ranks_);
}

void Session::print(const std::string& line) const {
  if (rank_ != 0)
    return;
  clear_progress_line();
  std::cout << line << '\n';
}

void Session::notice(const std::string& line) const {
  if (rank_ == 0)
    untold_.push_back(in_option_words(line));
}

void Session::tell_notices() const {
  for (const std::string& line : untold_)
    print_error(program_, line);
  untold_.clear();
}

int run_program(const std::string& name, int argc, char** argv,
                const std::function<int(Session&, const Options&)>& body,
                const std::function<void(const Options&)>& before_mpi) {
  handle_stop_signals(name, is_first_process());
  if (argc < 2 && !program_named(name).name.empty()) {
    if (is_first_process())
      std::cout << usage_text(name);
    const auto failure = failure_of(require_printed);
    return failure ? report(name, *failure) : 0;
  }
  std::optional<CommandLine> line;
  const auto early = failure_of([&] {
    line = read_command_line(name, argc, argv);
    if (before_mpi && !line->help && !line->version && !line->citations)
      before_mpi(line->options);
  });
  if (line && (line->help || line->version || line->citations)) {
    if (is_first_process())
      std::cout << (line->help      ? help_text(name)
                    : line->version ? version_text(name)
                                    : citations_text(name));
    const auto failure = failure_of(require_printed);
    return failure ? report(name, *failure) : 0;
  }
  // alone, a failure needs no MPI; under a launcher all processes must have started it, or the
  // launcher takes the exit for a crash
  if (early && !under_launcher())
    return report(name, *early);
  ignore_signals_of_writes();
  if (const auto failure = failure_of([&] { start_mpi(argc, argv); }))
    return report(name, *failure);
  const int status = run_under_mpi(name, line, early, body);
  MPI_Finalize();
  return status;
}

} // namespace escapade
