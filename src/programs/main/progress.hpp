// A progress line for people at a terminal, and the wish to stop.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace escapade {

/// Whether SIGINT or SIGTERM asked this process to stop. A program that asks is taken to stop
/// cleanly by itself; as long as none has asked, the signal ends it at once with one line and
/// status 3, and a second signal always ends it. Ranks may be asked at different times: agree
/// before acting on it.
bool stop_requested();

/// Installs the handlers of SIGINT and SIGTERM; the line of a sudden end begins with `program` and
/// is printed where `speaks`. run_program does this first of all.
void handle_stop_signals(const std::string& program, bool speaks);

/// What a sudden end prints from now on, with its newline, where this process `speaks`.
void say_when_stopped(bool speaks, const std::string& line);

/// SIGPIPE and SIGXFSZ are ignored, so that writes fail with an error instead.
void ignore_signals_of_writes();

/// While it lives no signal ends the process; one that came does when it is gone.
class SignalsWait {
public:
  SignalsWait();
  SignalsWait(const SignalsWait&) = delete;
  SignalsWait& operator=(const SignalsWait&) = delete;
  ~SignalsWait();
};

/// Clears the progress line that is shown, so that other text does not run into it.
void clear_progress_line();

/// One line on stderr, rewritten in place at most five times a second; nothing is printed where
/// `rank` is not 0 or stderr is not a terminal. The destructor clears the line.
class Progress {
public:
  Progress(std::string title, int rank);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress();

  /// Shows "title: 42 % note"; done and total in any unit, total 0 where it is not known.
  void show(std::int64_t done, std::int64_t total, const std::string& note = "");
  /// "title: what", at once.
  void say(const std::string& what);

private:
  std::string title_;
  bool shown_;
  bool printed_ = false;
  std::chrono::steady_clock::time_point last_{};
};

} // namespace escapade
