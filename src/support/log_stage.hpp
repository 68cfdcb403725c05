// Where the time of a run goes: counters of seconds, and for PETSc's -log_view a stage and an event
// for each part.
#pragma once

#include <chrono>

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

/// Adds the time from here to the end of the scope to a counter.
class Timer {
public:
  explicit Timer(double& seconds) : seconds_(seconds) {}
  ~Timer() {
    seconds_ += std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count();
  }
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

private:
  double& seconds_;
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

} // namespace escapade
