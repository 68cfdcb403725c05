#include "quantities/evolution/euler_sequences.hpp"

#include "parallel/ranks.hpp"

#include <algorithm>
#include <cmath>

namespace escapade {

namespace {} // namespace

/// Where a sequence of Euler steps has led: log masses; log of what left per part, and of ∫Σp last.
struct EulerSequences::Trial {
  LogVector mass, left;
};

EulerSequences::EulerSequences(MPI_Comm comm, const Generator& rows, std::size_t parts,
                               const SolveOptions& options, double tolerance, std::size_t held)
    : comm_(comm), rows_(rows), parts_(parts), options_(options), held_(held) {
  options_.tolerance = std::min(options.tolerance, std::max(1e-3 * tolerance, 1e-13));
}

/// Adds the next sequence to the extrapolation of logarithms: `row` becomes the new row.
void EulerSequences::extrapolate(Table& row, LogVector first) {
  Table next{std::move(first)};
  for (std::size_t k = 0; k < row.size(); ++k) {
    const long double factor = 1 / (std::exp2(static_cast<long double>(k + 1)) - 1);
    LogVector column(next[k].size());
    for (std::size_t i = 0; i < column.size(); ++i)
      column[i] = next[k][i] == log_of_zero || row[k][i] == log_of_zero
                      ? next[k][i]
                      : next[k][i] + factor * (next[k][i] - row[k][i]);
    next.push_back(std::move(column));
  }
  row = std::move(next);
}

Solver& EulerSequences::resolvent(double tau) {
  if (const auto found = resolvents_.find(tau); found != resolvents_.end())
    return *found->second;
  if (resolvents_.size() >= held_) { // the one farthest from the one wanted
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

EulerSequences::Trial EulerSequences::euler(double tau, int count) {
  Solver& solver = resolvent(tau);
  const long double log_tau = std::log(static_cast<long double>(tau));
  Trial trial{from_->log_mass, {}};
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
    trial.left.push_back(l > 0 ? std::log(l) : log_of_zero);
  return trial;
}

void EulerSequences::begin(const ChainState& from, double tau) {
  from_ = &from;
  tau_ = tau;
  count_ = 0;
  mass_.clear();
  left_.clear();
  log_before_ = log_total(comm_, from.log_mass);
}

std::optional<double> EulerSequences::refine() {
  count_ = count_ == 0 ? 1 : 2 * count_;
  Trial trial = euler(tau_ / count_, count_);
  extrapolate(mass_, std::move(trial.mass));
  extrapolate(left_, std::move(trial.left));
  if (count_ == 1)
    return std::nullopt;
  // The mass that stays: 1 − what leaves, relative to what there was.
  const LogVector& gone = left_.back();
  long double leaving = 0;
  for (std::size_t k = 0; k < parts_; ++k)
    leaving += std::exp(gone[k] - log_before_);
  if (!(leaving < 0.9L))
    return std::nullopt;
  const LogVector& best = mass_.back();
  const LogVector& last = mass_[mass_.size() - 2];
  const long double log_after = log_before_ + std::log1p(-leaving);
  excess_ = log_total(comm_, best) - log_after;
  error_ = 0;
  for (std::size_t i = 0; i < best.size(); ++i)
    error_ += std::abs(std::exp(best[i] - log_before_) - std::exp(last[i] - log_before_));
  error_ = Ranks(comm_).sum(error_);
  error_ += std::abs(std::expm1(excess_));
  for (std::size_t k = 0; k < parts_; ++k) // of a rare way out, relative to that
    error_ += std::abs(std::exp(gone[k] - log_before_) -
                       std::exp(left_[left_.size() - 2][k] - log_before_));
  return static_cast<double>(error_);
}

void EulerSequences::take(ChainState& state) {
  LogVector& best = mass_.back();
  for (std::size_t i = 0; i < best.size(); ++i)
    state.log_mass[i] = best[i] - excess_;
  for (std::size_t k = 0; k < parts_; ++k)
    state.exited[k] += std::exp(left_.back()[k]);
  state.survival_time += std::exp(left_.back()[parts_]);
  state.error += static_cast<double>(error_ * std::exp(log_before_));
}

} // namespace escapade
