// Means over a period of what flows in its state, at evenly spaced times:
//   mean velocity ⟨v⟩ along periodic axes, entropy production σ̇, current J (stationary.hpp),
// each as at rest, with the rates of that time. Sums over evenly spaced times are exact for forcing
// of few harmonics; how they change where every second time is left out tells their error.
#pragma once

#include "answers/grids/chain_run.hpp"
#include "escapade/problem/plane.hpp"

#include <array>
#include <vector>

namespace escapade {

struct Flows {
  Vec2 velocity, gross; // `gross`: Σ π w |r|, what the velocity is a difference of
  double entropy = 0;   // infinite where edges are one-way
};

class FlowAverages {
public:
  /// References must outlive it; `times`: how many will come, an even number.
  FlowAverages(const GridQuestion& question, const ChainRun& run, int times)
      : q_(question), run_(run), times_(times) {}

  /// The masses, of sum 1, at the k-th time t. Collective.
  void add(int k, double t, const LogVector& log_mass);

  const Flows& mean() const { return mean_; }
  const Flows& of_every_second() const { return every_second_; }
  /// J at each of this rank's cells.
  const std::vector<Vec2>& current() const { return current_; }

private:
  const GridQuestion& q_;
  const ChainRun& run_;
  int times_;
  Flows mean_, every_second_;
  std::vector<Vec2> current_;
};

} // namespace escapade
