// What trajectories are off by for tables that the problem is made of: the same draws once more
// with every second point left out,
//   e_table = |m − m_coarser| / 3,   se → √(se² + e_table²)
// m: a mean over paths, se: its standard error, both in the units of m; a third as for numbers of
// grids (table_error in answers/grids).
#pragma once

#include "answers/grids/grid_sequence.hpp"
#include "answers/transport/transport.hpp"
#include "programs/report/outcome.hpp"

#include <cmath>
#include <optional>

namespace escapade {

/// Whether paths can be asked so. Not true SGD, which takes data and no tables of them; nor with
/// -mc_table, which holds drift and noise of the whole tables; nor slices, whose records are joined
/// later, by mc-merge.
inline bool asks_coarser_tables(const Options& options, const Setup& setup) {
  return !setup.problem.approximations.empty() && options.text("mc_scheme") != "sgd" &&
         !setup.table && !options.flag("mc_records") && !options.given("mc_first_path");
}

inline void hold_table_error(Estimate& e, const Estimate& coarser) {
  e.standard_error = std::hypot(e.standard_error, (e.mean - coarser.mean) / 3);
}

inline void hold_table_error(std::span<Estimate> all, std::span<const Estimate> coarser) {
  for (std::size_t k = 0; k < std::min(all.size(), coarser.size()); ++k)
    hold_table_error(all[k], coarser[k]);
}

/// What `run(partial)` gives with coarser tables; nothing where that is refused, or was stopped.
/// Collective.
template<class Run>
auto of_coarser_tables(const Setup& setup, const Run& run) {
  std::optional<std::invoke_result_t<Run, bool&>> found;
  unless_refused([&] {
    const Coarser coarser(setup.problem);
    bool partial = false;
    auto result = run(partial);
    if (!partial)
      found = std::move(result);
  });
  return found;
}

} // namespace escapade
