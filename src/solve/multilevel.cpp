#include "escapade/solve/multilevel.hpp"

#include "multilevel_cycle.hpp"

#include "escapade/error.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <limits>
#include <optional>

namespace escapade {

namespace {

using multilevel::Hierarchy;
using multilevel::Level;
using multilevel::Pattern;

constexpr double infinity = std::numeric_limits<double>::infinity();

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2g", value);
  return text;
}

bool has_killing(const Generator& rows) {
  return std::any_of(rows.killing.begin(), rows.killing.end(), [](double k) { return k > 0; });
}

/// w(x→y), 0 where there is none.
double rate(const Generator& rows, std::int32_t x, std::int32_t y) {
  const auto begin = rows.column.begin() + rows.row_start[x];
  const auto end = rows.column.begin() + rows.row_start[x + 1];
  const auto at = std::lower_bound(begin, end, y);
  return at != end && *at == y ? rows.rate[at - rows.column.begin()] : 0.0;
}

long double log_sum(const LogVector& x) {
  const long double top = *std::max_element(x.begin(), x.end());
  long double sum = 0;
  for (const long double value : x)
    sum += std::exp(value - top);
  return top + std::log(sum);
}

} // namespace

struct MultilevelSolver::State {
  std::shared_ptr<const Generator> rows; // until the masses are known
  MultilevelOptions options;
  Hierarchy hierarchy;
  bool killed;
  std::vector<double> outgoing, killing; // w(i→j) for each edge of the finest pattern; with exits
  std::vector<double> masses; // φ = log π of the chain without its killing, once it is known
  std::vector<double> guessed_masses, guessed; // none: empty
  std::vector<double> changes;
  std::int64_t cycles = 0, peak = 0;
  double certificate = 0, seconds = 0;

  State(std::shared_ptr<const Generator> r, const MultilevelOptions& o)
      : rows(std::move(r)), options(o), hierarchy(*rows, *o.lattice), killed(has_killing(*rows)) {
    options.lattice = nullptr;
  }

  void note_memory() {
    // Besides what is kept: the cycle's last answer.
    std::int64_t bytes = hierarchy.memory_bytes() + 8 * hierarchy.patterns[0].size();
    for (const auto* v : {&outgoing, &killing, &masses})
      bytes += static_cast<std::int64_t>(v->capacity() * sizeof(double));
    peak = std::max(peak, bytes);
  }

  /// w(j→i) for each edge of the finest pattern, or w(i→j).
  std::vector<double> rates(bool incoming) const {
    const Pattern& p = hierarchy.patterns[0];
    std::vector<double> out(p.edges());
    for (std::int32_t i = 0; i < p.size(); ++i)
      for (std::int64_t e = p.row_start[i]; e < p.row_start[i + 1]; ++e)
        out[e] = incoming ? rate(*rows, p.from(i, e), i) : rate(*rows, i, p.from(i, e));
    return out;
  }

  /// Cycles on the finest level until nothing changes any more. From a guess it is not trusted
  /// either where the gauge had to change, which may lose small rates.
  LogVector converge(const std::string& what, bool from_guess = false) {
    Level& level = hierarchy.levels[0];
    const double goal = std::max(1e-4 * options.tolerance, 1e-13);
    const bool scaled = !level.s.empty();
    changes.clear();
    std::vector<double> before;
    double left = infinity;
    for (int c = 0; c < options.cycles; ++c) {
      ++cycles;
      before = level.u;
      level.shifted = false;
      hierarchy.cycle(0);
      note_memory();
      std::size_t reference = 0; // the largest mass
      double top = -infinity;
      if (!scaled)
        for (std::size_t i = 0; i < level.u.size(); ++i)
          if (level.phi[i] > top)
            top = level.phi[reference = i];
      const auto change = [&](std::size_t i) { return std::log(level.u[i] / before[i]); };
      const double shift = scaled ? 0.0 : change(reference);
      double largest = 0;
      for (std::size_t i = 0; i < level.u.size(); ++i) {
        const double value = std::abs(change(i) - shift);
        largest = value <= largest ? largest : value; // NaN stays
      }
      if (!scaled) {
        const double unit = 1 / level.u[reference];
        for (double& u : level.u)
          u *= unit;
      }
      const double last = changes.empty() ? infinity : changes.back();
      changes.push_back(largest);
      if (level.shifted && from_guess)
        throw NotTrusted("-solver multilevel: " + what + ": a first guess was far off");
      if (level.shifted)
        largest = changes.back() = infinity; // far off: not measured
      else if (!std::isfinite(largest))
        throw NotTrusted("-solver multilevel: " + what +
                         ": numbers left the range of double: use -solver gth");
      // A first cycle says nothing of the contraction.
      const double q = std::clamp(largest / last, 0.1, 1.0);
      left = std::isfinite(last) && q < 1 ? largest * q / (1 - q) : infinity;
      if (left <= goal || (largest < 1e-12 && largest >= last / 2))
        break;
    }
    if (!(left <= options.tolerance))
      throw NotTrusted("-solver multilevel: " + what + " still changes by " +
                       number(changes.back()) + " after " + std::to_string(changes.size()) +
                       " cycles: use -solver gth" +
                       (hierarchy.patterns[0].oblique
                            ? ", or where the noise has the same axes everywhere a grid turned to "
                              "them (-frame noise)"
                            : ""));
    certificate = std::max(certificate, left);
    before = {};
    LogVector x(level.u.size());
    for (std::size_t i = 0; i < x.size(); ++i)
      x[i] = level.phi[i] + std::log(static_cast<long double>(level.u[i]));
    return x;
  }

  /// Masses of the chain without its killing, from the guess; none where nothing comes of it.
  std::optional<LogVector> from_guess() {
    std::vector<double> guess = std::move(guessed_masses);
    guessed_masses = {};
    if (guess.empty())
      return std::nullopt;
    std::vector<double> incoming = rates(true);
    if (!hierarchy.start_from(incoming, guess))
      return std::nullopt;
    try {
      return converge("the stationary density", true);
    } catch (const NotTrusted&) {
      return std::nullopt;
    }
  }

  LogVector closed_chain() {
    std::optional<LogVector> x;
    if (rows) { // else the finest level still holds the chain
      if (killed) {
        outgoing = rates(false);
        killing = rows->killing;
      }
      x = from_guess();
      if (!x)
        hierarchy.start(rates(true));
      rows.reset(); // a quarter of all memory
      note_memory();
    }
    if (!x)
      x = converge("the stationary density");
    const long double total = log_sum(*x);
    for (long double& value : *x)
      value -= total;
    return std::move(*x);
  }

  /// u of a guess of log x; false, and u = 1, where there is none that can be used.
  bool start_from(const std::vector<double>& guess, double top, bool backward) {
    Level& level = hierarchy.levels[0];
    const auto log_u = [&](std::size_t i) { return guess[i] - (backward ? top : masses[i]); };
    if (guess.size() != level.u.size())
      return false;
    for (std::size_t i = 0; i < guess.size(); ++i)
      if (!(std::abs(log_u(i)) < 600))
        return false;
    for (std::size_t i = 0; i < guess.size(); ++i)
      level.u[i] = std::exp(log_u(i));
    return true;
  }

  /// Σ_j v_ji u_j + s_i = d_i u_i with x = e^φ u, φ the masses of the closed chain.
  LogVector with_source(const LogVector& log_f, bool backward) {
    Level& level = hierarchy.levels[0];
    const Pattern& p = hierarchy.patterns[0];
    if (static_cast<std::int64_t>(log_f.size()) != p.size())
      throw BadInput("a right side of " + std::to_string(log_f.size()) + " entries for " +
                     std::to_string(p.size()) + " cells");
    if (masses.empty()) {
      const LogVector x = closed_chain();
      masses.assign(x.begin(), x.end());
      level.k = std::move(killing);
      killing = {};
    }
    level.phi = masses;
    level.d = level.k;
    level.u.assign(p.size(), 1.0);
    for (std::int64_t i = 0; i < p.size(); ++i)
      for (std::int64_t e = p.row_start[i]; e < p.row_start[i + 1]; ++e)
        level.d[i] += outgoing[e];
    // In this gauge the rates of the reversed chain are the chain's own, the other way round.
    for (std::int32_t i = 0; i < p.size(); ++i)
      for (std::int64_t e = p.row_start[i]; e < p.row_start[i + 1]; ++e) {
        const std::int32_t j = p.from(i, e);
        level.v[e] =
            (backward ? outgoing[e] : outgoing[edge(p, i, j)] * std::exp(masses[j] - masses[i])) /
            level.d[i];
      }
    const long double top = *std::max_element(log_f.begin(), log_f.end());
    if (top == -infinity)
      return log_f;
    level.s.resize(p.size());
    for (std::int64_t i = 0; i < p.size(); ++i)
      level.s[i] =
          static_cast<double>(std::exp(log_f[i] - (backward ? top : masses[i]))) / level.d[i];
    const std::vector<double> guess = std::move(guessed);
    guessed = {};
    const bool begun = start_from(guess, backward ? static_cast<double>(top) : 0.0, backward);
    LogVector x;
    try {
      x = converge(backward ? "the backward solution" : "the forward solution", begun);
    } catch (const NotTrusted&) {
      if (!begun)
        throw;
      return with_source(log_f, backward);
    }
    if (backward)
      for (std::int64_t i = 0; i < p.size(); ++i)
        x[i] += top - masses[i];
    return x;
  }

  template<class Solve>
  LogVector booked(Solve solve) {
    const auto begin = std::chrono::steady_clock::now();
    const auto book = [&] {
      seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    };
    try {
      LogVector x = solve();
      book();
      return x;
    } catch (...) {
      book();
      throw;
    }
  }
};

MultilevelSolver::MultilevelSolver(std::shared_ptr<const Generator> generator,
                                   const MultilevelOptions& options) {
  if (!options.lattice)
    throw BadInput("-solver multilevel: needs cells on a lattice: use gth or krylov");
  if (!(options.tolerance > 0 && options.tolerance < 1))
    throw BadInput("-solve_tolerance " + std::to_string(options.tolerance) +
                   ": expected a number between 0 and 1");
  state_ = std::make_unique<State>(std::move(generator), options);
}
MultilevelSolver::MultilevelSolver(MultilevelSolver&&) noexcept = default;
MultilevelSolver& MultilevelSolver::operator=(MultilevelSolver&&) noexcept = default;
MultilevelSolver::~MultilevelSolver() = default;

LogVector MultilevelSolver::backward(const LogVector& log_f) {
  return state_->booked([&] {
    if (!state_->killed)
      throw BadInput("the chain has no exit: exit times are infinite; give -exit or an absorbing "
                     "-boundary");
    return state_->with_source(log_f, true);
  });
}

LogVector MultilevelSolver::forward(const LogVector& log_f) {
  return state_->booked([&] {
    if (!state_->killed)
      throw BadInput("the chain has no exit: visits are infinite in number; give -exit or an "
                     "absorbing -boundary");
    return state_->with_source(log_f, false);
  });
}

LogVector MultilevelSolver::stationary() {
  return state_->booked([&] {
    if (state_->killed)
      throw BadInput("stationary masses need a chain without exits: leave out -exit and absorbing "
                     "sides");
    return state_->closed_chain();
  });
}

void MultilevelSolver::guess_masses(std::vector<double> log_masses) {
  state_->guessed_masses = std::move(log_masses);
}
void MultilevelSolver::guess(std::vector<double> log_x) {
  state_->guessed = std::move(log_x);
}
const std::vector<double>& MultilevelSolver::masses() const {
  return state_->masses;
}

std::int64_t MultilevelSolver::cycles() const {
  return state_->cycles;
}
double MultilevelSolver::products() const {
  return state_->hierarchy.products;
}
double MultilevelSolver::certificate() const {
  return state_->certificate;
}
double MultilevelSolver::seconds() const {
  return state_->seconds;
}
std::int64_t MultilevelSolver::memory_bytes() const {
  return state_->peak;
}
const std::vector<double>& MultilevelSolver::changes() const {
  return state_->changes;
}

} // namespace escapade
