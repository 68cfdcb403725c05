#include "programs/main/progress.hpp"

#include "support/atomic_file.hpp"

#include <atomic>
#include <csignal>
#include <deque>
#include <iostream>

#include <unistd.h>

namespace escapade {

namespace {

std::atomic<bool> stop{false};
std::atomic<bool> someone_asks{false};
std::atomic<bool> waits{false};
static_assert(std::atomic<bool>::is_always_lock_free, "used in a signal handler");

/// Printed by the handler, which cannot make texts: a line that stays, or nothing.
std::atomic<const std::string*> last_line{nullptr};
static_assert(std::atomic<const std::string*>::is_always_lock_free, "used in a signal handler");

/// Safe in a signal handler.
[[noreturn]] void end_now() {
  remove_temporary_files();
  if (const std::string* const line = last_line.load()) {
    [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, line->data(), line->size());
  }
  constexpr int not_trusted = 3;
  ::_exit(not_trusted);
}

void on_signal(int) {
  // SA_RESETHAND has restored the default action, so the next signal ends the process
  stop.store(true);
  if (!someone_asks.load() && !waits.load())
    end_now();
}

std::atomic<bool> line_is_shown{false};
constexpr const char* to_an_empty_line = "\r\x1b[K";

} // namespace

void clear_progress_line() {
  if (line_is_shown.exchange(false))
    std::cerr << to_an_empty_line << std::flush;
}

bool stop_requested() {
  someone_asks.store(true, std::memory_order_relaxed);
  return stop.load();
}

void say_when_stopped(bool speaks, const std::string& line) {
  static std::deque<std::string> lines; // the handler may be printing an earlier one
  if (speaks)
    last_line.store(&lines.emplace_back(line));
}

void handle_stop_signals(const std::string& program, bool speaks) {
  say_when_stopped(speaks, program + ": stopped by a signal before there was a result\n");
  struct sigaction action {};
  action.sa_handler = on_signal;
  action.sa_flags = SA_RESETHAND | SA_RESTART;
  ::sigemptyset(&action.sa_mask);
  for (const int signal : {SIGINT, SIGTERM}) {
    struct sigaction before {};
    // nohup and the like ask for signals to be ignored
    if (::sigaction(signal, nullptr, &before) == 0 && before.sa_handler != SIG_IGN)
      ::sigaction(signal, &action, nullptr);
  }
}

void ignore_signals_of_writes() {
  ::signal(SIGPIPE, SIG_IGN);
  ::signal(SIGXFSZ, SIG_IGN);
}

SignalsWait::SignalsWait() {
  waits = true;
}

SignalsWait::~SignalsWait() {
  waits = false;
  if (stop.load() && !someone_asks.load())
    end_now();
}

Progress::Progress(std::string title, int rank)
    : title_(std::move(title)), shown_(rank == 0 && ::isatty(STDERR_FILENO) == 1) {}

Progress::~Progress() {
  if (printed_)
    clear_progress_line();
}

void Progress::say(const std::string& what) {
  if (!shown_)
    return;
  printed_ = line_is_shown = true;
  std::cerr << to_an_empty_line << title_ << ": " << what << std::flush;
}

void Progress::show(std::int64_t done, std::int64_t total, const std::string& note) {
  const auto now = std::chrono::steady_clock::now();
  if (!shown_ || (printed_ && now - last_ < std::chrono::milliseconds(200)))
    return;
  last_ = now;
  printed_ = line_is_shown = true;
  std::cerr << to_an_empty_line << title_ << ": ";
  if (total > 0)
    std::cerr << static_cast<int>(100.0 * static_cast<double>(done) / static_cast<double>(total))
              << " % ";
  else
    std::cerr << done << ' ';
  std::cerr << note << std::flush;
}

} // namespace escapade
