// The one place where ranks agree that something has failed: what one of them throws, all throw.
#pragma once

#include <mpi.h>

#include <functional>
#include <optional>
#include <stdexcept>
#include <string>

namespace escapade {

/// Collective. Runs `action` on every rank; if it throws on any, all ranks throw what the lowest
/// of these threw: the same type of error.hpp with the same message, std::runtime_error for others.
/// For validation and file writing, where ranks may differ. `action` must not communicate.
void agree(MPI_Comm comm, const std::function<void()>& action);

/// The same, with `work` on rank 0 alone.
void on_first_rank(MPI_Comm comm, const std::function<void()>& work);

/// An exception as plain data, to be sent between ranks.
struct Failure {
  int status; // the exit status of interface: 2, 3, 4, or 1 for anything unforeseen
  std::string message;
};

/// What `action` throws, if anything.
std::optional<Failure> failure_of(const std::function<void()>& action);

/// Collective: the failure of the lowest rank that has one, on every rank.
std::optional<Failure> share(MPI_Comm comm, const std::optional<Failure>& own);

/// What this rank has met and not all others: no other way may be tried, since the ranks would
/// part.
struct FailedAlone : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Collective for ranks that failed: whether all of them come here within the grace time. If not,
/// the others hang in a collective operation that this rank has left; it has to throw FailedAlone.
bool all_failed(MPI_Comm comm);

/// As share, but at the end of a body, where other ranks may hang in a collective operation that
/// this rank has left: a rank that failed and waits longer than the grace time prints its message
/// with `print` and aborts all.
std::optional<Failure> share_or_abort(MPI_Comm comm, const std::optional<Failure>& own,
                                      const std::function<void(const Failure&)>& print);

} // namespace escapade
