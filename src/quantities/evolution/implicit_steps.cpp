#include "quantities/evolution/implicit_steps.hpp"

#include "escapade/error.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>

namespace escapade {

namespace {

constexpr int most_sequences = 5, most_halvings = 30;
constexpr std::size_t most_held = 6; // factors kept

} // namespace

ImplicitSteps::ImplicitSteps(MPI_Comm comm, const Generator& rows, std::size_t parts,
                             const SolveOptions& options, double tolerance)
    : sequences_(comm, rows, parts, options, tolerance, most_held), tolerance_(tolerance) {}

/// Sequences that were needed, the state being advanced; 0 where the tolerance was missed.
int ImplicitSteps::try_step(ChainState& state, double tau) {
  sequences_.begin(state, tau);
  for (int sequences = 1; sequences <= most_sequences; ++sequences) {
    const std::optional<double> error = sequences_.refine();
    if (!error)
      continue;
    if (*error <= tolerance_) {
      sequences_.take(state);
      return sequences;
    }
    if (sequences == 3 && !(*error < 0.01))
      return 0; // two more will not do
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
                         " and still misses the tolerance; take the integrator uniformisation, a "
                         "larger tolerance in time or a wider initial density");
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

} // namespace escapade
