#include "paths/exits/survival.hpp"

#include "escapade/error.hpp"
#include "parallel/sums.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace escapade {
namespace {

/// Calls `use(record)` for all that have not diverged.
template<class Use>
void for_each_path(std::span<const ExitRecord> records, const Use& use) {
  for (const ExitRecord& r : records)
    if (r.part != ExitRecord::diverged)
      use(r);
}

void sort_once(std::vector<double>& values) {
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
}

/// The times, each once, at which paths are given up on any rank.
std::vector<double> censorings_of(std::span<const ExitRecord> records, const Ranks& ranks) {
  std::vector<double> mine;
  for_each_path(records, [&](const ExitRecord& r) {
    if (r.part < 0 && (mine.empty() || mine.back() != r.time))
      mine.push_back(r.time);
  });
  sort_once(mine);
  return ranks.joined(mine);
}

/// Over all ranks.
struct Counts {
  std::vector<std::int64_t> exits;    // after the stop before each, up to it; last: after them all
  std::vector<std::int64_t> censored; // at each stop
  std::int64_t paths = 0;
};

/// `stops` ascend and have all censorings among them.
Counts count_between(const std::vector<double>& stops, std::span<const ExitRecord> records,
                     const Ranks& ranks) {
  Counts c;
  const std::size_t n = stops.size() + 1;
  std::vector<std::int64_t> all(2 * n, 0);
  for_each_path(records, [&](const ExitRecord& r) {
    const auto at = std::lower_bound(stops.begin(), stops.end(), r.time) - stops.begin();
    ++all[static_cast<std::size_t>(at) + (r.part < 0 ? n : 0)];
  });
  ranks.add(all);
  c.paths = std::accumulate(all.begin(), all.end(), std::int64_t{0});
  if (c.paths == 0)
    throw NotTrusted("no path to draw a survival curve from");
  c.exits.assign(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(n));
  c.censored.assign(all.begin() + static_cast<std::ptrdiff_t>(n), all.end());
  return c;
}

/// Time of the latest event of any path.
double latest_of(std::span<const ExitRecord> records, const Ranks& ranks) {
  double latest = 0;
  for_each_path(records, [&](const ExitRecord& r) { latest = std::fmax(latest, r.time); });
  return ranks.max(latest);
}

} // namespace

Survival kaplan_meier(std::span<const ExitRecord> records, std::span<const double> times,
                      const Ranks& ranks) {
  std::vector<double> stops = censorings_of(records, ranks);
  stops.insert(stops.end(), times.begin(), times.end());
  sort_once(stops);
  const Counts counts = count_between(stops, records, ranks);
  const double latest = latest_of(records, ranks);
  Survival s;
  std::int64_t from = counts.paths, inside = from; // after the latest censoring, and now
  double value_from = 1, greenwood_from = 0;
  auto asked = times.begin();
  for (std::size_t k = 0; k < stops.size(); ++k) {
    inside -= counts.exits[k];
    double value = value_from, greenwood = greenwood_from;
    if (inside < from) {
      const auto n = static_cast<double>(from), m = static_cast<double>(inside);
      value *= m / n;
      greenwood += inside > 0 ? static_cast<double>(from - inside) / (n * m) : 0;
    }
    if (value > 0 && stops[k] > latest)
      break; // the last path was still inside when it was given up
    for (; asked != times.end() && *asked == stops[k]; ++asked) {
      s.times.push_back(stops[k]);
      s.value.push_back(value);
      s.standard_error.push_back(value * std::sqrt(greenwood));
    }
    if (counts.censored[k] == 0)
      continue;
    inside -= counts.censored[k];
    from = inside;
    value_from = value;
    greenwood_from = greenwood;
  }
  return s;
}

Survival survival_curve(std::span<const ExitRecord> records, const Ranks& ranks,
                        std::size_t count) {
  std::vector<double> ends;
  ends.reserve(records.size());
  for_each_path(records, [&](const ExitRecord& r) { ends.push_back(r.time); });
  const std::int64_t paths = ranks.sum(static_cast<std::int64_t>(ends.size()));
  if (paths == 0)
    throw NotTrusted("no path to draw a survival curve from");
  const std::int64_t late = paths - 1 - (paths - 1) / 100;
  double last = order_statistic(ranks, ends, late);
  std::int64_t exits = 0; // by then, in which exits come before what is censored at that instant
  for_each_path(records, [&](const ExitRecord& r) {
    exits += r.time < last || (r.time == last && r.part >= 0);
  });
  if (ranks.sum(exits) <= late)
    last = latest_of(records, ranks);
  std::vector<double> times{0};
  for (std::size_t k = 1; k <= count; ++k)
    times.push_back(last * static_cast<double>(k) / static_cast<double>(count));
  if (!(last > 0)) // every path left at once
    times.resize(1);
  return kaplan_meier(records, times, ranks);
}

} // namespace escapade
