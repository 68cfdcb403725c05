#include "escapade/answers/trajectories.hpp"

#include "answers/trajectories/runs.hpp"
#include "escapade/error.hpp"

namespace escapade {
namespace {

constexpr double default_steps = 10000; // of a path in the stationary law
constexpr double burned = 0.2;          // share of it that forgets the start

/// What all questions share.
template<class How>
PathSetup setup_of(const Problem& problem, const Domain& domain, const Region* exit, Vec2 start,
                   const How& how) {
  PathSetup setup;
  setup.problem = &problem;
  setup.domain = domain;
  setup.exit = exit;
  setup.start = start;
  setup.scheme = how.scheme;
  setup.seed = how.seed;
  setup.stop = how.stop;
  if constexpr (requires { how.sampler; })
    setup.sampler = how.sampler.get();
  if constexpr (requires { how.threads; })
    setup.threads = how.threads;
  if constexpr (requires { how.bridge; })
    setup.bridge = how.bridge;
  const bool itself = setup.scheme == Scheme::sgd && setup.sampler;
  setup.dt = how.step != 0 ? how.step
             : itself      ? setup.sampler->learning_rate
                           : default_step(problem, domain, exit, {&start, 1}, how.scheme);
  return setup;
}

/// Errors come from the scatter of several.
void check_scatter(std::int64_t paths) {
  if (paths < 2)
    throw BadInput("the path count " + std::to_string(paths) +
                   ": give 2 or more, better hundreds: errors come from their scatter");
}

} // namespace

ExitStatistics simulated_exits(MPI_Comm comm, const Problem& problem, const Domain& domain,
                               const Region& exit, Vec2 start, const ExitPaths& how) {
  check_scatter(how.paths);
  ExitSetup setup;
  static_cast<PathSetup&>(setup) = setup_of(problem, domain, &exit, start, how);
  setup.max_time = how.max_time;
  bool partial = false;
  const auto records = run_exits(comm, setup, how.paths, how.progress, partial);
  ExitStatistics s = whole_statistics(records, exit_parts(domain, &exit), setup.dt, Ranks(comm));
  s.parts = exit_part_names(domain, &exit);
  return s;
}

StationaryStatistics simulated_stationary(MPI_Comm comm, const Problem& problem,
                                          const Domain& domain, const Region& regions, Vec2 start,
                                          const StationaryPaths& how) {
  check_scatter(how.paths);
  StationarySetup setup;
  static_cast<PathSetup&>(setup) = setup_of(problem, domain, nullptr, start, how);
  const double time = how.time != 0 ? how.time : default_steps * setup.dt;
  setup.burn_in = how.burn_in < 0 ? burned * time : how.burn_in;
  setup.duration = time - setup.burn_in;
  setup.regions = &regions;
  setup.nx = how.cells[0], setup.ny = how.cells[1];
  setup.block_nx = how.blocks[0], setup.block_ny = how.blocks[1];
  bool partial = false;
  const StationarySample sample = run_stationary(comm, setup, how.paths, partial);
  refuse_diverged(diverged_of(sample), setup.dt);
  return whole_statistics(sample, domain);
}

SplittingResult simulated_rare_exits(MPI_Comm comm, const Problem& problem, const Domain& domain,
                                     const Region& exit, Vec2 start, const Field& score,
                                     const SplittingPaths& how) {
  SplittingSetup setup;
  static_cast<PathSetup&>(setup) = setup_of(problem, domain, &exit, start, how);
  setup.replicas = how.replicas;
  setup.score = score;
  const WellSample well = settled_well(comm, setup);
  bool partial = false;
  return run_splitting(comm, setup, well, how.runs, how.progress, partial);
}

} // namespace escapade
