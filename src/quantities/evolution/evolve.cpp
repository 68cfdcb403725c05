#include "quantities/evolution/evolve.hpp"

#include "escapade/error.hpp"
#include "parallel/ranks.hpp"
#include "support/exact.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace escapade {

namespace {

constexpr double block = 4096;      // mat-vecs between two looks at `stop`
constexpr double beginning = 4096;  // mat-vecs before the first implicit step
constexpr double few_steps = 10000; // mat-vecs that take as long as three implicit steps of a frame
constexpr double affordable = 2e10; // products for which uniformisation is taken
constexpr long double resting_spread = 1e-10L;

Integrator chosen(MPI_Comm comm, const Generator& rows, double rate, double span,
                  Integrator wanted) {
  if (wanted != Integrator::automatic)
    return wanted;
  const auto entries =
      static_cast<double>(Ranks(comm).max(rows.column.size() + rows.killing.size()));
  return rate * span * entries <= affordable ? Integrator::uniformisation : Integrator::implicit;
}

} // namespace

Evolution::Evolution(MPI_Comm comm, const Generator& rows, std::size_t parts, double span,
                     const Options& options)
    : comm_(comm), parts_(parts), integrator_(options.integrator), uniform_(comm, rows, parts),
      implicit_(comm, rows, parts, options.solve, options.tolerance) {
  integrator_ = chosen(comm, rows, uniform_.rate(), span, options.integrator);
  if (integrator_ == Integrator::ts)
    ts_.emplace(comm, rows, parts, options.solve, uniform_.rate(), options.tolerance);
}

void Evolution::require_reach(double interval) const {
  constexpr double most = 1e6; // mat-vecs before the first implicit step, 2⁻⁴⁰ of a frame long
  if (integrator_ == Integrator::implicit && uniform_.rate() * interval * std::exp2(-40) > most)
    throw BadInput("the end and the number of frames make a frame of " + rounded(interval, 3) +
                   " time units, too long for a chain whose fastest jumps take " +
                   rounded(1 / uniform_.rate(), 3) + "; give at most " +
                   rounded(most * std::exp2(40) / uniform_.rate(), 3) +
                   " a frame, and the escape rate for what comes after");
}

bool Evolution::uniformise(ChainState& state, double dt, const std::function<bool()>& stop) {
  const auto blocks = std::max(1.0, std::ceil(uniform_.rate() * dt / block));
  const double begin = state.time;
  for (double k = 0; k < blocks; ++k) {
    uniform_.advance(state, dt / blocks);
    state.time = begin + dt * ((k + 1) / blocks);
    if (k + 1 < blocks && stop())
      return false;
  }
  return true;
}

bool Evolution::step_on_time(ChainState& state, double interval,
                             const std::function<bool()>& stop) {
  const double end = state.time + interval;
  if (!on_step_)
    on_step_ = state;
  if (!whole_->advance(*on_step_, end, stop))
    return false;
  state = *on_step_;
  return state.time == end || uniformise(state, end - state.time, stop);
}

/// Whether p = c ν within resting_spread, entry by entry.
bool Evolution::is_resting(const ChainState& state) {
  if (!rest_)
    return false;
  constexpr long double infinity = std::numeric_limits<long double>::infinity();
  long double low = infinity, high = -infinity;
  for (std::size_t i = 0; i < state.log_mass.size(); ++i) {
    if (rest_->log_mass[i] == -infinity && state.log_mass[i] == -infinity)
      continue;
    const long double c = state.log_mass[i] - rest_->log_mass[i];
    low = std::min(low, c), high = std::max(high, c);
  }
  const Ranks ranks(comm_);
  low = -ranks.max(-low), high = ranks.max(high);
  if (!(high - low <= resting_spread))
    return false;
  resting_since_ = state.time;
  spread_ = static_cast<double>(high - low);
  return true;
}

void Evolution::rest(ChainState& state, double dt) {
  const long double kappa = std::exp(rest_->log_rate);
  const long double before = std::exp(log_total(comm_, state.log_mass));
  const long double left = -before * std::expm1(-kappa * dt);
  for (std::size_t k = 0; k < parts_; ++k)
    state.exited[k] += left * std::exp(rest_->log_exit_probability[k]);
  state.survival_time += kappa > 0 ? left / kappa : before * dt;
  for (long double& l : state.log_mass)
    l -= kappa * dt;
  state.time += dt;
  // p and its error both lie between multiples of ν: from here on they decay together.
  if (state.resting_error < 0)
    state.resting_error = static_cast<double>(state.error / before) + 2 * spread_;
  state.error += 2 * spread_ * static_cast<double>(before);
  spread_ = 0; // counted once: the enclosure does not widen
}

bool Evolution::advance(ChainState& state, double interval, const std::function<bool()>& stop) {
  if (resting_since_ >= 0) {
    rest(state, interval);
    return true;
  }
  if (whole_)
    return step_on_time(state, interval, stop);
  return integrator_ == Integrator::uniformisation ? uniformise(state, interval, stop)
                                                   : step_implicitly(state, interval, stop);
}

bool Evolution::step_implicitly(ChainState& state, double interval,
                                const std::function<bool()>& stop) {
  double from = 0;
  if (!ts_ && uniform_.rate() * interval <= few_steps) {
    const double end = state.time + interval;
    if (!uniformise(state, interval, stop))
      return false;
    state.time = end;
    is_resting(state);
    return true;
  }
  if (state.time == 0 && !ts_) { // a point must be smooth before an implicit step can be long
    from = 1;
    while (from > std::exp2(-40) && uniform_.rate() * interval * from > beginning)
      from /= 2;
    if (!uniformise(state, from * interval, stop))
      return false;
    if (from == 1)
      return true;
  }
  const double begin = state.time - from * interval;
  bool stopped = false;
  const auto after_step = [&](const ChainState& s) {
    stopped = stop();
    return stopped || is_resting(s);
  };
  const bool arrived = ts_ ? ts_->advance(state, interval, after_step)
                           : implicit_.advance(state, interval, from, after_step);
  if (!arrived) {
    if (stopped)
      return false;
    rest(state, begin + interval - state.time);
  } else {
    is_resting(state);
  }
  state.time = begin + interval;
  return true;
}

EvolveWork Evolution::work() const {
  return {ts_ ? ts_->work() : implicit_.work(),
          uniform_.mat_vecs() + (whole_ ? whole_->mat_vecs() : 0), resting_since_};
}

} // namespace escapade
