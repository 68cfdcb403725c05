#include "escapade/paths/survival.hpp"

#include "escapade/error.hpp"

#include <algorithm>
#include <cmath>

namespace escapade {
namespace {

struct Event {
  double time;
  bool exit;
};

/// In order of time, exits before what is censored at the same instant.
std::vector<Event> events_of(std::span<const ExitRecord> records) {
  std::vector<Event> events;
  for (const ExitRecord& r : records)
    if (r.part != ExitRecord::diverged)
      events.push_back({r.time, r.part >= 0});
  std::sort(events.begin(), events.end(), [](const Event& a, const Event& b) {
    return a.time < b.time || (a.time == b.time && a.exit && !b.exit);
  });
  if (events.empty())
    throw NotTrusted("no path to draw a survival curve from");
  return events;
}

Survival curve_of(const std::vector<Event>& events, std::span<const double> times) {
  Survival s;
  double value = 1, greenwood = 0;
  std::size_t k = 0;
  for (double t : times) {
    while (k < events.size() && events[k].time <= t) {
      const auto at_risk = static_cast<double>(events.size() - k);
      const double now = events[k].time;
      double exits = 0;
      for (; k < events.size() && events[k].time == now; ++k)
        exits += events[k].exit;
      value *= 1 - exits / at_risk;
      if (exits < at_risk)
        greenwood += exits / (at_risk * (at_risk - exits));
    }
    if (k == events.size() && value > 0 && t > events.back().time)
      break; // the last path was still inside when it was given up
    s.times.push_back(t);
    s.value.push_back(value);
    s.standard_error.push_back(value * std::sqrt(greenwood));
  }
  return s;
}

} // namespace

Survival kaplan_meier(std::span<const ExitRecord> records, std::span<const double> times) {
  return curve_of(events_of(records), times);
}

Survival survival_curve(std::span<const ExitRecord> records, std::size_t count) {
  const std::vector<Event> events = events_of(records);
  const std::size_t late = events.size() - 1 - (events.size() - 1) / 100;
  const double last = events[late].exit ? events[late].time : events.back().time;
  std::vector<double> times{0};
  for (std::size_t k = 1; k <= count; ++k)
    times.push_back(last * static_cast<double>(k) / static_cast<double>(count));
  if (!(last > 0)) // every path left at once
    times.resize(1);
  return curve_of(events, times);
}

} // namespace escapade
