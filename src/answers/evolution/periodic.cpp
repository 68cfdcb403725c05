#include "answers/check.hpp"
#include "answers/evolution/swing.hpp"
#include "answers/grids/over_grids.hpp"
#include "escapade/answers/exits.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>

namespace escapade {

namespace {

using SwingLevels = std::vector<Level<Swing>>;

Number with_more_error(Number n, double more) {
  for (auto* e : {&n.error, &n.extrapolated_error})
    if (*e)
      **e += more;
  if (n.value && *n.value > 0)
    for (auto* e : {&n.log_error, &n.log_extrapolated_error})
      if (*e)
        **e += more / *n.value;
  return n;
}

/// Mean x, y and covariance xx, xy, yy of the moments that `which` picks.
template<class Which>
std::array<Number, 5> five(const SwingLevels& levels, const std::array<double, 5>& more,
                           const Which& which) {
  std::array<Number, 5> out;
  for (std::size_t c = 0; c < 5; ++c)
    out[c] = with_more_error(
        with_error(levels,
                   [&](const Swing& s) {
                     const Moments& m = which(s);
                     const Sym2& v = m.covariance;
                     const double all[] = {m.mean.x, m.mean.y, v.xx, v.xy, v.yy};
                     const double scale = std::max(v.xx, v.yy);
                     return Measured{all[c], false, c < 2 ? std::sqrt(scale) : scale};
                   }),
        more[c]);
  return out;
}

/// |2/N Σ_k m_k e^{−2πik/N}| of the values m_k at evenly spaced times.
template<class ValueAt>
double first_harmonic(std::size_t n, const ValueAt& m) {
  std::complex<double> sum = 0;
  const auto times = static_cast<double>(n);
  for (std::size_t k = 0; k < n; ++k)
    sum += std::polar(m(k), -2 * std::numbers::pi * static_cast<double>(k) / times);
  return 2 * std::abs(sum) / times;
}

/// By what the mean over a period changes where every second time is left out.
std::array<double, 5> off_between(const Swing& s) {
  const Moments &a = s.mean, &b = s.of_every_second;
  return {std::abs(a.mean.x - b.mean.x), std::abs(a.mean.y - b.mean.y),
          std::abs(a.covariance.xx - b.covariance.xx), std::abs(a.covariance.xy - b.covariance.xy),
          std::abs(a.covariance.yy - b.covariance.yy)};
}

/// Means of what flows, with the errors of their sums over the times and `relative` of the masses.
void fill_flows(const PeriodQuestion& q, const SwingLevels& levels, double relative,
                PeriodicAnswer& a) {
  const Swing& fine = levels.front().numbers;
  const Flows &all = fine.flows, &half = fine.flows_of_every_second;
  if (std::isfinite(all.entropy))
    a.entropy_production = with_more_error(
        with_error(levels, [](const Swing& s) { return Measured{s.flows.entropy}; }),
        std::abs(all.entropy - half.entropy) + relative * all.entropy);
  a.max_current = with_error(
      levels, [](const Swing& s) { return with_expansion({s.max_current}, Expansion::cut); });
  const std::array<bool, 2> along{q.grid.domain.periodic(0), q.grid.domain.periodic(1)};
  if (!along[0] && !along[1])
    return;
  a.mean_velocity.emplace();
  for (std::size_t c = 0; c < 2; ++c) {
    const auto of = [c](Vec2 v) { return c == 0 ? v.x : v.y; };
    (*a.mean_velocity)[c] = with_more_error(
        with_error(levels,
                   [&](const Swing& s) {
                     return Measured{of(s.flows.velocity), false, of(s.flows.gross)};
                   }),
        along[c] ? std::abs(of(all.velocity) - of(half.velocity)) : 0);
  }
}

/// `relative`: error of means by the steps in time, in standard deviations.
void fill_signal(const SwingLevels& levels, double relative, PeriodicAnswer& a) {
  const auto amplitude = [](const Swing& s) {
    return first_harmonic(s.observable.size(), [&](std::size_t k) { return s.observable[k]; });
  };
  const Swing& fine = levels.front().numbers;
  const double A = amplitude(fine), S = fine.background.power,
               off = relative * fine.observable_deviation,
               of_background = std::abs(fine.background.frozen - S) + fine.background.residual * S;
  SignalNumbers& out = a.signal.emplace();
  out.amplitude =
      with_more_error(with_error(levels,
                                 [&](const Swing& s) {
                                   return Measured{amplitude(s), false, s.observable_deviation};
                                 }),
                      off);
  out.background = with_more_error(
      with_error(levels, [](const Swing& s) { return Measured{s.background.power}; }),
      of_background);
  out.ratio = with_more_error(with_error(levels,
                                         [&](const Swing& s) {
                                           const double swing = amplitude(s);
                                           return Measured{std::numbers::pi * swing * swing /
                                                           s.background.power};
                                         }),
                              std::numbers::pi * A / S * (2 * off + A * of_background / S));
}

void fill_rates(const PeriodQuestion& q, const SwingLevels& levels, double of_mass,
                PeriodicAnswer& a) {
  const auto positive = [&](const auto& which, double relative) {
    Number number = with_error(levels, [&](const Swing& s) { return logarithm(which(s)); });
    return with_more_error(number, relative * number.value.value_or(0));
  };
  // a share of the masses that is off by so much leaves at another rate
  a.decay_rate = positive([](const Swing& s) { return s.log_rate; }, of_mass);
  a.mean_time = positive([](const Swing& s) { return s.log_time; }, of_mass);
  for (std::size_t k = 0; k < q.parts; ++k)
    a.probability.push_back(positive([k](const Swing& s) { return s.log_part[k]; }, of_mass));
}

void fill(const PeriodQuestion& q, const SwingLevels& levels, double extent, double error,
          PeriodicAnswer& a) {
  std::array<double, 5> largest{};
  double of_mass = error;
  const auto of_iteration = [&](std::size_t c) {
    return error * (c < 2 ? extent : extent * extent);
  };
  for (int k = 0; k < q.setup.times; ++k) {
    const auto index = static_cast<std::size_t>(k);
    std::array<double, 5> more = q.plan[index].moment_error;
    of_mass = std::max(of_mass, q.plan[index].error + error);
    for (std::size_t c = 0; c < 5; ++c) {
      more[c] += of_iteration(c);
      largest[c] = std::max(largest[c], more[c]);
    }
    const auto n =
        five(levels, more, [&](const Swing& s) -> const Moments& { return s.frames[index]; });
    a.frames.push_back({q.time(k), {n[0], n[1]}, {n[2], n[3], n[4]}});
  }
  const Sym2 v = levels.front().numbers.mean.covariance;
  const std::array<double, 2> deviation{std::sqrt(v.xx), std::sqrt(v.yy)};
  std::array<double, 5> of_mean = off_between(levels.front().numbers);
  for (std::size_t c = 0; c < 5; ++c)
    of_mean[c] += largest[c];
  const auto n = five(levels, of_mean, [](const Swing& s) -> const Moments& { return s.mean; });
  a.mean = {n[0], n[1]};
  a.covariance = {n[2], n[3], n[4]};
  for (std::size_t c = 0; c < 2; ++c)
    a.response[c] = with_more_error(
        with_error(levels,
                   [&](const Swing& s) {
                     const auto mean = [&](std::size_t k) {
                       return c == 0 ? s.frames[k].mean.x : s.frames[k].mean.y;
                     };
                     return Measured{first_harmonic(s.frames.size(), mean), false, deviation[c]};
                   }),
        largest[c]);
  for (std::size_t k = 0; k < q.setup.regions.size(); ++k)
    a.region_probability.push_back(
        with_more_error(with_error(levels, [k](const Swing& s) { return s.region[k]; }), of_mass));
  const bool line = q.grid.domain.line; // there is nothing across it
  const double relative =
      std::max(largest[0] / deviation[0], line ? 0.0 : largest[1] / deviation[1]);
  if (q.setup.observable)
    fill_signal(levels, relative, a);
  if (q.closed())
    fill_flows(q, levels, of_mass, a);
  else
    fill_rates(q, levels, of_mass, a);
}

} // namespace

PeriodicAnswer periodic(MPI_Comm comm, const Problem& problem, const Domain& domain,
                        const GridShape& shape, const Region& exit, const PeriodicSetup& setup,
                        const Effort& effort) {
  PeriodicAnswer answer;
  if (!exit.empty() || domain.absorbing())
    answer.parts = exit_parts(domain, shape, exit);
  GridQuestion question{comm, problem, domain, shape, exit, effort};
  question.with_solver = answer.parts.empty(); // to begin with its state at rest
  question.through_time = true;
  EvolutionSetup evolution;
  evolution.t_end = setup.period;
  evolution.timed = true;
  PeriodQuestion q{question, setup, answer.parts.size()};
  q.plan = plan_of(q, evolution);
  double error = 0;
  const auto solve = [](ChainRun&, Nested&, bool) { return 0; };
  const auto numbers = [&](ChainRun& run, int, bool finest) {
    return std::optional(swing_on(q, run, evolution, finest, answer, error));
  };
  const auto levels = over_grids(question, solve, numbers, answer);
  fill(q, levels, std::hypot(domain.width(), domain.height()), error, answer);
  return answer;
}

} // namespace escapade
