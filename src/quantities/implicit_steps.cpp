#include "escapade/quantities/implicit_steps.hpp"

#include "escapade/error.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

namespace escapade {

namespace {

constexpr long double nothing = -std::numeric_limits<long double>::infinity();
constexpr int most_sequences = 5, most_halvings = 30, tick_bits = 40;
constexpr std::size_t most_held = 6; // factors kept

using Table = std::vector<LogVector>; // one row of the extrapolation: columns 0 …

/// Adds the next sequence to the extrapolation of logarithms: `row` becomes the new row.
void extrapolate(Table& row, LogVector first) {
  Table next{std::move(first)};
  for (std::size_t k = 0; k < row.size(); ++k) {
    const long double factor = 1 / (std::exp2(static_cast<long double>(k + 1)) - 1);
    LogVector column(next[k].size());
    for (std::size_t i = 0; i < column.size(); ++i)
      column[i] = next[k][i] == nothing || row[k][i] == nothing
                      ? next[k][i]
                      : next[k][i] + factor * (next[k][i] - row[k][i]);
    next.push_back(std::move(column));
  }
  row = std::move(next);
}

} // namespace

/// Where a sequence of Euler steps has led: log masses; log of what left per part, and of ∫Σp last.
struct ImplicitSteps::Trial {
  LogVector mass, left;
};

ImplicitSteps::ImplicitSteps(MPI_Comm comm, const Generator& rows, std::size_t parts,
                             const SolveOptions& options, double tolerance)
    : comm_(comm), rows_(rows), parts_(parts), options_(options), tolerance_(tolerance) {}

Solver& ImplicitSteps::resolvent(double tau) {
  if (const auto found = resolvents_.find(tau); found != resolvents_.end())
    return *found->second;
  if (resolvents_.size() >= most_held) { // the one farthest from the one wanted
    const auto distance = [&](double t) { return std::abs(std::log(t / tau)); };
    resolvents_.erase(
        std::max_element(resolvents_.begin(), resolvents_.end(), [&](const auto& a, const auto& b) {
          return distance(a.first) < distance(b.first);
        }));
  }
  Generator shifted = rows_;
  for (double& k : shifted.killing)
    k += 1 / tau;
  ++factorisations_;
  return *resolvents_.emplace(tau, std::make_unique<Solver>(comm_, shifted, options_))
              .first->second;
}

ImplicitSteps::Trial ImplicitSteps::euler(const ChainState& from, double tau, int count) {
  Solver& solver = resolvent(tau);
  const long double log_tau = std::log(static_cast<long double>(tau));
  Trial trial{from.log_mass, {}};
  std::vector<long double> left(parts_ + 1, 0.0L);
  for (int step = 0; step < count; ++step) {
    for (long double& l : trial.mass)
      l -= log_tau;
    trial.mass = solver.forward(trial.mass);
    ++solves_;
    const std::vector<long double> flux = exit_fluxes(comm_, rows_, parts_, trial.mass);
    for (std::size_t k = 0; k < parts_; ++k)
      left[k] += tau * flux[k];
    left[parts_] += tau * std::exp(log_total(comm_, trial.mass));
  }
  for (long double l : left)
    trial.left.push_back(l > 0 ? std::log(l) : nothing);
  return trial;
}

/// Sequences that were needed, the state being advanced; 0 where the tolerance was missed.
int ImplicitSteps::try_step(ChainState& state, double tau) {
  const long double log_before = log_total(comm_, state.log_mass);
  Table mass, left;
  for (int sequences = 1; sequences <= most_sequences; ++sequences) {
    const int count = 1 << (sequences - 1);
    Trial trial = euler(state, tau / count, count);
    extrapolate(mass, std::move(trial.mass));
    extrapolate(left, std::move(trial.left));
    if (sequences == 1)
      continue;
    // The mass that stays: 1 − what leaves, relative to what there was.
    const LogVector& gone = left.back();
    long double leaving = 0;
    for (std::size_t k = 0; k < parts_; ++k)
      leaving += std::exp(gone[k] - log_before);
    if (!(leaving < 0.9L))
      continue;
    LogVector& best = mass.back();
    const LogVector& last = mass[mass.size() - 2];
    const long double log_after = log_before + std::log1p(-leaving);
    const long double excess = log_total(comm_, best) - log_after;
    long double error = 0;
    for (std::size_t i = 0; i < best.size(); ++i)
      error += std::abs(std::exp(best[i] - log_before) - std::exp(last[i] - log_before));
    MPI_Allreduce(MPI_IN_PLACE, &error, 1, MPI_LONG_DOUBLE, MPI_SUM, comm_);
    error += std::abs(std::expm1(excess));
    for (std::size_t k = 0; k < parts_; ++k) // of a rare way out, relative to that
      error += std::abs(std::exp(gone[k] - log_before) -
                        std::exp(left[left.size() - 2][k] - log_before));
    if (!(error <= tolerance_)) {
      if (sequences == 3 && !(error < 0.01L))
        return 0; // two more will not do
      continue;
    }
    for (std::size_t i = 0; i < best.size(); ++i)
      state.log_mass[i] = best[i] - excess;
    for (std::size_t k = 0; k < parts_; ++k)
      state.exited[k] += std::exp(gone[k]);
    state.survival_time += std::exp(gone[parts_]);
    state.error += static_cast<double>(error * std::exp(log_before));
    return sequences;
  }
  return 0;
}

bool ImplicitSteps::advance(ChainState& state, double interval, double from,
                            const std::function<bool(const ChainState&)>& after_step) {
  constexpr auto end = std::int64_t{1} << tick_bits;
  auto at = static_cast<std::int64_t>(std::ldexp(from, tick_bits));
  const double begin = state.time - from * interval;
  // Steps are 2^-level intervals and begin at multiples of themselves: each frame is met, and the
  // factors of a step size serve again.
  int level = last_tau_ > 0 ? static_cast<int>(std::lround(std::log2(interval / last_tau_)))
                            : (from > 0 ? static_cast<int>(std::ceil(-std::log2(from))) + 2 : 0);
  level = std::clamp(level, 0, most_halvings);
  while (at < end) {
    while (at % (end >> level) != 0)
      ++level;
    const double tau = std::ldexp(interval, -level);
    const int sequences = try_step(state, tau);
    if (sequences == 0) {
      ++rejected_;
      if (++level > most_halvings)
        throw NotTrusted("the implicit time step has shrunk to " + std::to_string(tau) +
                         " and still misses the tolerance; take -integrator uniformisation, a "
                         "larger -time_tolerance or a wider -initial density");
      continue;
    }
    ++steps_;
    at += end >> level;
    state.time = begin + std::ldexp(static_cast<double>(at), -tick_bits) * interval;
    last_tau_ = tau;
    if (at < end && after_step(state))
      return false;
    if (sequences <= 3 && level > 0 && at % (end >> (level - 1)) == 0)
      --level;
  }
  return true;
}

SolverReport ImplicitSteps::report() const {
  if (resolvents_.empty())
    return {};
  return resolvents_.begin()->second->report();
}

} // namespace escapade
