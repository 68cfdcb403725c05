#include "quantities/evolution/jumps/whole_steps.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace escapade {

WholeSteps::WholeSteps(MPI_Comm comm, const FlowSteps& steps, std::size_t parts)
    : comm_(comm), steps_(steps), parts_(parts), noise_(comm, steps.edges, parts),
      jumps_(comm, steps.jumps, 1 / steps.time),
      half_(poisson_weights(noise_.rate() * steps.time / 2)),
      full_(poisson_weights(noise_.rate() * steps.time)) {}

bool WholeSteps::advance(ChainState& state, double end, const std::function<bool()>& stop) {
  constexpr double rounding = 1e-9;       // of a step
  constexpr std::int64_t at_a_time = 256; // between two looks at `stop`
  auto left = static_cast<std::int64_t>(std::floor((end - state.time) / steps_.time + rounding));
  while (left > 0) {
    const std::int64_t count = std::min(left, at_a_time);
    take(state, count);
    left -= count;
    if (left > 0 && stop())
      return false;
  }
  if (std::abs(end - state.time) < rounding * steps_.time)
    state.time = end;
  return true;
}

void WholeSteps::take(ChainState& state, std::int64_t count) {
  const long double shift = log_top(comm_, state.log_mass),
                    before = std::exp(log_total(comm_, state.log_mass));
  std::vector<double> x = masses_over(state.log_mass, shift);
  const bool noisy = noise_.rate() > 0;
  // By noise, times Λ, per part and ∫Σp dt last; by jumps.
  std::vector<long double> by_noise(parts_ + 1, 0.0L), by_jumps(parts_ + 1, 0.0L);
  const std::int64_t made = mat_vecs();
  if (noisy)
    noise_.advance(x, half_, by_noise);
  for (std::int64_t k = 0; k < count; ++k) {
    for (const PartKilling& part : steps_.jumps.part_killing)
      by_jumps[part.part] += steps_.time * part.rate * x[part.row];
    jumps_.apply(x);
    ++jumps_made_;
    if (noisy)
      noise_.advance(x, k + 1 < count ? full_ : half_, by_noise);
  }
  for (std::size_t k = 0; k <= parts_; ++k) {
    by_jumps[k] += noisy ? by_noise[k] / noise_.rate() : 0;
    (k < parts_ ? state.exited[k] : state.survival_time) +=
        std::exp(shift) * Ranks(comm_).sum(by_jumps[k]);
  }
  if (!noisy)
    state.survival_time += before * static_cast<long double>(count) * steps_.time;
  for (std::size_t c = 0; c < x.size(); ++c)
    state.log_mass[c] = std::log(static_cast<long double>(x[c])) + shift;
  state.time += static_cast<double>(count) * steps_.time;
  // As of uniformisation: relative rounding of each entry.
  constexpr double unit = std::numeric_limits<double>::epsilon() / 2;
  const auto widest = static_cast<double>(std::max(noise_.widest(), jumps_.widest()) + 1);
  state.error +=
      static_cast<double>(before) * (1e-18 * static_cast<double>(count) +
                                     unit * (static_cast<double>(mat_vecs() - made) * widest + 4));
}

} // namespace escapade
