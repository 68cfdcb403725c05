#include "escapade/error.hpp"
#include "escapade/paths/exits.hpp"

#include <cmath>

namespace escapade {

ExitStatistics exit_statistics(const std::vector<ExitRecord>& records, std::size_t parts) {
  ExitStatistics s;
  std::vector<double> times;
  std::vector<std::int64_t> hits(parts, 0);
  long double total = 0; // time spent by all paths that did not diverge
  for (const ExitRecord& r : records) {
    if (r.part == ExitRecord::diverged) {
      ++s.diverged;
      continue;
    }
    total += r.time;
    if (r.part == ExitRecord::timed_out) {
      ++s.timed_out;
      continue;
    }
    times.push_back(r.time);
    ++hits.at(static_cast<std::size_t>(r.part));
  }
  const auto exits = static_cast<std::int64_t>(times.size());
  if (exits == 0)
    throw NotTrusted("no path left: " + std::to_string(s.timed_out) + " of " +
                     std::to_string(records.size()) + " reached -mc_max_time, " +
                     std::to_string(s.diverged) +
                     " diverged; give a longer -mc_max_time or a smaller -mc_dt");
  s.exponential = s.timed_out > 0;
  if (s.exponential) {
    const double mean = static_cast<double>(total) / static_cast<double>(exits);
    const double error = mean / std::sqrt(static_cast<double>(exits));
    s.mean_exit_time = s.exit_time_std = {mean, error, exits};
  } else {
    s.mean_exit_time = mean_of(times);
    s.exit_time_std = deviation_of(times);
  }
  for (std::int64_t h : hits)
    s.exit_probability.push_back(proportion(h, exits));
  return s;
}

} // namespace escapade
