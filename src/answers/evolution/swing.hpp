// The state of a periodic problem on one grid, p(t + P) = λ p(t), and what is measured along it.
//
//   closed: λ = 1, Σp = 1;   open: λ < 1, decay rate −log λ / P, p scaled to Σp = 1 as it begins
// Means over a period are sums over evenly spaced times. Times in the problem's unit.
#pragma once

#include "answers/evolution/background.hpp"
#include "answers/evolution/flow_averages.hpp"
#include "answers/evolution/timed.hpp"
#include "answers/grids/grid_sequence.hpp"
#include "escapade/answers/evolution.hpp"
#include "quantities/stationary.hpp"

#include <vector>

namespace escapade {

/// What one grid gives.
struct Swing {
  std::vector<Moments> frames;
  Moments mean, of_every_second; // of the mean density, and of that of every second time
  std::vector<Measured> region;
  Flows flows, flows_of_every_second;
  double max_current = 0;
  std::vector<double> observable; // its mean at each time
  double observable_deviation = 0;
  Background background;
  long double log_rate = 0, log_time = 0;
  std::vector<long double> log_part;
};

struct PeriodQuestion {
  const GridQuestion& grid;
  const PeriodicSetup& setup;
  std::size_t parts;
  std::vector<FramePlan> plan = {}; // of the last of some periods

  double time(int k) const {
    return k == setup.times ? setup.period : setup.period / setup.times * k;
  }
  bool closed() const { return parts == 0; }
};

/// The plan of the third period, once what it began with is forgotten. Collective.
std::vector<FramePlan> plan_of(const PeriodQuestion& question, const EvolutionSetup& setup);

/// Of the finest grid the answer gets the fields and what was done; `error`: grows to that of the
/// iteration, of Σ|p|. Collective.
Swing swing_on(const PeriodQuestion& question, ChainRun& run, const EvolutionSetup& setup,
               bool finest, PeriodicAnswer& answer, double& error);

} // namespace escapade
