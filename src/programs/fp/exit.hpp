// Mean first-exit time, its spread and the exit parts, at the starts, with errors from a sequence
// of grids (fp-exit).
#pragma once

#include "programs/report/outcome.hpp"

namespace escapade {

/// The numbers at one start.
struct ExitNumbers {
  Number mean_exit_time, exit_time_std;
  std::vector<Number> exit_probability; // one per part
  std::vector<Number> moments;          // E[T^n], n = 1, 2, …, as many as asked for
};

struct ExitAnswer {
  std::vector<ExitNumbers> at_start;
  nlohmann::ordered_json grid, solver;
  std::optional<FieldFile> fields; // of this rank's cells
  std::vector<Vec2> way;           // most probable way out from the first start
  double drift_on_way = 0;         // max |g| over the edges along it
};

/// Collective; numbers are the same on every rank.
ExitAnswer solve_exits(Session& session, const Setup& setup, int moments = 0);

/// A notice where the grid is too coarse for the noise along the way out (|g| > 2).
void warn_of_coarse_grid(const Session& session, const ExitAnswer& answer);

Outcome exit_study(Session& session, const Options& options, const Setup& setup);

} // namespace escapade
