#include "solve/gth/gth.hpp"

#include "escapade/error.hpp"
#include "solve/gth/factors.hpp"
#include "solve/gth/wide.hpp"
#include "support/log_stage.hpp"
#include "support/memory.hpp"

#include <algorithm>
#include <cfenv>
#include <cmath>
#include <limits>
#include <numbers>
#include <omp.h>
#include <string>
#include <utility>

namespace escapade {
namespace {

using gth::Wide;

constexpr long double infinity = std::numeric_limits<long double>::infinity();

/// Nats that a number type spans below 1, less a reserve for the sums an underflow may enter.
constexpr long double double_span = 660, long_double_span = 11300;

std::int64_t entry_bytes(Precision precision) {
  return precision == Precision::double_precision ? sizeof(double) : 16;
}

const char* name(Precision precision) {
  return precision == Precision::double_precision ? "double"
         : precision == Precision::long_double    ? "long double"
                                                  : "an extended exponent";
}

std::string with_mebibytes(std::int64_t bytes) {
  return std::to_string(bytes) + " bytes (" + std::to_string(bytes >> 20) + " MiB)";
}

/// Factors in the one number type in use; the other pointers are null.
struct Held {
  std::unique_ptr<gth::Factors<double, long double>> in_double;
  std::unique_ptr<gth::Factors<long double, long double>> in_long_double;
  std::unique_ptr<gth::Factors<Wide, Wide>> in_wide;
};

template<class Function>
auto with(const Held& held, Function f) {
  if (held.in_wide)
    return f(*held.in_wide);
  if (held.in_long_double)
    return f(*held.in_long_double);
  if (!held.in_double)
    throw NotTrusted("the factors were given up for wider ones that could not be made");
  return f(*held.in_double);
}

/// A solution for rates divided by 2^exponent, and whether its vector lost numbers on the way.
struct Answer {
  LogVector log_x;
  bool underflow = false;
};

/// Runs `compute` (a vector of some number type) and takes logarithms.
template<class Compute>
Answer watched(Compute compute) {
  Answer answer;
  std::feclearexcept(FE_UNDERFLOW);
  const auto x = compute();
  answer.underflow = std::fetestexcept(FE_UNDERFLOW);
  answer.log_x.reserve(x.size());
  for (const auto& entry : x)
    answer.log_x.push_back(gth::to_log(entry));
  return answer;
}

/// By position in the elimination: M x = f, or Mᵀ x = f.
Answer solve_once(const Held& held, const LogVector& log_f, bool transposed) {
  const long double scale = *std::max_element(log_f.begin(), log_f.end());
  if (scale == -infinity)
    return {log_f, false};
  Answer answer = with(held, [&]<class F, class V>(const gth::Factors<F, V>& factors) {
    return watched([&] {
      std::vector<V> x(log_f.size());
      for (std::size_t k = 0; k < x.size(); ++k)
        x[k] = gth::from_log<V>(log_f[k] - scale);
      factors.solve(x, transposed);
      return x;
    });
  });
  for (long double& entry : answer.log_x)
    entry += scale;
  return answer;
}

/// Nats between the largest and the smallest entry; infinite where an entry is 0.
long double span(const LogVector& log_x) {
  const auto [least, most] = std::minmax_element(log_x.begin(), log_x.end());
  return *most - *least;
}

bool finite(const LogVector& log_x) {
  return std::none_of(log_x.begin(), log_x.end(),
                      [](long double l) { return std::isnan(l) || l == infinity; });
}

} // namespace

struct GthSolver::Impl {
  gth::FrontTree tree;
  gth::FrontRates rates;
  gth::Schedule schedule;
  gth::EntryCount count;
  Held held;
  bool exit = false;
  bool may_widen = true;
  int threads = 1;
  std::int64_t limit = 0;
  Precision precision = Precision::double_precision;
  std::string notice;
  double seconds = 0;

  Impl(const Generator& generator, const GthOptions& options);
  void factorise(Precision wanted);
  void widen(Precision wanted, const std::string& why);
  std::int64_t bytes(Precision p) const;

  LogVector solve(const LogVector& log_f, bool transposed);
  LogVector stationary();
  template<class Attempt, class Feels>
  LogVector trusted(Attempt attempt, Feels feels);
  LogVector by_position(const LogVector& by_cell) const;
  LogVector by_cell(const LogVector& by_position, long double shift) const;
};

GthSolver::Impl::Impl(const Generator& generator, const GthOptions& options)
    : may_widen(options.precision != Precision::double_precision),
      threads(options.threads > 0 ? options.threads : omp_get_max_threads()),
      limit(options.memory_limit > 0 ? options.memory_limit : available_memory()) {
  const Timer timer(seconds);
  gth::check_rates(generator);
  {
    const gth::Incoming into = gth::incoming(generator);
    exit = gth::has_exit(generator, into);
    tree = gth::front_tree(generator, into, elimination_order(generator, options.lattice));
  }
  rates = gth::front_rates(generator, tree);
  schedule = gth::schedule(tree, threads);
  count = gth::entries(tree, schedule, threads);
  factorise(options.precision == Precision::automatic ? Precision::double_precision
                                                      : options.precision);
}

std::int64_t GthSolver::Impl::bytes(Precision p) const {
  const std::size_t indices = 4 * tree.row.size() + 16 * rates.rates.size() +
                              (8 + 8) * tree.cell.size() + 60 * tree.parent.size();
  return count.peak * entry_bytes(p) + static_cast<std::int64_t>(indices);
}

void GthSolver::Impl::factorise(Precision wanted) {
  held = {}; // the old factors make room
  if (bytes(wanted) > limit)
    throw BadInput("factors of " + std::to_string(tree.cell.size()) + " cells in " + name(wanted) +
                   " need " + with_mebibytes(bytes(wanted)) + ", available are " +
                   with_mebibytes(limit) + ": use fewer cells");
  precision = wanted;
  if (wanted == Precision::extended)
    held.in_wide = std::make_unique<gth::Factors<Wide, Wide>>(tree, rates, schedule, threads);
  else if (wanted == Precision::long_double)
    held.in_long_double =
        std::make_unique<gth::Factors<long double, long double>>(tree, rates, schedule, threads);
  else
    held.in_double =
        std::make_unique<gth::Factors<double, long double>>(tree, rates, schedule, threads);
}

void GthSolver::Impl::widen(Precision wanted, const std::string& why) {
  if (!may_widen)
    throw NotTrusted("the range of double is too small (" + why + "): use extended precision");
  notice = "range needs " + std::string(name(wanted)) + ": " + why;
  factorise(wanted);
}

/// Repeats `attempt` in wider numbers until no number was lost that the answer feels. `feels` gives
/// the nats below 1 at which a lost rate would show in an answer.
template<class Attempt, class Feels>
LogVector GthSolver::Impl::trusted(Attempt attempt, Feels feels) {
  const Timer timer(seconds);
  while (true) {
    const bool is_double = precision == Precision::double_precision;
    const auto [lost, closed] = with(
        held, [](const auto& factors) { return std::pair(factors.underflow(), factors.closed()); });
    if (closed > (exit ? 0 : 1)) {
      if (precision == Precision::extended)
        throw NotTrusted("the elimination met " + std::to_string(closed) +
                         " cells without a rate out, which the graph of the rates excludes");
      widen(is_double ? Precision::long_double : Precision::extended,
            "a rate out of a cell vanished");
      continue;
    }
    Answer answer = attempt();
    if (precision == Precision::extended)
      return answer.log_x;
    const bool overflow = !finite(answer.log_x);
    const long double need = lost && !overflow ? feels(answer.log_x) : 0;
    const long double vector_need = answer.underflow && !overflow ? span(answer.log_x) : 0;
    if (!overflow && need <= (is_double ? double_span : long_double_span) &&
        vector_need <= long_double_span)
      return answer.log_x;
    const bool beyond = overflow || vector_need > long_double_span || !is_double ||
                        (need > long_double_span && need < infinity);
    const long double nats = std::max(need, vector_need);
    widen(beyond ? Precision::extended : Precision::long_double,
          overflow || nats == infinity
              ? "a result over- or underflowed"
              : "results span " + std::to_string(static_cast<long long>(nats)) + " nats");
  }
}

LogVector GthSolver::Impl::by_position(const LogVector& by_cell) const {
  LogVector sorted(by_cell.size());
  for (std::size_t k = 0; k < sorted.size(); ++k)
    sorted[k] = by_cell[tree.cell[k]];
  return sorted;
}

LogVector GthSolver::Impl::by_cell(const LogVector& by_position, long double shift) const {
  LogVector sorted(by_position.size());
  for (std::size_t k = 0; k < sorted.size(); ++k)
    sorted[tree.cell[k]] = by_position[k] + shift;
  return sorted;
}

LogVector GthSolver::Impl::solve(const LogVector& log_f, bool transposed) {
  if (!exit)
    throw BadInput("the chain has no exit: mean time is infinite");
  if (log_f.size() != tree.cell.size())
    throw BadInput("the right-hand side has " + std::to_string(log_f.size()) +
                   " entries, the chain " + std::to_string(tree.cell.size()) + " cells");
  if (!finite(log_f))
    throw BadInput("the right-hand side is not finite");
  const LogVector f = by_position(log_f);
  const auto feels = [&](const LogVector& log_x) -> long double {
    const LogVector log_time = solve_once(held, LogVector(f.size(), 0), false).log_x;
    if (transposed)
      return std::max(span(log_x), *std::max_element(log_time.begin(), log_time.end()));
    // |δx| ≤ δ max x · τ entrywise.
    long double most = -infinity, ratio = -infinity;
    for (std::size_t k = 0; k < log_x.size(); ++k) {
      most = std::max(most, log_x[k]);
      ratio = std::max(ratio, log_time[k] - log_x[k]);
    }
    return most + ratio;
  };
  const LogVector x = trusted([&] { return solve_once(held, f, transposed); }, feels);
  return by_cell(x, -rates.exponent * std::numbers::ln2_v<long double>);
}

LogVector GthSolver::Impl::stationary() {
  if (exit)
    throw BadInput("the chain has an exit: it has no stationary density");
  LogVector x = trusted(
      [&] {
        return with(held, [](const auto& factors) {
          return watched([&] { return factors.stationary(); });
        });
      },
      span);
  const long double most = *std::max_element(x.begin(), x.end());
  long double sum = 0;
  for (const long double l : x)
    sum += std::exp(l - most);
  return by_cell(x, -most - std::log(sum));
}

GthSolver::GthSolver(const Generator& generator, const GthOptions& options)
    : impl_(std::make_unique<Impl>(generator, options)) {}
GthSolver::GthSolver(GthSolver&&) noexcept = default;
GthSolver& GthSolver::operator=(GthSolver&&) noexcept = default;
GthSolver::~GthSolver() = default;

LogVector GthSolver::backward(const LogVector& log_f) {
  return impl_->solve(log_f, false);
}
LogVector GthSolver::forward(const LogVector& log_f) {
  return impl_->solve(log_f, true);
}
LogVector GthSolver::stationary() {
  return impl_->stationary();
}

Precision GthSolver::precision() const {
  return impl_->precision;
}
std::int64_t GthSolver::memory_bytes() const {
  return impl_->bytes(impl_->precision);
}
double GthSolver::seconds() const {
  return impl_->seconds;
}
std::string GthSolver::notice() const {
  return impl_->notice;
}

double GthSolver::flops() const {
  double sum = 0;
  for (std::int64_t k = 0; k < impl_->tree.fronts(); ++k)
    sum += gth::front_flops(impl_->tree, k);
  return sum;
}

} // namespace escapade
