#include "escapade/answers/spectrum.hpp"

#include "answers/fluctuations/measure.hpp"
#include "answers/grids/over_grids.hpp"
#include "answers/transport/resolution.hpp"
#include "escapade/error.hpp"
#include "quantities/fluctuations/observable.hpp"
#include "quantities/fluctuations/reduced.hpp"
#include "support/exact.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace escapade {

namespace {

struct MeasuredSpectrum {
  Measured mean, variance, correlation_time;
  Spectrum spectrum;
};

/// On the finest grid alone: on coarser ones the error estimate tells.
void refuse_fast(const AtRest& chain, const std::vector<double>& frequencies) {
  const double fastest = mean_rate_out(chain) / (2 * std::numbers::pi);
  if (!frequencies.empty() && frequencies.back() > fastest)
    throw BadInput(printed("the frequency %.6g is beyond the grid's resolution: cells are left at "
                           "the rate %.3g, so that above %.3g the spectrum is the grid's own; give "
                           "lower frequencies or more cells",
                           frequencies.back(), 2 * std::numbers::pi * fastest, fastest));
}

MeasuredSpectrum measure_spectrum(const AtRest& chain, const Reals& f, const Wanted& wanted) {
  MeasuredSpectrum out;
  Resolvent at_zero(chain, 0);
  const Fluctuation found = fluctuation(chain, f, &at_zero);
  out.mean = {found.mean, false, std::sqrt(found.variance)};
  out.variance = {found.variance};
  out.correlation_time = {found.correlation_time, false, found.scale};
  out.spectrum = spectrum_of(chain, f, wanted, at_zero);
  return out;
}

/// The number with the error of the projection on the finest grid added to that of the grids.
Number with_more(Number n, double more) {
  if (!n.error || !n.value || !(more > 0))
    return n;
  Number out = number(*n.value, *n.error + more);
  out.order = n.order;
  if (n.extrapolated) {
    out.extrapolated = n.extrapolated;
    out.extrapolated_error = *n.extrapolated_error + more;
  }
  return out;
}

std::vector<Number> numbers_of(const std::vector<Level<MeasuredSpectrum>>& levels,
                               std::vector<double> Spectrum::*values,
                               std::vector<double> Spectrum::*changes) {
  const Spectrum& fine = levels.front().numbers.spectrum;
  const auto variance = static_cast<double>(levels.front().numbers.variance.value);
  std::vector<Number> out;
  for (std::size_t k = 0; k < (fine.*values).size(); ++k) {
    const double scale = values == &Spectrum::correlation ? variance : 0;
    const Number n = with_error(levels, [&](const MeasuredSpectrum& m) {
      return Measured{(m.spectrum.*values)[k], false, scale};
    });
    out.push_back(with_more(n, (fine.*changes)[k]));
  }
  return out;
}

void tell_sum_rule(SpectrumAnswer& answer) {
  constexpr double small = 1e-3;
  const double off = answer.integral / answer.variance_of_masses - 1;
  if (!(std::abs(off) < small))
    answer.warnings.push_back(printed("the sum rule is violated: the integral of the spectrum is "
                                      "%.3g times the variance; do not trust the spectrum",
                                      1 + off));
}

} // namespace

SpectrumAnswer spectrum(MPI_Comm comm, const Problem& problem, const Domain& domain,
                        const GridShape& shape, const Field& observable,
                        const std::vector<double>& frequencies, const std::vector<double>& lags,
                        const Effort& effort, double window) {
  SpectrumAnswer answer;
  const Region no_exit;
  const Wanted wanted{frequencies, lags, window};
  GridQuestion question{comm,    problem, domain,           shape,
                        no_exit, effort,  CutRule::killing, Demand::more};
  question.nested = true;
  const auto solve = [&](ChainRun& run, Nested& nested, bool keep) {
    const Halo halo(comm, run.chain.generator);
    Reals f = values_of("the observable", observable, run.chain.grid, halo);
    if (is_constant(f, halo))
      throw BadInput("the observable is constant: it does not fluctuate and has no spectrum; give "
                     "one that depends on the variables");
    run.solver->guess_masses(nested.masses_on(run.chain));
    LogVector log_mass = run.solver->stationary();
    if (keep)
      nested.keep(run.chain, {log_mass.begin(), log_mass.end()}, {});
    return std::pair(std::move(f), std::move(log_mass));
  };
  const auto numbers = [&](ChainRun& run, std::pair<Reals, LogVector>&& solved, bool finest) {
    const auto& [f, log_mass] = solved;
    if (finest)
      report(run, answer);
    run.solver.reset(); // its memory is wanted for what follows
    const Halo halo(comm, run.chain.generator);
    const WayToSolve way(question, run.chain);
    const AtRest rest{run.chain.generator, log_mass, halo, way.options()};
    if (finest) {
      tell_resolution(question, run, log_mass, halo, answer);
      refuse_fast(rest, frequencies);
    }
    return std::optional(measure_spectrum(rest, f, wanted));
  };
  auto levels = over_grids(question, solve, numbers, answer);
  levels.front().doubt = answer.unresolved;
  for (auto& level : levels) // a phase spreads by h at most, a narrow line forgets it like less
    if (level.expansion == Expansion::scattered)
      level.expansion = Expansion::slow;
  const MeasuredSpectrum& fine = levels.front().numbers;
  answer.mean = with_error(levels, &MeasuredSpectrum::mean);
  answer.variance = with_error(levels, &MeasuredSpectrum::variance);
  answer.correlation_time = with_error(levels, &MeasuredSpectrum::correlation_time);
  answer.power = numbers_of(levels, &Spectrum::power, &Spectrum::power_change);
  answer.correlation = numbers_of(levels, &Spectrum::correlation, &Spectrum::correlation_change);
  answer.windowed = numbers_of(levels, &Spectrum::windowed, &Spectrum::windowed_change);
  answer.variance_of_masses = static_cast<double>(fine.variance.value);
  answer.integral = fine.spectrum.integral;
  answer.residual = fine.spectrum.residual;
  answer.vectors = fine.spectrum.vectors;
  answer.factorisations = fine.spectrum.factorisations;
  tell_sum_rule(answer);
  return answer;
}

} // namespace escapade
