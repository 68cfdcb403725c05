#include "quantities/timed/timed_evolution.hpp"

#include "escapade/error.hpp"
#include "parallel/ranks.hpp"
#include "support/exact.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

namespace escapade {

namespace {

constexpr int most_halvings = 12;

/// wA + vB; nothing where a rate would be negative or the edges differ.
std::optional<Generator> mixed(const Generator& A, double w, const Generator& B, double v) {
  if (A.column != B.column || A.row_start != B.row_start ||
      A.part_killing.size() != B.part_killing.size())
    return std::nullopt;
  Generator out = A;
  bool positive = true;
  const auto mix = [&](double a, double b) {
    const double sum = w * a + v * b;
    positive = positive && sum >= 0;
    return sum;
  };
  for (std::size_t k = 0; k < A.rate.size(); ++k)
    out.rate[k] = mix(A.rate[k], B.rate[k]);
  for (std::size_t k = 0; k < A.killing.size(); ++k)
    out.killing[k] = mix(A.killing[k], B.killing[k]);
  for (std::size_t k = 0; k < A.part_killing.size(); ++k) {
    const PartKilling &a = A.part_killing[k], &b = B.part_killing[k];
    positive = positive && a.row == b.row && a.part == b.part;
    out.part_killing[k].rate = mix(a.rate, b.rate);
  }
  return positive ? std::optional(std::move(out)) : std::nullopt;
}

void add(EvolveWork& all, const EvolveWork& more) {
  all.solves += more.solves;
  all.factorisations += more.factorisations;
  all.steps += more.steps;
  all.rejected += more.rejected;
  all.mat_vecs += more.mat_vecs;
}

} // namespace

TimedSteps::TimedSteps(MPI_Comm comm, GeneratorAt generator, std::size_t parts, double span,
                       Evolution::Options options)
    : comm_(comm), generator_(std::move(generator)), parts_(parts), span_(span),
      options_(std::move(options)) {}

void TimedSteps::take(ChainState& state, const Generator& rows, double dt) {
  Evolution step(comm_, rows, parts_, span_, options_);
  step.advance(state, dt, [] { return false; });
  add(work_, step.work());
  integrator_ = step.integrator();
  rate_ = std::max(rate_, step.rate());
}

bool TimedSteps::advance(ChainState& state, double to, std::int64_t steps,
                         const std::function<bool()>& stop) {
  const double root = std::sqrt(3.0) / 3;
  const double begin = state.time, h = (to - begin) / static_cast<double>(steps);
  for (std::int64_t k = 0; k < steps; ++k) {
    const double middle = begin + (static_cast<double>(k) + 0.5) * h;
    const Generator early = generator_(middle - 0.5 * root * h),
                    late = generator_(middle + 0.5 * root * h);
    const auto first = mixed(early, 0.5 + root, late, 0.5 - root),
               second = mixed(early, 0.5 - root, late, 0.5 + root);
    if (Ranks(comm_).all(first && second)) {
      take(state, *first, h / 2);
      take(state, *second, h / 2);
    } else {
      take(state, generator_(middle), h);
    }
    state.time = k + 1 == steps ? to : begin + static_cast<double>(k + 1) * h;
    if (k + 1 < steps && stop())
      return false;
  }
  return true;
}

TimedPlan::TimedPlan(MPI_Comm comm, TimedSteps steps, ChainState begin, double tolerance)
    : comm_(comm), way_(std::move(steps)), long_(begin), short_(std::move(begin)),
      tolerance_(tolerance) {}

/// Σ|a − b| relative to Σ of a, what has left included.
double TimedPlan::difference(const ChainState& a, const ChainState& b) const {
  long double sum = 0;
  for (std::size_t i = 0; i < a.log_mass.size(); ++i)
    sum += std::abs(std::exp(a.log_mass[i]) - std::exp(b.log_mass[i]));
  sum = Ranks(comm_).sum(sum);
  for (std::size_t k = 0; k < a.exited.size(); ++k)
    sum += std::abs(a.exited[k] - b.exited[k]);
  return static_cast<double>(sum / std::exp(log_total(comm_, a.log_mass)));
}

bool TimedPlan::advance(double to, std::int64_t steps, const std::function<bool()>& stop) {
  const double before = difference(short_, long_);
  ChainState coarse = long_;
  if (!way_.advance(coarse, to, steps, stop))
    return false;
  for (int halvings = 0; halvings <= most_halvings; ++halvings, steps *= 2) {
    ChainState fine = short_;
    if (!way_.advance(fine, to, 2 * steps, stop))
      return false;
    // what came from before is not for these steps to mend
    const double apart = difference(fine, coarse);
    if (apart <= tolerance_ || apart <= 1.01 * before) {
      factor_ = 2 * apart <= tolerance_ ? 2 : 1;
      error_ = factor_ * apart;
      steps_ = factor_ == 2 ? steps : 2 * steps;
      long_ = std::move(coarse), short_ = std::move(fine);
      return true;
    }
    coarse = std::move(fine);
  }
  throw NotTrusted("the coefficients change so fast in time that " + std::to_string(steps) +
                   " steps from t = " + rounded(long_.time, 4) + " to " + rounded(to, 4) +
                   " do not follow them; take more frames, or a larger tolerance in time");
}

} // namespace escapade
