#include "quantities/exit_time.hpp"

#include "parallel/ranks.hpp"
#include "quantities/exits/on_time.hpp"

#include <algorithm>
#include <cmath>

namespace escapade {

namespace {

/// log(τ₂ − τ²) from the logarithms of both.
LogVector variance_of(const LogVector& log_mean, const LogVector& log_second) {
  LogVector out(log_mean.size());
  for (std::size_t x = 0; x < out.size(); ++x) {
    const long double excess = std::expm1(log_second[x] - 2 * log_mean[x]);
    out[x] = excess > 0 ? 2 * log_mean[x] + std::log(excess) : log_of_zero;
  }
  return out;
}

/// log τ₂ from a guess of log τ₂/τ. Where there is none the ratio is 2 max τ, as after long waits,
/// when exit times are distributed exponentially.
std::vector<double> times(MPI_Comm comm, const LogVector& log_mean, std::vector<double> log_ratio) {
  long double top = log_of_zero;
  for (const long double l : log_mean)
    top = std::max(top, l);
  top = Ranks(comm).max(top);
  log_ratio.resize(log_mean.size(), static_cast<double>(top) + std::log(2.0));
  for (std::size_t x = 0; x < log_ratio.size(); ++x)
    log_ratio[x] += static_cast<double>(log_mean[x]);
  return log_ratio;
}

/// Makes the sum of all parts `log_sum` in every cell.
void share_out(const LogVector& log_sum, std::vector<LogVector>& log_parts) {
  for (std::size_t i = 0; i < log_sum.size(); ++i) {
    long double sum = 0; // of the parts over log_sum
    for (const LogVector& part : log_parts)
      sum += std::exp(part[i] - log_sum[i]);
    for (LogVector& part : log_parts)
      part[i] -= std::log(sum);
  }
}

/// Whether there is anything on any rank.
bool somewhere(MPI_Comm comm, const LogVector& log_values) {
  return Ranks(comm).any(
      std::ranges::any_of(log_values, [](long double l) { return l > log_of_zero; }));
}

} // namespace

LogVector mean_exit_time(MPI_Comm comm, Solver& solver, const Generator& generator,
                         const FlowPart* flow) {
  return OnTime(comm, solver, generator, flow)
      .backward(LogVector(static_cast<std::size_t>(generator.rows()), 0.0L),
                OnTime::Source::constant);
}

std::vector<LogVector> guess_from(const ExitQuantities& q) {
  LogVector ratio(q.mean.size());
  for (std::size_t x = 0; x < ratio.size(); ++x)
    ratio[x] = q.mean[x] + std::log1p(std::exp(q.variance[x] - 2 * q.mean[x]));
  std::vector<LogVector> out{q.mean, std::move(ratio)};
  if (q.probability.size() > 1) // else it is not solved for
    out.insert(out.end(), q.probability.begin(), q.probability.end());
  return out;
}

std::vector<LogVector> exit_probabilities(MPI_Comm comm, Solver& solver, const Generator& G,
                                          std::size_t parts, const ExitGuess& guess,
                                          const FlowPart* flow) {
  const auto rows = static_cast<std::size_t>(G.rows());
  if (parts == 1) // the only way out is taken for sure
    return {LogVector(rows, 0.0L)};
  OnTime on_time(comm, solver, G, flow);
  std::vector<LogVector> out;
  for (std::size_t k = 0; k < parts; ++k) {
    LogVector into(rows, 0.0L);
    for (const PartKilling& p : G.part_killing)
      if (p.part == static_cast<std::int32_t>(k))
        into[p.row] += p.rate;
    for (long double& r : into)
      r = r > 0 ? std::log(r) : log_of_zero;
    const bool any = somewhere(comm, into);
    if (any)
      solver.guess(guess ? guess(2 + k) : std::vector<double>{});
    out.push_back(any ? on_time.backward(into, OnTime::Source::killing) : into);
  }
  return out;
}

ExitQuantities exit_quantities(MPI_Comm comm, Solver& solver, const Generator& G, std::size_t parts,
                               const ExitGuess& guess, const FlowPart* flow) {
  OnTime on_time(comm, solver, G, flow);
  const auto guessed = [&](std::size_t k) { return guess ? guess(k) : std::vector<double>{}; };
  ExitQuantities out;
  solver.guess(guessed(0));
  out.mean = on_time.backward(LogVector(static_cast<std::size_t>(G.rows()), 0.0L),
                              OnTime::Source::constant);
  LogVector twice = out.mean;
  for (long double& l : twice)
    l += std::log(2.0L);
  solver.guess(times(comm, out.mean, guessed(1)));
  out.variance = variance_of(out.mean, on_time.backward(twice, OnTime::Source::field));
  out.probability = exit_probabilities(comm, solver, G, parts, guess, flow);
  return out;
}

std::vector<LogVector> times_by_part(MPI_Comm comm, Solver& solver, const ExitQuantities& q,
                                     const FlowPart* flow) {
  if (q.probability.size() == 1)
    return {q.mean};
  std::vector<LogVector> out;
  for (const LogVector& h : q.probability) {
    if (!somewhere(comm, h)) {
      out.push_back(h);
      continue;
    }
    solver.guess(times(comm, h, {q.mean.begin(), q.mean.end()})); // as if both were independent
    out.push_back(solver.backward(h));
  }
  if (flow && flow->along_lines)
    share_out(q.mean, out);
  return out;
}

std::vector<LogVector> exit_time_moments(MPI_Comm comm, Solver& solver, const Generator& G,
                                         int order, const FlowPart* flow) {
  OnTime on_time(comm, solver, G, flow);
  std::vector<LogVector> moments;
  LogVector rhs(static_cast<std::size_t>(G.rows()), 0.0L);
  for (int n = 1; n <= order; ++n) {
    moments.push_back(
        on_time.backward(rhs, n == 1 ? OnTime::Source::constant : OnTime::Source::field));
    rhs = moments.back();
    for (long double& r : rhs)
      r += std::log(static_cast<long double>(n + 1));
  }
  return moments;
}

} // namespace escapade
