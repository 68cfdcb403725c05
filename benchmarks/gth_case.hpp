// The matrix of the direct solvers' benchmarks: the double well V = (x² − 1)²/4 + y²/2 with D = 0.1
// on n × n cells of [−2, 2]², reflecting sides, Scharfetter–Gummel rates on the 5-point stencil.
#pragma once

#include "generator/generator.hpp"
#include "solve/ordering.hpp"

#include <sys/resource.h>
#include <time.h>

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <numeric>

namespace benchmark {

/// z/(eᶻ − 1)
inline double bernoulli(double z) {
  return std::abs(z) < 1e-8 ? 1 - z / 2 : z / std::expm1(z);
}

/// `exit`: the right-hand column of cells is killed at the rate of one more edge.
inline escapade::Generator double_well(std::int32_t n, bool exit) {
  const double h = 4.0 / n, diffusion = 0.1;
  const auto potential = [&](std::int32_t c) {
    const double x = -2 + (c % n + 0.5) * h, y = -2 + (c / n + 0.5) * h;
    return ((x * x - 1) * (x * x - 1) / 4 + y * y / 2) / diffusion;
  };
  escapade::Generator generator;
  generator.size = std::int64_t{n} * n;
  generator.killing.assign(n * n, 0.0);
  generator.column.reserve(4 * n * n);
  generator.rate.reserve(4 * n * n);
  generator.row_start.reserve(n * n + 1);
  for (std::int32_t c = 0; c < n * n; ++c) {
    const double u = potential(c);
    const auto edge = [&](bool inside, std::int32_t y) {
      if (!inside)
        return;
      generator.column.push_back(y);
      generator.rate.push_back(diffusion / (h * h) * bernoulli(potential(y) - u));
    };
    edge(c / n > 0, c - n);
    edge(c % n > 0, c - 1);
    edge(c % n + 1 < n, c + 1);
    edge(c / n + 1 < n, c + n);
    if (exit && c % n + 1 == n)
      generator.killing[c] = diffusion / (h * h);
    generator.row_start.push_back(static_cast<std::int64_t>(generator.column.size()));
  }
  return generator;
}

inline escapade::Lattice square(std::int32_t n) {
  escapade::Lattice lattice{n, n, std::vector<std::int64_t>(std::int64_t{n} * n), 1, false};
  std::iota(lattice.position.begin(), lattice.position.end(), 0);
  return lattice;
}

inline double seconds_on(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

/// Prints "name.cpu" and "name.wall", the seconds since the last lap.
class Laps {
public:
  void operator()(const char* name) {
    const double cpu = seconds_on(CLOCK_PROCESS_CPUTIME_ID), wall = seconds_on(CLOCK_MONOTONIC);
    std::printf("%s.cpu %.4f\n%s.wall %.4f\n", name, cpu - cpu_, name, wall - wall_);
    restart();
  }
  void restart() {
    cpu_ = seconds_on(CLOCK_PROCESS_CPUTIME_ID);
    wall_ = seconds_on(CLOCK_MONOTONIC);
  }

private:
  double cpu_ = seconds_on(CLOCK_PROCESS_CPUTIME_ID), wall_ = seconds_on(CLOCK_MONOTONIC);
};

inline void print_peak_memory() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  std::printf("memory %.1f\n", static_cast<double>(usage.ru_maxrss) / 1024); // MiB
}

} // namespace benchmark
