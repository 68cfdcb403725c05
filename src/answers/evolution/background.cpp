#include "answers/evolution/background.hpp"

#include "answers/fluctuations/measure.hpp"
#include "escapade/error.hpp"
#include "quantities/fluctuations/reduced.hpp"

#include <cmath>

namespace escapade {

namespace {

/// Powers of the forcing up to the third have their exact mean over a period.
constexpr int mean_times = 16, frozen_times = 5;

/// Adds the rates of B, w times.
void add_rates(Generator& sum, const Generator& B, double w) {
  if (sum.column != B.column || sum.row_start != B.row_start)
    throw NotTrusted("the noise about the signal is not known where the drift's jumps change with "
                     "the time; carry it along edges, or leave out the observable");
  for (std::size_t k = 0; k < sum.rate.size(); ++k)
    sum.rate[k] += w * B.rate[k];
}

Generator mean_rates(const GeneratorAt& rows, double period) {
  Generator sum = rows(0);
  for (double& rate : sum.rate)
    rate /= mean_times;
  for (int k = 1; k < mean_times; ++k)
    add_rates(sum, rows(period * k / mean_times), 1.0 / mean_times);
  return sum;
}

Spectrum spectrum_at(const GridQuestion& q, const Chain& chain, const Generator& rates,
                     const Reals& f, double frequency) {
  const WayToSolve way(q, chain);
  const Halo halo(q.comm, rates);
  const LogVector log_mass = Solver(q.comm, rates, way.options()).stationary();
  const AtRest rest{rates, log_mass, halo, way.options()};
  Resolvent at_zero(rest, 0);
  return spectrum_of(rest, f, {{frequency}, {}}, at_zero);
}

} // namespace

Background background(const GridQuestion& q, const Chain& chain, const GeneratorAt& rows,
                      const Reals& f, double period) {
  const Spectrum mean = spectrum_at(q, chain, mean_rates(rows, period), f, 1 / period);
  Background out{mean.power.front(), 0, mean.power_change.front() / mean.power.front()};
  for (int k = 0; k < frozen_times; ++k)
    out.frozen +=
        spectrum_at(q, chain, rows(period * k / frozen_times), f, 1 / period).power.front() /
        frozen_times;
  return out;
}

} // namespace escapade
