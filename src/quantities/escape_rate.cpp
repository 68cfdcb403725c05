#include "quantities/escape_rate.hpp"

#include "escapade/error.hpp"
#include "parallel/ranks.hpp"
#include "quantities/evolution/chain_state.hpp"
#include "quantities/exit_time.hpp"
#include "quantities/exits/on_time.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace escapade {

namespace {

LogVector product(const LogVector& a, const LogVector& b) {
  LogVector out(a.size());
  std::transform(a.begin(), a.end(), b.begin(), out.begin(), std::plus<>());
  return out;
}

struct Change {
  long double total = 0; // Σ |e^a − e^b| over all ranks
  long double entry = 0; // max |a − b|
};

Change change_of(const Ranks& ranks, const LogVector& a, const LogVector& b) {
  Change c;
  for (std::size_t k = 0; k < a.size(); ++k) {
    c.total += std::abs(std::exp(a[k]) - std::exp(b[k]));
    if (a[k] != b[k]) // both may be −inf
      c.entry = std::max(c.entry, std::abs(a[k] - b[k]));
  }
  return {ranks.sum(c.total), ranks.max(c.entry)};
}

/// Steps after which the change, that `steps` of them have brought from `before` to `now`, settles.
long double steps_to_settle(long double before, long double now, long double settled, int steps) {
  return now < before ? steps * std::log(now / settled) / std::log(before / now)
                      : std::numeric_limits<long double>::infinity();
}

/// Takes out cells that no way leads to from the cell that holds most: ν is 0 there, and their part
/// of the first guess fades without end.
void leave_unreached(MPI_Comm comm, Solver& solver, LogVector& log_mass) {
  const Ranks ranks(comm);
  const auto top = std::max_element(log_mass.begin(), log_mass.end());
  const long double own = top == log_mass.end() ? log_of_zero : *top;
  const int holder = own == ranks.max(own) ? ranks.rank() : ranks.count();
  LogVector source(log_mass.size(), log_of_zero);
  if (ranks.rank() == -ranks.max(-holder))
    source[static_cast<std::size_t>(top - log_mass.begin())] = 0;
  const LogVector reached = solver.forward(source);
  for (std::size_t x = 0; x < reached.size(); ++x)
    if (!(reached[x] > log_of_zero))
      log_mass[x] = log_of_zero;
}

[[noreturn]] void tell_slow(int steps, long double change) {
  throw NotTrusted("the quasi-stationary density has not converged in " + std::to_string(steps) +
                   " steps (last change " + std::to_string(static_cast<double>(change)) +
                   "): a second mode decays as slowly as the first; take a smaller domain "
                   "around one well");
}

/// Rate, mean time and parts of jumps on time, ν being the chain's own.
void follow_on_time(MPI_Comm comm, Solver& solver, const Generator& G, const FlowPart& flow,
                    std::size_t parts, QuasiStationary& out) {
  out.log_rate = OnTime(comm, solver, G, &flow).escape_rate(out.log_mass, out.log_rate);
  const ExitQuantities exits = exit_quantities(comm, solver, G, parts, {}, &flow);
  out.log_mean_time = log_total(comm, product(out.log_mass, exits.mean));
  for (const LogVector& h : exits.probability)
    out.log_exit_probability.push_back(log_total(comm, product(out.log_mass, h)));
}

} // namespace

QuasiStationary quasi_stationary(MPI_Comm comm, Solver& solver, const Generator& G,
                                 std::size_t parts, const FlowPart* flow, int most) {
  const auto rows = static_cast<std::size_t>(G.rows());
  QuasiStationary out;
  out.log_mass.assign(rows, -std::log(static_cast<long double>(G.size)));
  // Remnants of the first guess in far corners fade by κ/λ₂ a step, whatever the size of ν there:
  // every entry must settle, as far as the solver tells, since rare ways out hang on them. A Krylov
  // solver is accurate in the sum only.
  const std::string kind = solver.report().kind;
  const bool entrywise = kind != "krylov";
  const long double settled = !entrywise ? 1e-11L : kind == "gth" ? 1e-13L : 1e-8L;
  long double before = 0;
  for (int next_look = 128;;) {
    LogVector next = solver.forward(out.log_mass);
    const long double total = log_total(comm, next);
    for (long double& l : next)
      l -= total;
    const Change changes = change_of(Ranks(comm), next, out.log_mass);
    const long double change = entrywise ? changes.entry : changes.total;
    out.log_mass = std::move(next);
    if (++out.iterations == 1 && kind == "gth")
      leave_unreached(comm, solver, out.log_mass);
    if (change <= settled)
      break;
    if (out.iterations == most)
      tell_slow(most, change);
    if (out.iterations == next_look) { // it goes on where it may settle within twice the steps
      if (before > 0 &&
          out.iterations + steps_to_settle(before, change, settled, out.iterations / 2) >
              2.0L * most)
        tell_slow(out.iterations, change);
      before = change;
      next_look *= 2;
    }
  }
  LogVector log_kill(rows);
  for (std::size_t x = 0; x < rows; ++x)
    log_kill[x] = G.killing[x] > 0 ? std::log(static_cast<long double>(G.killing[x])) : log_of_zero;
  out.log_rate = log_total(comm, product(out.log_mass, log_kill));
  if (flow && flow->along_lines) {
    follow_on_time(comm, solver, G, *flow, parts, out);
    return out;
  }
  out.log_mean_time =
      log_total(comm, product(out.log_mass, solver.backward(LogVector(rows, 0.0L))));
  for (std::size_t k = 0; k < parts; ++k) {
    LogVector flux;
    for (const PartKilling& p : G.part_killing)
      if (p.part == static_cast<std::int32_t>(k))
        flux.push_back(out.log_mass[p.row] + std::log(static_cast<long double>(p.rate)));
    out.log_exit_probability.push_back(log_total(comm, flux) - out.log_rate);
  }
  return out;
}

} // namespace escapade
