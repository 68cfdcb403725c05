#include "solve/krylov/krylov.hpp"

#include "escapade/error.hpp"
#include "solve/krylov/system.hpp"

#include <petscsys.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace escapade {

namespace {

constexpr long double infinity = std::numeric_limits<long double>::infinity();

bool has_killing(MPI_Comm comm, const Generator& rows) {
  long double most = 0;
  for (const double k : rows.killing)
    most = std::max(most, static_cast<long double>(k));
  return krylov::all_max(comm, most) > 0;
}

double resident_bytes() {
  PetscLogDouble bytes = 0;
  check(PetscMemoryGetCurrentUsage(&bytes));
  return bytes;
}

} // namespace

struct KrylovSolver::State {
  MPI_Comm comm;
  std::shared_ptr<const Generator> rows;
  std::shared_ptr<const krylov::LatticeShares> shares;
  double tolerance;
  krylov::System system;
  std::unique_ptr<Generator> incoming;
  std::vector<long double> gauge; // empty until it is needed
  bool gauged = false;
  double certificate = 0, seconds = 0, resident = 0;
  std::int64_t iterations = 0, memory = 0; // iterations besides system's
  std::vector<std::string> notices;

  State(MPI_Comm c, std::shared_ptr<const Generator> r, double t, const Lattice* lattice)
      : comm(c), rows(std::move(r)), shares(std::make_shared<const krylov::LatticeShares>(
                                         krylov::lattice_shares(c, *rows, lattice))),
        tolerance(t), system(c, rows, shares), resident(resident_bytes()) {}

  const std::vector<long double>& potential() {
    if (!gauged)
      gauge = krylov::log_mass_estimate(comm, *rows, transposed(comm, *rows), *shares, iterations);
    gauged = true;
    return gauge;
  }

  // A potential far from the answer can hurt; plain masses are then worth a try.
  krylov::Answer forward(krylov::System& of, const LogVector& log_f, double allowed) {
    const auto& phi = potential();
    try {
      return of.forward(log_f, phi, allowed);
    } catch (const NotTrusted&) {
      return of.forward(log_f, std::vector<long double>(phi.size(), 0.0L), allowed);
    }
  }

  LogVector accepted(krylov::Answer answer, const std::string& what) {
    certificate = std::max(certificate, answer.certificate);
    if (answer.below_error > 0) {
      char text[32];
      std::snprintf(text, sizeof text, "%.2g", answer.certificate);
      notices.push_back(std::to_string(answer.below_error) + " entries of the " + what +
                        " are below its certified error (" + text + " of the " +
                        (what == "backward solution" ? "largest" : "sum") + ") and are given as 0");
    }
    return std::move(answer.log_x);
  }

  // Runs a solve and books its time and memory, also where it throws.
  template<class Solve>
  LogVector booked(Solve solve) {
    const double begin = MPI_Wtime();
    const auto book = [&] {
      const double growth = std::max(0.0, resident_bytes() - resident);
      auto bytes = std::max(static_cast<std::int64_t>(growth), system.memory_bytes());
      MPI_Allreduce(MPI_IN_PLACE, &bytes, 1, MPI_INT64_T, MPI_SUM, comm);
      memory = std::max(memory, bytes);
      seconds += MPI_Wtime() - begin;
    };
    try {
      if (shares->multigrid)
        system.weigh(potential());
      LogVector x = solve();
      book();
      return x;
    } catch (...) {
      book();
      throw;
    }
  }
};

KrylovSolver::KrylovSolver(MPI_Comm comm, const Generator& rows, double tolerance,
                           const Lattice* lattice)
    : KrylovSolver(comm, std::make_shared<const Generator>(rows), tolerance, lattice) {}

KrylovSolver::KrylovSolver(MPI_Comm comm, std::shared_ptr<const Generator> rows, double tolerance,
                           const Lattice* lattice) {
  require_tolerance(tolerance);
  state_ = std::make_unique<State>(comm, std::move(rows), tolerance, lattice);
}

KrylovSolver::KrylovSolver(KrylovSolver&&) noexcept = default;
KrylovSolver& KrylovSolver::operator=(KrylovSolver&&) noexcept = default;
KrylovSolver::~KrylovSolver() = default;

LogVector KrylovSolver::backward(const LogVector& log_f) {
  State& s = *state_;
  return s.booked([&] {
    require_exit(has_killing(s.comm, *s.rows), "exit times are infinite");
    return s.accepted(s.system.backward(log_f, s.tolerance), "backward solution");
  });
}

LogVector KrylovSolver::forward(const LogVector& log_f) {
  State& s = *state_;
  return s.booked([&] {
    require_exit(has_killing(s.comm, *s.rows), "visits are infinite in number");
    return s.accepted(s.forward(s.system, log_f, s.tolerance), "forward solution");
  });
}

LogVector KrylovSolver::stationary() {
  State& s = *state_;
  return s.booked([&] {
    require_no_exit(has_killing(s.comm, *s.rows));
    const Generator& rows = *s.rows;
    const std::int64_t n = rows.rows();
    if (rows.size == 1)
      return LogVector(n, 0.0L);

    // The reference cell: the first where the estimated mass is largest.
    const auto& phi = s.potential();
    long double top = -infinity;
    for (const long double value : phi)
      top = std::max(top, value);
    top = krylov::all_max(s.comm, top);
    std::int64_t reference = rows.size;
    for (std::int64_t i = n - 1; i >= 0; --i)
      if (phi[i] == top)
        reference = rows.first + i;
    MPI_Allreduce(MPI_IN_PLACE, &reference, 1, MPI_INT64_T, MPI_MIN, s.comm);

    // Visits to x between visits to the reference, per unit of its mass: M_cᵀ μ = w(c→·).
    LogVector log_f(n, -infinity);
    const Generator incoming = transposed(s.comm, rows);
    for (std::int64_t y = 0; y < n; ++y)
      for (std::int64_t e = incoming.row_start[y]; e < incoming.row_start[y + 1]; ++e)
        if (incoming.column[e] == reference)
          log_f[y] = std::log(static_cast<long double>(incoming.rate[e]));
    krylov::System stopped(
        s.comm, std::make_shared<const Generator>(krylov::stopped_at(rows, reference)), s.shares);
    if (s.shares->multigrid)
      stopped.weigh(phi);
    krylov::Answer answer = s.forward(stopped, log_f, s.tolerance / 2);
    s.iterations += stopped.iterations();

    // π = (1, μ) / (1 + Σμ): the sum of errors at most doubles.
    answer.certificate *= 2;
    std::int64_t placeholder = 0; // the reference's own μ is 0, and rightly so
    if (reference >= rows.first && reference < rows.first + n) {
      long double& own = answer.log_x[reference - rows.first];
      placeholder = own == -infinity ? 1 : 0;
      own = 0;
    }
    MPI_Allreduce(MPI_IN_PLACE, &placeholder, 1, MPI_INT64_T, MPI_SUM, s.comm);
    answer.below_error -= placeholder;
    long double highest = -infinity, sum = 0;
    for (const long double value : answer.log_x)
      highest = std::max(highest, value);
    highest = krylov::all_max(s.comm, highest);
    for (const long double value : answer.log_x)
      sum += std::exp(value - highest);
    const long double total = highest + std::log(krylov::all_sum(s.comm, sum));
    for (long double& value : answer.log_x)
      value -= total;
    return s.accepted(std::move(answer), "stationary masses");
  });
}

SolverReport KrylovSolver::report() const {
  SolverReport report;
  report.kind = "krylov";
  report.precision = "double";
  report.iterations = iterations();
  report.certificate = certificate();
  report.seconds = state_->seconds;
  report.memory_bytes = state_->memory;
  report.notices = state_->notices;
  return report;
}

double KrylovSolver::certificate() const {
  return state_->certificate;
}
std::int64_t KrylovSolver::iterations() const {
  return state_->iterations + state_->system.iterations();
}

} // namespace escapade
