// The power spectral density against periodograms of long runs: what sin² windows of the runs'
// segments show on the mean (Welch 1967, doi:10.1109/TAU.1967.1161901).
#include "programs/compare/crosscheck.hpp"

#include "escapade/answers/spectrum.hpp"

#include "programs/fp/questions.hpp"
#include "support/exact.hpp"

namespace escapade {
namespace {

constexpr int segments = 8; // of each path; a choice

/// With what the mean that trajectories are measured from leaves open.
Number with_error_of_mean(Number n, double more) {
  if (n.error)
    *n.error += more;
  return n;
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
  const SpectrumAnswer fv =
      spectrum(session.comm(), setup.problem, setup.domain, setup.shape, observable, frequencies,
               {}, effort_of(session, setup), 1 / width);
  const auto seed = static_cast<std::uint64_t>(options.integer("mc_seed"));
  const Periodogram of{observable, *fv.mean.value, frequencies, segments};
  const auto coarse = run_periodogram(session, options, setup, dt, seed + 1, out.partial, of);
  const auto fine =
      run_periodogram(session, options, setup, half, other_seed(seed + 1), out.partial, of);
  const double e = fv.mean.error.value_or(0), of_mean = e * e * 2 / 3 / width;
  for (std::size_t k = 0; k < frequencies.size(); ++k)
    checks.all.push_back(
        compare(printed("power_spectral_density at %.6g", frequencies[k]),
                with_error_of_mean(fv.windowed[k], frequencies[k] < 2 * width ? of_mean : 0),
                coarse[k], fine[k]));
}

} // namespace escapade
