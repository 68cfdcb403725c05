#include "solve/multilevel/multilevel.hpp"

#include "escapade/error.hpp"
#include "generator/distribute.hpp"
#include "support/log_stage.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

namespace escapade {

namespace {

using multilevel::Level;
using multilevel::Pattern;

constexpr double infinity = std::numeric_limits<double>::infinity();

/// w(x→y), 0 where there is none; x counted from the rank's first row.
double rate(const Generator& rows, std::int64_t x, std::int64_t y) {
  const std::int64_t entry = find_entry(rows, x, y);
  return entry < 0 ? 0.0 : rows.rate[entry];
}

void check_options(const MultilevelOptions& options) {
  if (!options.lattice)
    throw BadInput("the solver multilevel: needs cells on a lattice: use gth or krylov");
  require_tolerance(options.tolerance);
}

Pattern pattern_of_all(const Generator& rows, const MultilevelOptions& options) {
  check_options(options);
  return multilevel::finest_pattern(rows, *options.lattice);
}

} // namespace

MultilevelSolver::MultilevelSolver(std::shared_ptr<const Generator> rows, Pattern pattern,
                                   const MultilevelOptions& options)
    : rows_(std::move(rows)), tolerance_(options.tolerance), most_cycles_(options.cycles),
      hierarchy_(*rows_, std::move(pattern)), killed_(has_killing(halo(), *rows_)) {}

void MultilevelSolver::note_memory() {
  // Besides what is kept: the cycle's last answer, and what is mixed.
  std::int64_t bytes = hierarchy_.memory_bytes() + 8 * pattern().size() + progress_.mixing_bytes;
  bytes += static_cast<std::int64_t>(masses_.capacity() * sizeof(double) +
                                     killing_.capacity() * sizeof(multilevel::Killing));
  peak_ = std::max(peak_, bytes);
}

/// w(j→i) for each edge of the finest pattern.
std::vector<double> MultilevelSolver::incoming_rates() const {
  const Pattern& p = pattern();
  std::vector<double> out(p.edges());
  for (std::int32_t i = p.first; i < p.last; ++i)
    for (std::int64_t e = p.row_start[i]; e < p.row_start[i + 1]; ++e) {
      const std::int32_t j = p.from(i, e);
      // Cells are held in the order of the numbering of all, which is cyclic here.
      const auto number = [&](std::int32_t c) {
        return (rows_->first + c - p.first + rows_->size) % rows_->size;
      };
      out[e] =
          p.owns(j) ? rate(*rows_, j - p.first, number(i)) : rate(*rows_, i - p.first, number(j));
    }
  // Those from the halo are known to its owners.
  const auto across = p.halo.opposite(out);
  for (std::size_t b = 0; b < across.size(); ++b)
    for (std::size_t k = 0; k < across[b].size(); ++k)
      out[p.halo.borders[b].edges[k].edge] = across[b][k];
  return out;
}

/// log x of the finest level's problem.
LogVector MultilevelSolver::converge(const std::string& what, bool from_guess) {
  multilevel::converge(hierarchy_, what, tolerance_, most_cycles_, from_guess, progress_);
  note_memory();
  const Level& level = hierarchy_.levels[0];
  const std::int32_t first = pattern().first;
  LogVector x(pattern().last - first);
  for (std::size_t i = 0; i < x.size(); ++i)
    x[i] = static_cast<long double>(level.phi[first + i]) + std::log(level.u[first + i]);
  return x;
}

/// Masses of the chain without its killing, from the guess; none where nothing comes of it.
std::optional<LogVector> MultilevelSolver::from_guess() {
  std::vector<double> guess = std::move(guessed_masses_);
  guessed_masses_ = {};
  const Pattern& p = pattern();
  if (!halo().all(static_cast<std::int64_t>(guess.size()) == p.last - p.first))
    return std::nullopt;
  guess.insert(guess.begin(), p.first, 0.0);
  guess.resize(p.size(), 0.0);
  halo().fill(guess);
  std::vector<double> incoming = incoming_rates();
  if (!hierarchy_.start_from(incoming, guess))
    return std::nullopt;
  try {
    return converge("the stationary density", true);
  } catch (const NotTrusted&) {
    return std::nullopt;
  }
}

LogVector MultilevelSolver::closed_chain() {
  std::optional<LogVector> x;
  if (rows_) { // else the finest level still holds the chain
    killing_ = multilevel::sparse(rows_->killing);
    for (multilevel::Killing& k : killing_)
      k.cell += pattern().first;
    x = from_guess();
    if (!x)
      hierarchy_.start(incoming_rates());
    rows_.reset(); // a quarter of all memory
    note_memory();
  }
  if (!x)
    x = converge("the stationary density");
  const auto top = static_cast<long double>(
      halo().max(static_cast<double>(*std::max_element(x->begin(), x->end()))));
  long double sum = 0;
  for (const long double value : *x)
    sum += exp_in_double(value - top);
  const long double total = top + std::log(halo().sum(sum));
  for (long double& value : *x)
    value -= total;
  return std::move(*x);
}

/// u of a guess of log x; false, and u = 1, where there is none that can be used.
bool MultilevelSolver::start_from(const std::vector<double>& guess, double top, bool backward) {
  Level& level = hierarchy_.levels[0];
  const std::int32_t first = pattern().first;
  const auto log_u = [&](std::size_t i) {
    return guess[i] - (backward ? top : masses_[first + i]);
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
LogVector MultilevelSolver::with_source(const LogVector& log_f, bool backward) {
  Level& level = hierarchy_.levels[0];
  const Pattern& p = pattern();
  const std::int64_t own = p.last - p.first;
  std::vector<double> guess = std::exchange(guessed_, {});
  if (!halo().all(static_cast<std::int64_t>(log_f.size()) == own))
    throw BadInput("a right side of " + std::to_string(log_f.size()) + " entries for " +
                   std::to_string(own) + " cells");
  if (masses_.empty()) {
    const LogVector x = closed_chain();
    masses_.assign(p.size(), 0.0);
    std::copy(x.begin(), x.end(), masses_.begin() + p.first);
    halo().fill(masses_);
    level.k = std::move(killing_);
    killing_ = {};
  }
  // The rates are kept in the level alone.
  if (!halo().all(!level.lost))
    throw NotTrusted("the solver multilevel: rates left the range of double: use the solver gth");
  multilevel::make_plain(level, reversed_ ? masses_ : std::vector<double>{});
  if (!reversed_)
    multilevel::turn_round(p, level.v); // w(i→j) in row i
  level.phi = masses_;
  level.d = multilevel::dense(level.k, p.size());
  level.u.assign(p.size(), 1.0);
  multilevel::add_rows(p, level.v, level.d);
  // In this gauge the rates of the reversed chain are the chain's own, the other way round.
  if (!backward)
    multilevel::turn_round(p, level.v);
  for (std::int32_t i = p.first; i < p.last; ++i)
    for (std::int64_t e = p.row_start[i]; e < p.row_start[i + 1]; ++e)
      multilevel::scale(
          level.v[e], (backward ? 1.0 : std::exp(masses_[p.from(i, e)] - masses_[i])) / level.d[i],
          level.lost);
  reversed_ = backward;
  const auto top = static_cast<long double>(
      halo().max(static_cast<double>(*std::max_element(log_f.begin(), log_f.end()))));
  if (top == -infinity)
    return log_f;
  level.s.assign(p.size(), 0.0);
  for (std::int32_t i = p.first; i < p.last; ++i)
    level.s[i] = static_cast<double>(std::exp(log_f[i - p.first] - (backward ? top : masses_[i]))) /
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
      x[i] += top - masses_[p.first + i];
  return x;
}

MultilevelSolver::MultilevelSolver(std::shared_ptr<const Generator> generator,
                                   const MultilevelOptions& options)
    : MultilevelSolver(generator, pattern_of_all(*generator, options), options) {}

std::optional<MultilevelSolver> MultilevelSolver::spread(MPI_Comm comm,
                                                         std::shared_ptr<const Generator> rows,
                                                         const MultilevelOptions& options) {
  check_options(options);
  std::optional<Pattern> pattern = multilevel::spread_pattern(comm, *rows, *options.lattice);
  if (!pattern)
    return std::nullopt;
  return MultilevelSolver(std::move(rows), std::move(*pattern), options);
}

LogVector MultilevelSolver::backward(const LogVector& log_f) {
  const Timer timer(seconds_);
  require_exit(killed_, "exit times are infinite");
  return with_source(log_f, true);
}

LogVector MultilevelSolver::forward(const LogVector& log_f) {
  const Timer timer(seconds_);
  require_exit(killed_, "visits are infinite in number");
  return with_source(log_f, false);
}

LogVector MultilevelSolver::stationary() {
  const Timer timer(seconds_);
  require_no_exit(killed_);
  return closed_chain();
}

std::vector<double> MultilevelSolver::masses() const {
  const Pattern& p = pattern();
  return masses_.empty() ? masses_
                         : std::vector<double>(masses_.begin() + p.first, masses_.begin() + p.last);
}

SolverReport MultilevelSolver::report() const {
  SolverReport report;
  report.kind = "multilevel";
  report.precision = "double";
  report.iterations = static_cast<std::int64_t>(halo().max(static_cast<double>(progress_.cycles)));
  report.certificate = halo().max(progress_.certificate);
  report.products = halo().sum(hierarchy_.work());
  report.seconds = seconds_;
  report.memory_bytes = halo().sum(peak_);
  return report;
}

} // namespace escapade
