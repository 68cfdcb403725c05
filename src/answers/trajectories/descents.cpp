#include "answers/trajectories/runs.hpp"

#include "parallel/agree.hpp"
#include "parallel/gather.hpp"

#include <omp.h>

#include <atomic>
#include <exception>

namespace escapade {
namespace {

/// Runs first … first + count − 1 on the threads of this process; fewer where it was stopped.
std::vector<Descent> descend_here(const SgdSampler& sampler, Vec2 start, const DescentStop& stop,
                                  const DescentRuns& runs, std::int64_t first, std::int64_t count,
                                  const std::function<bool()>& stopped) {
  std::vector<Descent> all(static_cast<std::size_t>(count));
  std::vector<char> done(all.size(), 0);
  std::atomic<bool> end{false};
  std::exception_ptr failure;
#pragma omp parallel for schedule(dynamic, 1)
  for (std::int64_t k = 0; k < count; ++k) {
    try {
      if (omp_get_thread_num() == 0 && stopped && stopped())
        end = true;
      if (end)
        continue;
      all[static_cast<std::size_t>(k)] =
          descend(sampler, start, stop, runs.seed, runs.path(first + k));
      done[static_cast<std::size_t>(k)] = 1;
    } catch (...) {
#pragma omp critical(escapade_sgd_failure)
      failure = std::current_exception();
    }
  }
  if (failure)
    std::rethrow_exception(failure);
  std::size_t whole = 0; // runs that happened to end first would bias the answer
  while (whole < all.size() && done[whole])
    ++whole;
  all.resize(whole);
  return all;
}

} // namespace

std::vector<Descent> descend_all(MPI_Comm comm, const SgdSampler& sampler, Vec2 start,
                                 const DescentStop& stop, const DescentRuns& runs,
                                 const std::function<bool()>& stopped) {
  const RowRange own = own_rows(comm, runs.runs);
  std::vector<Descent> mine;
  agree(comm,
        [&] { mine = descend_here(sampler, start, stop, runs, own.first, own.size(), stopped); });
  return joined(comm, mine);
}

} // namespace escapade
