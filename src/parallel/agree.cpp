#include "parallel/agree.hpp"

#include "escapade/error.hpp"
#include "parallel/ranks.hpp"

#include <chrono>
#include <new>
#include <thread>

namespace escapade {

namespace {

constexpr auto grace = std::chrono::seconds(10);

int failing(const Ranks& ranks, bool failed) {
  return failed ? ranks.rank() : ranks.count();
}

/// Sends the failure of rank `from`, if there is such a rank, to all.
std::optional<Failure> broadcast(const Ranks& ranks, int from, const std::optional<Failure>& own) {
  if (from == ranks.count())
    return std::nullopt;
  Failure failure = own.value_or(Failure{1, ""});
  MPI_Bcast(&failure.status, 1, MPI_INT, from, ranks.comm());
  ranks.broadcast(from, failure.message);
  return failure;
}

[[noreturn]] void rethrow(const Failure& failure) {
  switch (failure.status) {
  case 2:
    throw BadInput(failure.message);
  case 3:
    throw NotTrusted(failure.message);
  case 4:
    throw CannotWrite(failure.message);
  default:
    throw std::runtime_error(failure.message);
  }
}

/// Whether a request is done within the grace time; `waits` says whether time counts at all.
bool done_in_time(MPI_Request& request, bool waits) {
  const auto start = std::chrono::steady_clock::now();
  for (int done = 0; !done;) {
    MPI_Test(&request, &done, MPI_STATUS_IGNORE);
    if (done)
      break;
    if (waits && std::chrono::steady_clock::now() - start > grace)
      return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return true;
}

} // namespace

std::optional<Failure> failure_of(const std::function<void()>& action) {
  try {
    action();
    return std::nullopt;
  } catch (const BadInput& e) {
    return Failure{2, e.what()};
  } catch (const NotTrusted& e) {
    return Failure{3, e.what()};
  } catch (const FailedAlone& e) {
    return Failure{3, e.what()};
  } catch (const CannotWrite& e) {
    return Failure{4, e.what()};
  } catch (const std::bad_alloc&) {
    return Failure{2, "out of memory; take fewer cells, fewer trajectories or more processes"};
  } catch (const std::exception& e) {
    return Failure{1, e.what()};
  } catch (...) {
    return Failure{1, "an exception of unknown type"};
  }
}

std::optional<Failure> share(MPI_Comm comm, const std::optional<Failure>& own) {
  const Ranks ranks(comm);
  int from = failing(ranks, own.has_value());
  MPI_Allreduce(MPI_IN_PLACE, &from, 1, MPI_INT, MPI_MIN, comm);
  return broadcast(ranks, from, own);
}

bool all_failed(MPI_Comm comm) {
  MPI_Request request = MPI_REQUEST_NULL;
  MPI_Ibarrier(comm, &request);
  return done_in_time(request, true);
}

std::optional<Failure> share_or_abort(MPI_Comm comm, const std::optional<Failure>& own,
                                      const std::function<void(const Failure&)>& print) {
  const Ranks ranks(comm);
  int from = failing(ranks, own.has_value());
  MPI_Request request = MPI_REQUEST_NULL;
  MPI_Iallreduce(MPI_IN_PLACE, &from, 1, MPI_INT, MPI_MIN, comm, &request);
  if (!done_in_time(request, own.has_value())) {
    print(*own);
    MPI_Abort(comm, own->status);
  }
  return broadcast(ranks, from, own);
}

void agree(MPI_Comm comm, const std::function<void()>& action) {
  if (const auto failure = share(comm, failure_of(action)))
    rethrow(*failure);
}

void on_first_rank(MPI_Comm comm, const std::function<void()>& work) {
  agree(comm, [&] {
    if (Ranks(comm).rank() > 0)
      return;
    try {
      work();
    } catch (const std::bad_alloc&) { // more processes would not help
      throw BadInput("out of memory on the first rank: take fewer cells there");
    }
  });
}

} // namespace escapade
