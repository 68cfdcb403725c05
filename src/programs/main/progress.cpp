#include "programs/main/progress.hpp"

#include <atomic>
#include <csignal>
#include <iostream>

#include <unistd.h>

namespace escapade {

namespace {

std::atomic<bool> stop{false};
std::atomic<bool> someone_asks{false};
static_assert(std::atomic<bool>::is_always_lock_free, "used in a signal handler");

void on_signal(int signal) {
  // SA_RESETHAND has restored the default action, so the next signal ends the process
  if (someone_asks.load())
    stop.store(true);
  else
    ::raise(signal);
}

} // namespace

bool stop_requested() {
  someone_asks.store(true, std::memory_order_relaxed);
  return stop.load();
}

void handle_stop_signals() {
  struct sigaction action {};
  action.sa_handler = on_signal;
  action.sa_flags = SA_RESETHAND | SA_RESTART;
  ::sigemptyset(&action.sa_mask);
  // a closed pipe or a limit on file sizes is then an error of the write, not a sudden end
  ::signal(SIGPIPE, SIG_IGN);
  ::signal(SIGXFSZ, SIG_IGN);
  for (const int signal : {SIGINT, SIGTERM}) {
    struct sigaction before {};
    // nohup and the like ask for signals to be ignored
    if (::sigaction(signal, nullptr, &before) == 0 && before.sa_handler != SIG_IGN)
      ::sigaction(signal, &action, nullptr);
  }
}

Progress::Progress(std::string title, int rank)
    : title_(std::move(title)), shown_(rank == 0 && ::isatty(STDERR_FILENO) == 1) {}

Progress::~Progress() {
  if (printed_)
    std::cerr << "\r\x1b[K" << std::flush;
}

void Progress::show(std::int64_t done, std::int64_t total, const std::string& note) {
  const auto now = std::chrono::steady_clock::now();
  if (!shown_ || (printed_ && now - last_ < std::chrono::milliseconds(200)))
    return;
  last_ = now;
  printed_ = true;
  std::cerr << "\r\x1b[K" << title_ << ": ";
  if (total > 0)
    std::cerr << static_cast<int>(100.0 * static_cast<double>(done) / static_cast<double>(total))
              << " % ";
  else
    std::cerr << done << ' ';
  std::cerr << note << std::flush;
}

} // namespace escapade
