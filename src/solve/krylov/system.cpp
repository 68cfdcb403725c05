#include "solve/krylov/system.hpp"

#include "escapade/error.hpp"
#include "support/exact.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

namespace escapade::krylov {

namespace {

constexpr long double infinity = std::numeric_limits<long double>::infinity();
constexpr long double unit_roundoff = std::numeric_limits<long double>::epsilon() / 2;

long double reduced(MPI_Comm comm, long double value, MPI_Op op) {
  MPI_Allreduce(MPI_IN_PLACE, &value, 1, MPI_LONG_DOUBLE, op, comm);
  return value;
}

std::string too_uncertain(long double reached, double tolerance, const std::string& reason) {
  return "the solver krylov: certified relative error " + rounded(reached, 2) +
         ", the solver's tolerance allows " + rounded(tolerance, 2) + " (" + reason +
         "): use the solver gth on one process";
}

// The outflow d_x = k_x + Σ w_xy: a sum of non-negative numbers.
std::vector<long double> outflow(const Generator& rows) {
  std::vector<long double> d(rows.killing.begin(), rows.killing.end());
  for (std::int64_t x = 0; x < rows.rows(); ++x)
    for (std::int64_t e = rows.row_start[x]; e < rows.row_start[x + 1]; ++e)
      d[x] += rows.rate[e];
  return d;
}

// Rows that nothing leaves would be divided by zero.
void require_outflow(MPI_Comm comm, const std::vector<long double>& d) {
  long double least = infinity;
  for (const long double value : d)
    least = std::min(least, value);
  if (!(all_min(comm, least) > 0))
    throw BadInput("the chain has a cell that is never left: its exit time is infinite");
}

// Logarithms of x e^{shift}, and the count of entries that are not positive.
Answer answer_from(const std::vector<long double>& x, std::int64_t n,
                   const std::function<long double(std::int64_t)>& shift) {
  Answer answer;
  answer.log_x.resize(n);
  for (std::int64_t i = 0; i < n; ++i) {
    answer.log_x[i] = x[i] > 0 ? std::log(x[i]) + shift(i) : log_of_zero;
    answer.below_error += x[i] > 0 ? 0 : 1;
  }
  return answer;
}

// Relative error that logarithms of this size carry by their own rounding.
long double rounding_of_logs(MPI_Comm comm, const LogVector& log_f, const LogVector& log_x) {
  long double most = 1;
  for (const LogVector* logs : {&log_f, &log_x})
    for (const long double value : *logs)
      if (std::isfinite(value))
        most = std::max(most, std::abs(value));
  return 4 * unit_roundoff * all_max(comm, most);
}

void finish(MPI_Comm comm, Answer& answer, const LogVector& log_f, double certificate) {
  answer.certificate =
      static_cast<double>(certificate + rounding_of_logs(comm, log_f, answer.log_x));
  MPI_Allreduce(MPI_IN_PLACE, &answer.below_error, 1, MPI_INT64_T, MPI_SUM, comm);
}

} // namespace

long double all_max(MPI_Comm comm, long double value) {
  return reduced(comm, value, MPI_MAX);
}
long double all_min(MPI_Comm comm, long double value) {
  return reduced(comm, value, MPI_MIN);
}
long double all_sum(MPI_Comm comm, long double value) {
  return reduced(comm, value, MPI_SUM);
}

long double largest(MPI_Comm comm, const std::vector<long double>& x) {
  long double most = log_of_zero;
  for (const long double value : x)
    most = std::max(most, value);
  return all_max(comm, most);
}

System::System(MPI_Comm comm, std::shared_ptr<const Generator> rows,
               std::shared_ptr<const LatticeShares> shares)
    : comm_(comm), rows_(std::move(rows)), shares_(std::move(shares)), ghosts_(comm, *rows_) {}

double System::refine(InnerSolver& inner, const GhostExchange& ghosts, Vector& x, double tolerance,
                      const std::function<Residual(const Vector&)>& residual,
                      const std::function<long double(const Residual&, const Vector&)>& certify) {
  // Four steps that do not halve the certificate are taken for rounding or a KSP that fails; one or
  // two may do so on the way. Sixty end what gains slowly, by 2¹⁵ at least until then. Choices.
  constexpr int steps_without_gain = 4, most_steps = 60;
  long double best = infinity;
  int idle = 0;
  x.assign(rows_->rows(), 0.0L);
  for (int step = 0; step < most_steps && idle < steps_without_gain; ++step) {
    ghosts.update(x);
    const Residual r = residual(x);
    if (step > 0) {
      const long double reached = certify(r, x);
      if (reached <= tolerance)
        return static_cast<double>(reached);
      idle = reached < best / 2 ? 0 : idle + 1;
      best = std::min(best, reached);
    }
    if (!inner.correct(r.value, x))
      throw NotTrusted(too_uncertain(best, tolerance, "KSP: " + inner.why()));
  }
  throw NotTrusted(too_uncertain(best, tolerance, "refinement no longer improves it"));
}

InnerSolver& System::backward_inner() {
  if (!inner_) {
    const auto d = outflow(*rows_);
    require_outflow(comm_, d);
    const Vector rate(rows_->rate.begin(), rows_->rate.end());
    inner_.emplace(comm_, rows_->size, rows_->first, rows_->row_start, rows_->column, rate, d,
                   *shares_, log_mass_, "solve_", ChainOfMatrix{rows_, false, {}, {}});
  }
  return *inner_;
}

// A tenth is enough: the bound is then at most 11/9 of τ.
const System::Vector& System::time_bound() {
  if (timed_)
    return time_bound_;
  const std::int64_t n = rows_->rows();
  const Vector ones(n, 1.0L);
  Vector tau;
  try {
    const long double rho = refine(
        backward_inner(), ghosts_, tau, 0.1,
        [&](const Vector& x) { return backward_residual(*rows_, ghosts_.column(), ones, x); },
        [&](const Residual& r, const Vector&) { return all_max(comm_, largest_bound(r)); });
    for (std::int64_t i = 0; i < n; ++i)
      time_bound_.push_back(tau[i] / (1 - rho) * (1 + 8 * unit_roundoff));
    timed_ = true;
  } catch (const NotTrusted& failure) {
    throw NotTrusted(std::string(failure.what()) +
                     "; this was for the exit time that bounds the error");
  }
  return time_bound_;
}

Answer System::backward(const LogVector& log_f, double tolerance) {
  const std::int64_t n = rows_->rows();
  const long double top = largest(comm_, log_f);
  if (top == log_of_zero)
    return {LogVector(n, log_of_zero), 0.0, 0};
  Vector f(n);
  long double least = infinity;
  for (std::int64_t i = 0; i < n; ++i) {
    f[i] = std::exp(log_f[i] - top);
    least = std::min(least, f[i]);
  }
  const bool even = all_min(comm_, least) > 1e-3L; // then ρ is as good a bound as ‖r‖∞ τ
  Vector x;
  const double certificate = refine(
      backward_inner(), ghosts_, x, tolerance,
      [&](const Vector& v) { return backward_residual(*rows_, ghosts_.column(), f, v); },
      [&](const Residual& r, const Vector& v) {
        const long double rho = all_max(comm_, largest_ratio(r, f));
        if (even || rho <= tolerance)
          return rho;
        long double size = 0;
        for (std::int64_t i = 0; i < n; ++i)
          size = std::max(size, v[i]);
        const long double error =
            all_max(comm_, largest_bound(r)) * std::max(0.0L, largest(comm_, time_bound()));
        return std::min(rho, relative_to(error, all_max(comm_, size)));
      });
  Answer answer = answer_from(x, n, [&](std::int64_t) { return top; });
  finish(comm_, answer, log_f, certificate);
  return answer;
}

System::Forward& System::forward_in(const Vector& gauge) {
  const std::int64_t n = rows_->rows();
  const bool same = forward_ && std::equal(gauge.begin(), gauge.end(), forward_->gauge.begin());
  if (Ranks(comm_).all(same))
    return *forward_;
  if (forward_)
    retired_iterations_ += forward_->inner.iterations();
  forward_.reset();

  const Generator incoming = transposed(comm_, *rows_);
  GhostExchange ghosts(comm_, incoming);
  Vector phi = gauge;
  ghosts.update(phi);
  IncomingRates in{incoming.row_start, ghosts.column(), Vector(incoming.rate.size()),
                   outflow(*rows_), Vector(n)};
  require_outflow(comm_, in.outflow);
  long double steepest = 0;
  for (std::int64_t y = 0; y < n; ++y) {
    long double most = 0;
    for (std::int64_t e = in.row_start[y]; e < in.row_start[y + 1]; ++e) {
      const long double step = phi[in.column[e]] - phi[y];
      in.rate[e] = incoming.rate[e] * std::exp(step);
      most = std::max(most, std::abs(step));
      steepest = std::max(steepest, in.rate[e] / in.outflow[y]);
    }
    in.ulps[y] =
        8 + 2 * most + static_cast<long double>(rows_->row_start[y + 1] - rows_->row_start[y]);
  }
  if (!(all_max(comm_, steepest) < 1e100L))
    throw NotTrusted("the solver krylov: masses of neighbouring cells are too far apart for double "
                     "precision: use the solver gth on one process");
  ChainOfMatrix chain{rows_, true, Vector(n), Vector(phi.begin(), phi.begin() + n)};
  for (std::int64_t y = 0; y < n; ++y)
    chain.left[y] = -phi[y];
  Vector weight = log_mass_; // masses e^{2φ}/π make the rows e^{−φ} Mᵀ e^φ symmetric as π does M's
  for (std::size_t y = 0; y < weight.size(); ++y)
    weight[y] = 2 * phi[y] - weight[y];
  InnerSolver inner(comm_, rows_->size, rows_->first, in.row_start, incoming.column, in.rate,
                    in.outflow, *shares_, weight, "solve_", chain);
  forward_.emplace(Forward{std::move(phi), std::move(in), std::move(ghosts), std::move(inner)});
  return *forward_;
}

Answer System::forward(const LogVector& log_f, const std::vector<long double>& gauge,
                       double tolerance) {
  const std::int64_t n = rows_->rows();
  if (largest(comm_, log_f) == log_of_zero)
    return {LogVector(n, log_of_zero), 0.0, 0};
  const Vector& tau = time_bound();
  Forward& system = forward_in(gauge);
  const long double highest = largest(comm_, gauge);

  Vector f(n), mass(n), weight(n);
  for (std::int64_t i = 0; i < n; ++i)
    f[i] = log_f[i] - gauge[i];
  const long double top = largest(comm_, f);
  for (std::int64_t i = 0; i < n; ++i) {
    f[i] = std::exp(f[i] - top);
    mass[i] = std::exp(gauge[i] - highest);
    weight[i] = mass[i] * tau[i] * (1 + 1e-12L); // covers the rounding of exp
  }
  Vector u;
  const double certificate = refine(
      system.inner, system.ghosts, u, tolerance,
      [&](const Vector& v) { return forward_residual(system.in, f, v); },
      [&](const Residual& r, const Vector& v) {
        long double total = 0;
        for (std::int64_t i = 0; i < n; ++i)
          total += mass[i] * v[i];
        const long double error = all_sum(comm_, weighted_bound(r, weight));
        return relative_to(error, all_sum(comm_, total));
      });
  Answer answer = answer_from(u, n, [&](std::int64_t i) { return top + gauge[i]; });
  finish(comm_, answer, log_f, certificate);
  return answer;
}

std::int64_t System::iterations() const {
  return retired_iterations_ + (inner_ ? inner_->iterations() : 0) +
         (forward_ ? forward_->inner.iterations() : 0);
}

std::int64_t System::memory_bytes() const {
  const auto entries = static_cast<std::int64_t>(rows_->column.size());
  const std::int64_t rates = entries * 16 + rows_->rows() * 16;
  return rates + (inner_ ? inner_->memory_bytes() : 0) +
         (forward_ ? 2 * rates + forward_->inner.memory_bytes() : 0);
}

} // namespace escapade::krylov
