#include "escapade/error.hpp"
#include "parallel/sums.hpp"
#include "paths/exits/exits.hpp"

#include <cmath>
#include <numeric>

namespace escapade {

namespace {

std::vector<Estimate> means_by_part(const std::vector<ExitRecord>& records, std::size_t parts,
                                    const Ranks& ranks) {
  std::vector<std::vector<double>> times(parts);
  for (const ExitRecord& r : records)
    if (r.part >= 0)
      times[static_cast<std::size_t>(r.part)].push_back(r.time);
  std::vector<Estimate> means;
  for (const std::vector<double>& of_part : times)
    means.push_back(mean_of(of_part, ranks));
  return means;
}

} // namespace

ExitStatistics exit_statistics(const std::vector<ExitRecord>& records, std::size_t parts,
                               const Ranks& ranks) {
  ExitStatistics s;
  std::vector<double> times;
  times.reserve(records.size());
  std::vector<std::int64_t> counts(2 + parts, 0); // diverged, timed out, exits through each part
  for (const ExitRecord& r : records) {
    if (r.part == ExitRecord::diverged) {
      ++counts[0];
    } else if (r.part == ExitRecord::timed_out) {
      ++counts[1];
    } else {
      times.push_back(r.time);
      ++counts.at(2 + static_cast<std::size_t>(r.part));
    }
  }
  ranks.add(counts);
  s.diverged = counts[0];
  s.timed_out = counts[1];
  const std::int64_t exits = std::accumulate(counts.begin() + 2, counts.end(), std::int64_t{0});
  if (exits == 0)
    throw NotTrusted("no path left: " + std::to_string(s.timed_out) + " of " +
                     std::to_string(s.timed_out + s.diverged) + " reached the time limit, " +
                     std::to_string(s.diverged) +
                     " diverged; give a longer time limit or a smaller step size");
  s.exponential = s.timed_out > 0;
  if (s.exponential) {
    const double total = sum_over(ranks, records.size(), [&](std::size_t i) {
      return records[i].part == ExitRecord::diverged ? 0 : records[i].time;
    });
    const double mean = total / static_cast<double>(exits);
    const double error = mean / std::sqrt(static_cast<double>(exits));
    s.mean_exit_time = s.exit_time_std = {mean, error, exits};
  } else {
    s.mean_exit_time = mean_of(times, ranks);
    s.exit_time_std = deviation_of(times, ranks);
    s.mean_time_by_part = means_by_part(records, parts, ranks);
  }
  for (std::size_t k = 0; k < parts; ++k)
    s.exit_probability.push_back(proportion(counts[2 + k], exits));
  return s;
}

} // namespace escapade
