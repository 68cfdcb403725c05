// Stationary density, current and entropy production with errors from a sequence of grids
// (fp-stationary).
#pragma once

#include "programs/report/outcome.hpp"

namespace escapade {

/// Coarse blocks of the domain; see quantities/blocks.hpp.
struct BlockAnswer {
  Number circulation;
  std::vector<Number> probability;
  std::vector<std::array<Number, 2>> current;
  std::vector<Vec2> noise; // of the finest grid
};

struct StationaryAnswer {
  std::array<Number, 2> mean;
  std::array<Number, 3> covariance;         // xx, xy, yy
  std::optional<Number> entropy_production; // none where it is infinite (one-way edges)
  std::optional<Number> entropy_of_current; // likewise, where D is singular
  Number max_current;
  std::vector<Number> region_probability; // in the order of Setup::regions
  double balance_residual = 0;
  std::int64_t negative_cells = 0;
  std::optional<BlockAnswer> blocks; // where they were asked for
  nlohmann::ordered_json grid, solver;
  std::optional<FieldFile> fields; // of this rank's cells
};

/// Collective; numbers are the same on every rank.
StationaryAnswer solve_stationary(Session& session, const Setup& setup,
                                  std::array<std::size_t, 2> blocks = {0, 0});

Outcome stationary_study(Session& session, const Options& options, const Setup& setup);

} // namespace escapade
