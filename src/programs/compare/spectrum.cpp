// The power spectral density against periodograms of long runs.
//
//   E P(f) = ∫ S(f′) W(f − f′) df′ ≈ ⅔ S(f) + ⅙ (S(f − 1/T) + S(f + 1/T))
// for sin² windows of the length T, whose W has the variance 1/(3T²): the quadrature of three
// points of a Gaussian of that variance. A tenth of what the window changes is added to the error.
// Welch 1967, doi:10.1109/TAU.1967.1161901.
#include "programs/compare/crosscheck.hpp"

#include "escapade/answers/spectrum.hpp"

#include "programs/fp/questions.hpp"
#include "support/exact.hpp"

#include <algorithm>
#include <cmath>

namespace escapade {
namespace {

constexpr int segments = 8; // of each path; a choice

/// The frequencies and those a window's width beside them, ascending.
std::vector<double> with_neighbours(const std::vector<double>& frequencies, double width) {
  std::vector<double> all;
  for (const double f : frequencies)
    all.insert(all.end(), {f, f + width, std::abs(f - width)});
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

/// What a periodogram is to show at f.
Number smoothed(const std::vector<double>& at, const std::vector<Number>& power, double f,
                double width, double of_mean) {
  const auto of = [&](double v) -> const Number& {
    return power[static_cast<std::size_t>(std::lower_bound(at.begin(), at.end(), v) - at.begin())];
  };
  const Number &here = of(f), &above = of(f + width), &below = of(std::abs(f - width));
  const double value = *here.value * 2 / 3 + (*above.value + *below.value) / 6;
  if (!here.error || !above.error || !below.error) {
    Number unknown = number(value);
    unknown.error_unknown = here.error_unknown;
    return unknown;
  }
  return number(value, *here.error * 2 / 3 + (*above.error + *below.error) / 6 +
                           0.1 * std::abs(value - *here.value) + (f < 2 * width ? of_mean : 0));
}

} // namespace

void check_spectrum(Session& session, const Options& options, const Setup& setup, Outcome& out,
                    Checks& checks) {
  Field observable;
  std::vector<double> frequencies;
  const double dt = trajectory_step(options, setup);
  const double half = options.text("mc_scheme") == "sgd" ? dt : dt / 2;
  double width = 0; // of the window: steps at dt
  agree(session.comm(), [&] {
    observable = read_observable("-observable", options.text("observable"), setup, setup.compile);
    frequencies = read_values(options, "frequencies");
    const PathTimes times = path_times(options, setup);
    width = segments / (times.total - times.burn_in);
  });
  const std::vector<double> at = with_neighbours(frequencies, width);
  const SpectrumAnswer fv = spectrum(session.comm(), setup.problem, setup.domain, setup.shape,
                                     observable, at, {}, effort_of(session, setup));
  const auto seed = static_cast<std::uint64_t>(options.integer("mc_seed"));
  const Periodogram of{observable, *fv.mean.value, frequencies, segments};
  const auto coarse = run_periodogram(session, options, setup, dt, seed + 1, out.partial, of);
  const auto fine =
      run_periodogram(session, options, setup, half, other_seed(seed + 1), out.partial, of);
  const double e = fv.mean.error.value_or(0), of_mean = e * e * 2 / 3 / width;
  for (std::size_t k = 0; k < frequencies.size(); ++k)
    checks.all.push_back(compare(printed("power_spectral_density at %.6g", frequencies[k]),
                                 smoothed(at, fv.power, frequencies[k], width, of_mean), coarse[k],
                                 fine[k]));
}

} // namespace escapade
