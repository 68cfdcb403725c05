#include "answers/trajectories/runs.hpp"

#include "escapade/error.hpp"
#include "parallel/agree.hpp"
#include "parallel/gather.hpp"

#include <algorithm>

namespace escapade {
namespace {

/// All ranks' paths in order, and the sum of their visits, on every rank.
StationarySample gathered_sample(MPI_Comm comm, StationarySample mine, std::size_t width) {
  std::vector<double> flat;
  for (const PathAverages& p : mine.paths) {
    flat.push_back(p.diverged ? 1 : 0);
    flat.push_back(static_cast<double>(p.wall_hits));
    flat.insert(flat.end(), p.value.begin(), p.value.end());
  }
  const auto all = joined(comm, flat);
  StationarySample sample;
  for (std::size_t k = 0; k < all.size(); k += width + 2) {
    PathAverages p;
    p.diverged = all[k] != 0;
    p.wall_hits = static_cast<std::int64_t>(all[k + 1]);
    p.value.assign(all.begin() + static_cast<std::ptrdiff_t>(k + 2),
                   all.begin() + static_cast<std::ptrdiff_t>(k + 2 + width));
    sample.paths.push_back(std::move(p));
  }
  sample.visits = std::move(mine.visits);
  MPI_Allreduce(MPI_IN_PLACE, sample.visits.data(), static_cast<int>(sample.visits.size()),
                MPI_INT64_T, MPI_SUM, comm);
  return sample;
}

} // namespace

StationarySample run_stationary(MPI_Comm comm, StationarySetup setup, std::int64_t paths,
                                bool& partial) {
  const RowRange own = own_rows(comm, paths);
  setup.first_path += own.first;
  setup.paths = own.size();
  StationarySample mine;
  mine.visits.assign(setup.nx * setup.ny, 0);
  agree(comm, [&] {
    if (setup.paths > 0)
      mine = simulate_stationary(setup);
  });
  const std::size_t blocks = setup.block_nx * setup.block_ny;
  const std::size_t regions = setup.regions ? setup.regions->size() : 0;
  const std::size_t width =
      5 + regions + (blocks > 0 ? 1 + 3 * blocks : 0) + setup.frequencies.size();
  StationarySample all = gathered_sample(comm, std::move(mine), width);
  all.blocks = blocks;
  partial = partial || std::ssize(all.paths) < paths;
  return all;
}

std::int64_t diverged_of(const StationarySample& sample) {
  return std::count_if(sample.paths.begin(), sample.paths.end(),
                       [](const PathAverages& p) { return p.diverged; });
}

StationaryStatistics whole_statistics(const StationarySample& sample, const Domain& domain) {
  if (sample.paths.empty())
    throw NotTrusted("stopped before the first block of paths was whole: nothing to report");
  return stationary_statistics(sample, domain);
}

} // namespace escapade
