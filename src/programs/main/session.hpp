// A program's life: command line, MPI, PETSc and SLEPc, failures and the exit status.
#pragma once

#include "parallel/agree.hpp"
#include "programs/options/options.hpp"

#include <mpi.h>

#include <functional>
#include <string>
#include <vector>

namespace escapade {

/// MPI, PETSc and SLEPc while a program's body runs. Made by run_program.
class Session {
public:
  Session(std::string program, MPI_Comm comm);

  MPI_Comm comm() const { return comm_; }
  int rank() const { return rank_; }
  int ranks() const { return ranks_; }

  /// One line on stdout, by rank 0 alone.
  void print(const std::string& line) const;

  /// One line on stderr, "fp-exit: line", by rank 0 alone, when there is an answer: a run that is
  /// refused says only why.
  void notice(const std::string& line) const;
  /// The notices so far.
  void tell_notices() const;

private:
  std::string program_;
  MPI_Comm comm_;
  int rank_ = 0, ranks_ = 1;
  mutable std::vector<std::string> untold_;
};

/// Runs `body` as the program `name` and returns the exit status: reads the command line, answers
/// -help, -version and -citations without MPI, calls `before_mpi`, starts MPI, PETSc (without rc
/// files and signal handlers) and SLEPc, turns every exception into one line on stderr by one rank
/// and its exit status (BadInput 2, NotTrusted 3, CannotWrite 4, anything else 1), and warns of
/// solver options that nothing has used. Ranks that wait in vain for one that failed are aborted.
int run_program(const std::string& name, int argc, char** argv,
                const std::function<int(Session&, const Options&)>& body,
                const std::function<void(const Options&)>& before_mpi = {});

} // namespace escapade
