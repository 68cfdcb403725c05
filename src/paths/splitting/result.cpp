// Many runs of splitting put together.
#include "paths/splitting/splitting.hpp"

#include "escapade/error.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace escapade {
namespace {

struct Combined {
  double log_time = 0, log_probability = 0, loop = 0, reactive = 0;
  std::vector<double> part;
};

/// All runs but `without` (−1: all). Probabilities are added relative to the largest one.
Combined combine(const std::vector<SplittingRun>& runs, double largest, std::ptrdiff_t without) {
  double weight = 0, n = 0;
  Combined c;
  for (std::size_t r = 0; r < runs.size(); ++r) {
    if (static_cast<std::ptrdiff_t>(r) == without)
      continue;
    const SplittingRun& run = runs[r];
    const double w = std::exp(run.log_probability - largest); // 0 where it died out
    n += 1;
    weight += w;
    c.loop += run.loop_time;
    c.reactive += w * run.reactive_time;
    c.part.resize(std::max(c.part.size(), run.part.size()));
    for (std::size_t k = 0; k < run.part.size(); ++k)
      c.part[k] += w * run.part[k];
  }
  c.loop /= n;
  c.reactive /= weight;
  for (double& share : c.part)
    share /= weight;
  c.log_probability = largest + std::log(weight / n);
  // (1 − p)/p L + R, without overflow
  const double log_loops = std::log1p(-std::min(std::exp(c.log_probability), 1.0)) -
                           c.log_probability + std::log(c.loop);
  const double log_reactive = std::log(c.reactive);
  const double top = std::max(log_loops, log_reactive);
  c.log_time = top + std::log(std::exp(log_loops - top) + std::exp(log_reactive - top));
  return c;
}

} // namespace

SplittingResult combine_splitting(const std::vector<SplittingRun>& runs, double dt) {
  SplittingResult out;
  out.runs = static_cast<std::int64_t>(runs.size());
  double largest = -std::numeric_limits<double>::infinity();
  std::int64_t alive = 0, generations = 0;
  for (const SplittingRun& run : runs) {
    largest = std::max(largest, run.log_probability);
    alive += std::isfinite(run.log_probability);
    out.steps += run.steps;
    generations += run.generations;
  }
  out.extinct = out.runs - alive;
  out.generations = static_cast<double>(generations) / static_cast<double>(out.runs);
  if (runs.size() < 2)
    throw NotTrusted("splitting needs two runs at least for its error; give more repeats");
  if (alive < 2)
    throw NotTrusted("splitting: the replicas of " + std::to_string(out.extinct) + " of " +
                     std::to_string(out.runs) + " runs all died before the exit; give more paths");
  const Combined all = combine(runs, largest, -1);
  out.log_time = all.log_time;
  out.log_probability = all.log_probability;
  out.loop_time = all.loop;
  out.reactive_time = all.reactive;
  out.part = all.part;
  // jackknife: every run left out once
  std::vector<Combined> left_out;
  for (std::size_t r = 0; r < runs.size(); ++r)
    left_out.push_back(combine(runs, largest, static_cast<std::ptrdiff_t>(r)));
  const auto n = static_cast<double>(runs.size());
  const auto error = [&](auto&& value) {
    double mean = 0, squares = 0;
    for (const Combined& c : left_out)
      mean += value(c) / n;
    for (const Combined& c : left_out)
      squares += (value(c) - mean) * (value(c) - mean);
    const double spread = std::sqrt(squares * (n - 1) / n);
    return spread > 1e-14 * std::fabs(mean) ? spread : 0.0; // no more than rounding
  };
  out.log_time_error = error([](const Combined& c) { return c.log_time; });
  out.log_probability_error = error([](const Combined& c) { return c.log_probability; });
  for (std::size_t k = 0; k < out.part.size(); ++k)
    out.part_error.push_back(
        error([k](const Combined& c) { return k < c.part.size() ? c.part[k] : 0.0; }));
  // an exponential exit time: relative error 1/√n from n exits of τ/Δt steps each
  out.speedup = std::exp(out.log_time - std::log(dt) - 2 * std::log(out.log_time_error) -
                         std::log(static_cast<double>(out.steps)));
  return out;
}

} // namespace escapade
