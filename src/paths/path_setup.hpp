// What every simulation of paths is told, and what none can make sense of. Private to the library.
#pragma once

#include "escapade/paths/scheme.hpp"
#include "paths/sgd/sgd.hpp"

#include <cstdint>
#include <functional>

namespace escapade {

class Outline;

struct PathSetup {
  const Problem* problem = nullptr;
  bool timed = false; // drift or noise depend on the time (problem/time.hpp), 0 at the start
  Domain domain;
  const Region* exit = nullptr; // may be null or empty where a side absorbs
  /// The boundary where the domain is no box, and lies within `domain`.
  const Outline* outline = nullptr;
  Vec2 start;
  double dt = 0;
  Scheme scheme = Scheme::euler;
  /// For Scheme::sgd, which needs no problem and takes dt = the sampler's learning rate. SGD jumps:
  /// it exits at the first iterate inside the exit set, and reflecting sides mirror it.
  const SgdSampler* sampler = nullptr;
  bool bridge = true; // false: exits are seen at the ends of steps alone, for comparison
  std::uint64_t seed = 0;
  int threads = 0; // 0: as many as OpenMP gives
  /// Polled from the calling thread, from time to time; true ends the run.
  std::function<bool()> stop;
};

/// BadInput without a problem (or, for Scheme::sgd, its sampler, at its own step).
void check_algorithm(const PathSetup& setup);

/// BadInput for a step that is not positive.
void check_step(double dt);

/// BadInput beyond 2⁵³ steps a path, where step numbers and times are no longer exact.
void check_steps(double steps, double dt);

/// BadInput where a step of `length` is lost in the rounding of coordinates of the size `extent`.
void check_motion(double length, double extent, double dt);

} // namespace escapade
