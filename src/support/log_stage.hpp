// Where the time of a run goes, for PETSc's -log_view: a stage and an event for each part.
#pragma once

namespace escapade {

/// From here to the end of the scope PETSc books time under a stage and an event of this name
/// (assembly, factorisation, solve, output). Nothing where PETSc is not running. Stages nest: the
/// inner one's time is its own.
class LogStage {
public:
  explicit LogStage(const char* name);
  LogStage(const LogStage&) = delete;
  LogStage& operator=(const LogStage&) = delete;
  ~LogStage();

private:
  int event_ = -1; // PETSc's number of the event, -1 where nothing is booked
};

} // namespace escapade
