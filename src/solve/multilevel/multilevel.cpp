#include "solve/multilevel/multilevel.hpp"

#include "solve/multilevel/coarsen/rates.hpp"
#include "solve/multilevel/convergence.hpp"
#include "solve/multilevel/cycle.hpp"

#include "escapade/error.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

namespace escapade {

namespace {

using multilevel::Halo;
using multilevel::Hierarchy;
using multilevel::Level;
using multilevel::Pattern;

constexpr double infinity = std::numeric_limits<double>::infinity();

bool has_killing(const Generator& rows) {
  return std::any_of(rows.killing.begin(), rows.killing.end(), [](double k) { return k > 0; });
}

/// w(x→y), 0 where there is none; x counted from the rank's first row.
double rate(const Generator& rows, std::int64_t x, std::int64_t y) {
  const std::int64_t entry = find_entry(rows, x, y);
  return entry < 0 ? 0.0 : rows.rate[entry];
}

} // namespace

struct MultilevelSolver::State {
  std::shared_ptr<const Generator> rows; // until the masses are known
  MultilevelOptions options;
  Hierarchy hierarchy;
  bool killed;
  std::vector<multilevel::Killing> killing; // with exits, until the masses are known
  bool reversed = false;      // the finest level holds the reversed chain, in the gauge `masses`
  std::vector<double> masses; // φ = log π of the chain without its killing, once it is known; held
  std::vector<double> guessed_masses, guessed; // of own cells; none: empty
  multilevel::Progress progress;
  std::int64_t peak = 0;
  double seconds = 0;

  State(std::shared_ptr<const Generator> r, Pattern pattern, const MultilevelOptions& o)
      : rows(std::move(r)), options(o), hierarchy(*rows, std::move(pattern)),
        killed(!halo().all(!has_killing(*rows))) {
    options.lattice = nullptr;
  }

  const Pattern& pattern() const { return hierarchy.patterns[0]; }
  const Halo& halo() const { return pattern().halo; }

  void note_memory() {
    // Besides what is kept: the cycle's last answer, and what is mixed.
    std::int64_t bytes = hierarchy.memory_bytes() + 8 * pattern().size() + progress.mixing_bytes;
    bytes += static_cast<std::int64_t>(masses.capacity() * sizeof(double) +
                                       killing.capacity() * sizeof(multilevel::Killing));
    peak = std::max(peak, bytes);
  }

  /// w(j→i) for each edge of the finest pattern.
  std::vector<double> incoming_rates() const {
    const Pattern& p = pattern();
    std::vector<double> out(p.edges());
    for (std::int32_t i = p.first; i < p.last; ++i)
      for (std::int64_t e = p.row_start[i]; e < p.row_start[i + 1]; ++e) {
        const std::int32_t j = p.from(i, e);
        // Cells are held in the order of the numbering of all, which is cyclic here.
        const auto number = [&](std::int32_t c) {
          return (rows->first + c - p.first + rows->size) % rows->size;
        };
        out[e] =
            p.owns(j) ? rate(*rows, j - p.first, number(i)) : rate(*rows, i - p.first, number(j));
      }
    // Those from the halo are known to its owners.
    const auto across = p.halo.opposite(out);
    for (std::size_t b = 0; b < across.size(); ++b)
      for (std::size_t k = 0; k < across[b].size(); ++k)
        out[p.halo.borders[b].edges[k].edge] = across[b][k];
    return out;
  }

  /// log x of the finest level's problem.
  LogVector converge(const std::string& what, bool from_guess = false) {
    multilevel::converge(hierarchy, what, options.tolerance, options.cycles, from_guess, progress);
    note_memory();
    const Level& level = hierarchy.levels[0];
    const std::int32_t first = pattern().first;
    LogVector x(pattern().last - first);
    for (std::size_t i = 0; i < x.size(); ++i)
      x[i] = level.phi[first + i] + std::log(static_cast<long double>(level.u[first + i]));
    return x;
  }

  /// Masses of the chain without its killing, from the guess; none where nothing comes of it.
  std::optional<LogVector> from_guess() {
    std::vector<double> guess = std::move(guessed_masses);
    guessed_masses = {};
    const Pattern& p = pattern();
    if (!halo().all(static_cast<std::int64_t>(guess.size()) == p.last - p.first))
      return std::nullopt;
    guess.insert(guess.begin(), p.first, 0.0);
    guess.resize(p.size(), 0.0);
    halo().fill(guess);
    std::vector<double> incoming = incoming_rates();
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
      killing = multilevel::sparse(rows->killing);
      for (multilevel::Killing& k : killing)
        k.cell += pattern().first;
      x = from_guess();
      if (!x)
        hierarchy.start(incoming_rates());
      rows.reset(); // a quarter of all memory
      note_memory();
    }
    if (!x)
      x = converge("the stationary density");
    const auto top = static_cast<long double>(
        halo().max(static_cast<double>(*std::max_element(x->begin(), x->end()))));
    long double sum = 0;
    for (const long double value : *x)
      sum += std::exp(value - top);
    const long double total = top + std::log(halo().sum(sum));
    for (long double& value : *x)
      value -= total;
    return std::move(*x);
  }

  /// u of a guess of log x; false, and u = 1, where there is none that can be used.
  bool start_from(const std::vector<double>& guess, double top, bool backward) {
    Level& level = hierarchy.levels[0];
    const std::int32_t first = pattern().first;
    const auto log_u = [&](std::size_t i) {
      return guess[i] - (backward ? top : masses[first + i]);
    };
    bool good = static_cast<std::int64_t>(guess.size()) == pattern().last - first;
    for (std::size_t i = 0; i < guess.size() && good; ++i)
      good = std::abs(log_u(i)) < 600;
    if (!halo().all(good))
      return false;
    for (std::size_t i = 0; i < guess.size(); ++i)
      level.u[first + i] = std::exp(log_u(i));
    return true;
  }

  /// Σ_j v_ji u_j + s_i = d_i u_i with x = e^φ u, φ the masses of the closed chain.
  LogVector with_source(const LogVector& log_f, bool backward) {
    Level& level = hierarchy.levels[0];
    const Pattern& p = pattern();
    const std::int64_t own = p.last - p.first;
    std::vector<double> guess = std::exchange(guessed, {});
    if (!halo().all(static_cast<std::int64_t>(log_f.size()) == own))
      throw BadInput("a right side of " + std::to_string(log_f.size()) + " entries for " +
                     std::to_string(own) + " cells");
    if (masses.empty()) {
      const LogVector x = closed_chain();
      masses.assign(p.size(), 0.0);
      std::copy(x.begin(), x.end(), masses.begin() + p.first);
      halo().fill(masses);
      level.k = std::move(killing);
      killing = {};
    }
    // The rates are kept in the level alone.
    if (!halo().all(!level.lost))
      throw NotTrusted("the solver multilevel: rates left the range of double: use the solver gth");
    multilevel::make_plain(level, reversed ? masses : std::vector<double>{});
    if (!reversed)
      multilevel::turn_round(p, level.v); // w(i→j) in row i
    level.phi = masses;
    level.d = multilevel::dense(level.k, p.size());
    level.u.assign(p.size(), 1.0);
    multilevel::add_rows(p, level.v, level.d);
    // In this gauge the rates of the reversed chain are the chain's own, the other way round.
    if (!backward)
      multilevel::turn_round(p, level.v);
    for (std::int32_t i = p.first; i < p.last; ++i)
      for (std::int64_t e = p.row_start[i]; e < p.row_start[i + 1]; ++e)
        multilevel::scale(
            level.v[e], (backward ? 1.0 : std::exp(masses[p.from(i, e)] - masses[i])) / level.d[i],
            level.lost);
    reversed = backward;
    const auto top = static_cast<long double>(
        halo().max(static_cast<double>(*std::max_element(log_f.begin(), log_f.end()))));
    if (top == -infinity)
      return log_f;
    level.s.assign(p.size(), 0.0);
    for (std::int32_t i = p.first; i < p.last; ++i)
      level.s[i] =
          static_cast<double>(std::exp(log_f[i - p.first] - (backward ? top : masses[i]))) /
          level.d[i];
    const bool begun = start_from(guess, backward ? static_cast<double>(top) : 0.0, backward);
    guess = {};
    LogVector x;
    try {
      x = converge(backward ? "the backward solution" : "the forward solution", begun);
    } catch (const NotTrusted&) {
      if (!begun)
        throw;
      return with_source(log_f, backward);
    }
    if (backward)
      for (std::int64_t i = 0; i < own; ++i)
        x[i] += top - masses[p.first + i];
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

namespace {

void check_options(const MultilevelOptions& options) {
  if (!options.lattice)
    throw BadInput("the solver multilevel: needs cells on a lattice: use gth or krylov");
  require_tolerance(options.tolerance);
}

} // namespace

MultilevelSolver::MultilevelSolver(std::unique_ptr<State> state) : state_(std::move(state)) {}

MultilevelSolver::MultilevelSolver(std::shared_ptr<const Generator> generator,
                                   const MultilevelOptions& options) {
  check_options(options);
  Pattern pattern = multilevel::finest_pattern(*generator, *options.lattice);
  state_ = std::make_unique<State>(std::move(generator), std::move(pattern), options);
}

std::optional<MultilevelSolver> MultilevelSolver::spread(MPI_Comm comm,
                                                         std::shared_ptr<const Generator> rows,
                                                         const MultilevelOptions& options) {
  check_options(options);
  std::optional<Pattern> pattern = multilevel::spread_pattern(comm, *rows, *options.lattice);
  if (!pattern)
    return std::nullopt;
  return MultilevelSolver(std::make_unique<State>(std::move(rows), std::move(*pattern), options));
}

MultilevelSolver::MultilevelSolver(MultilevelSolver&&) noexcept = default;
MultilevelSolver& MultilevelSolver::operator=(MultilevelSolver&&) noexcept = default;
MultilevelSolver::~MultilevelSolver() = default;

LogVector MultilevelSolver::backward(const LogVector& log_f) {
  return state_->booked([&] {
    require_exit(state_->killed, "exit times are infinite");
    return state_->with_source(log_f, true);
  });
}

LogVector MultilevelSolver::forward(const LogVector& log_f) {
  return state_->booked([&] {
    require_exit(state_->killed, "visits are infinite in number");
    return state_->with_source(log_f, false);
  });
}

LogVector MultilevelSolver::stationary() {
  return state_->booked([&] {
    require_no_exit(state_->killed);
    return state_->closed_chain();
  });
}

void MultilevelSolver::guess_masses(std::vector<double> log_masses) {
  state_->guessed_masses = std::move(log_masses);
}
void MultilevelSolver::guess(std::vector<double> log_x) {
  state_->guessed = std::move(log_x);
}
std::vector<double> MultilevelSolver::masses() const {
  const std::vector<double>& held = state_->masses;
  const Pattern& p = state_->pattern();
  return held.empty() ? held : std::vector<double>(held.begin() + p.first, held.begin() + p.last);
}

SolverReport MultilevelSolver::report() const {
  const Halo& halo = state_->halo();
  SolverReport report;
  report.kind = "multilevel";
  report.precision = "double";
  report.iterations = static_cast<std::int64_t>(halo.max(static_cast<double>(cycles())));
  report.certificate = halo.max(certificate());
  report.products = halo.sum(products());
  report.seconds = seconds();
  report.memory_bytes = halo.sum(memory_bytes());
  return report;
}

std::int64_t MultilevelSolver::cycles() const {
  return state_->progress.cycles;
}
double MultilevelSolver::products() const {
  return state_->hierarchy.work();
}
double MultilevelSolver::certificate() const {
  return state_->progress.certificate;
}
double MultilevelSolver::seconds() const {
  return state_->seconds;
}
std::int64_t MultilevelSolver::memory_bytes() const {
  return state_->peak;
}
const std::vector<double>& MultilevelSolver::changes() const {
  return state_->progress.changes;
}

} // namespace escapade
