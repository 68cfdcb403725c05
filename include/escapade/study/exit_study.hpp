// Mean first-exit time, its spread and the exit parts, at the starts, with errors from a sequence
// of grids (fp-exit).
#pragma once

#include "escapade/study/outcome.hpp"

namespace escapade {

/// The numbers at one start.
struct ExitNumbers {
  Number mean_exit_time, exit_time_std;
  std::vector<Number> exit_probability; // one per part
};

struct ExitAnswer {
  std::vector<ExitNumbers> at_start;
  nlohmann::ordered_json grid, solver;
  std::optional<FieldFile> fields; // on rank 0
  double largest_drift = 0;        // max |g| over all edges
};

/// Collective; numbers are the same on every rank.
ExitAnswer solve_exits(Session& session, const Setup& setup);

Outcome exit_study(Session& session, const Options& options, const Setup& setup);

} // namespace escapade
