#include "solve/krylov/krylov.hpp"

#include "escapade/error.hpp"
#include "parallel/agree.hpp"
#include "support/exact.hpp"

#include <petscsys.h>

#include <algorithm>
#include <cmath>

namespace escapade {

namespace {

double resident_bytes() {
  PetscLogDouble bytes = 0;
  check(PetscMemoryGetCurrentUsage(&bytes));
  return bytes;
}

} // namespace

KrylovSolver::KrylovSolver(MPI_Comm comm, std::shared_ptr<const Generator> rows, double tolerance,
                           const Lattice* lattice)
    : comm_(comm), rows_(std::move(rows)), tolerance_(require_tolerance(tolerance)),
      shares_(std::make_shared<const krylov::LatticeShares>(
          krylov::lattice_shares(comm, *rows_, lattice))),
      system_(comm, rows_, shares_), resident_(resident_bytes()) {
  report_.kind = "krylov";
  report_.precision = "double";
}

const std::vector<long double>& KrylovSolver::potential() {
  if (!has_potential_)
    potential_ = krylov::log_mass_estimate(comm_, *rows_, transposed(comm_, *rows_), *shares_,
                                           other_iterations_);
  has_potential_ = true;
  return potential_;
}

/// A potential far from the answer can hurt; plain masses are then worth a try.
krylov::Answer KrylovSolver::forward(krylov::System& of, const LogVector& log_f, double allowed) {
  const auto& phi = potential();
  try {
    return of.forward(log_f, phi, allowed);
  } catch (const NotTrusted&) {
    return of.forward(log_f, std::vector<long double>(phi.size(), 0.0L), allowed);
  }
}

LogVector KrylovSolver::accepted(krylov::Answer answer, const std::string& what) {
  report_.certificate = std::max(report_.certificate, answer.certificate);
  if (answer.below_error > 0)
    report_.notices.push_back(std::to_string(answer.below_error) + " entries of the " + what +
                              " are below its certified error (" + rounded(answer.certificate, 2) +
                              " of the " + (what == "backward solution" ? "largest" : "sum") +
                              ") and are given as 0");
  return std::move(answer.log_x);
}

/// Runs a solve and books its time and memory, also if all ranks find that it cannot be trusted.
/// PETSc may fail on one rank alone, as where memory runs out: nothing else can be tried then.
template<class Solve>
LogVector KrylovSolver::booked(Solve solve) {
  const double begin = MPI_Wtime();
  const auto book = [&] {
    const double growth = std::max(0.0, resident_bytes() - resident_);
    auto bytes = std::max(static_cast<std::int64_t>(growth), system_.memory_bytes());
    MPI_Allreduce(MPI_IN_PLACE, &bytes, 1, MPI_INT64_T, MPI_SUM, comm_);
    report_.memory_bytes = std::max(report_.memory_bytes, bytes);
    report_.seconds += MPI_Wtime() - begin;
  };
  try {
    if (shares_->multigrid)
      system_.weigh(potential());
    LogVector x = solve();
    book();
    return x;
  } catch (const NotTrusted& failure) {
    if (!all_failed(comm_))
      throw FailedAlone(failure.what());
    book();
    throw;
  }
}

LogVector KrylovSolver::backward(const LogVector& log_f) {
  return booked([&] {
    require_exit(has_killing(Ranks(comm_), *rows_), "exit times are infinite");
    return accepted(system_.backward(log_f, tolerance_), "backward solution");
  });
}

LogVector KrylovSolver::forward(const LogVector& log_f) {
  return booked([&] {
    require_exit(has_killing(Ranks(comm_), *rows_), "visits are infinite in number");
    return accepted(forward(system_, log_f, tolerance_), "forward solution");
  });
}

LogVector KrylovSolver::stationary() {
  return booked([&] {
    require_no_exit(has_killing(Ranks(comm_), *rows_));
    const Generator& rows = *rows_;
    const std::int64_t n = rows.rows();
    if (rows.size == 1)
      return LogVector(n, 0.0L);

    // The reference cell: the first where the estimated mass is largest.
    const auto& phi = potential();
    const long double top = krylov::largest(comm_, phi);
    std::int64_t reference = rows.size;
    for (std::int64_t i = n - 1; i >= 0; --i)
      if (phi[i] == top)
        reference = rows.first + i;
    MPI_Allreduce(MPI_IN_PLACE, &reference, 1, MPI_INT64_T, MPI_MIN, comm_);

    // Visits to x between visits to the reference, per unit of its mass: M_cᵀ μ = w(c→·).
    LogVector log_f(n, log_of_zero);
    const Generator incoming = transposed(comm_, rows);
    for (std::int64_t y = 0; y < n; ++y)
      for (std::int64_t e = incoming.row_start[y]; e < incoming.row_start[y + 1]; ++e)
        if (incoming.column[e] == reference)
          log_f[y] = std::log(static_cast<long double>(incoming.rate[e]));
    krylov::System stopped(
        comm_, std::make_shared<const Generator>(krylov::stopped_at(rows, reference)), shares_);
    if (shares_->multigrid)
      stopped.weigh(phi);
    krylov::Answer answer = forward(stopped, log_f, tolerance_ / 2);
    other_iterations_ += stopped.iterations();

    // π = (1, μ) / (1 + Σμ): the sum of errors at most doubles.
    answer.certificate *= 2;
    std::int64_t placeholder = 0; // the reference's own μ is 0, and rightly so
    if (reference >= rows.first && reference < rows.first + n) {
      long double& own = answer.log_x[reference - rows.first];
      placeholder = own == log_of_zero ? 1 : 0;
      own = 0;
    }
    MPI_Allreduce(MPI_IN_PLACE, &placeholder, 1, MPI_INT64_T, MPI_SUM, comm_);
    answer.below_error -= placeholder;
    const long double highest = krylov::largest(comm_, answer.log_x);
    long double sum = 0;
    for (const long double value : answer.log_x)
      sum += std::exp(value - highest);
    const long double total = highest + std::log(krylov::all_sum(comm_, sum));
    for (long double& value : answer.log_x)
      value -= total;
    return accepted(std::move(answer), "stationary masses");
  });
}

SolverReport KrylovSolver::report() const {
  SolverReport report = report_;
  report.iterations = other_iterations_ + system_.iterations();
  return report;
}

} // namespace escapade
