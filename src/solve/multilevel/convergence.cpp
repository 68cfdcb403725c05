#include "solve/multilevel/convergence.hpp"

#include "solve/multilevel/mixing.hpp"
#include "solve/multilevel/wells.hpp"

#include "escapade/error.hpp"
#include "support/exact.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace escapade::multilevel {

namespace {

// Imbalance of a well for each relative error of its mass: what crosses a pass is a small part of
// what moves about on the well's edge. A choice: larger lets wrong weights pass, smaller asks for
// more than cycles give and eliminates sooner than need be.
constexpr double well_tolerance = 1e-5, least_imbalance = 1e-11; // the latter: rounding
constexpr double infinity = std::numeric_limits<double>::infinity();

std::string beyond_double(const std::string& what) {
  return "the solver multilevel: " + what +
         ": numbers left the range of double: use the solver gth";
}

/// Largest change of a logarithm since `before`, but for that of all alike where the scale is free;
/// there u is then scaled to 1 at the largest mass.
double measure_change(Level& level, const std::vector<double>& before) {
  const std::int32_t first = level.pattern->first, end = level.pattern->last;
  const Halo& halo = level.pattern->halo;
  const bool scaled = !level.s.empty();
  std::int32_t reference = first; // the largest mass
  if (!scaled)
    for (std::int32_t i = first; i < end; ++i)
      if (level.phi[i] > level.phi[reference])
        reference = i;
  const double highest = level.phi[reference];
  const auto change = [&](std::int32_t i) { return std::log(level.u[i] / before[i]); };
  const double shift = scaled ? 0.0 : halo.of_largest(highest, change(reference));
  double largest = 0;
  for (std::int32_t i = first; i < end; ++i) {
    const double value = std::abs(change(i) - shift);
    largest = value <= largest ? largest : value; // NaN stays
  }
  largest = halo.max(largest);
  if (!scaled) {
    const double unit = 1 / halo.of_largest(highest, level.u[reference]);
    for (double& u : level.u)
      u *= unit;
  }
  return largest;
}

/// Cycles on the finest level until nothing changes any more; estimates what is left.
double run_cycles(Hierarchy& hierarchy, const std::string& what, double tolerance, int most_cycles,
                  bool from_guess, Progress& progress) {
  Level& level = hierarchy.levels[0];
  const Pattern& p = *level.pattern;
  const double goal = std::max(1e-4 * tolerance, 1e-13);
  progress.changes.clear();
  std::vector<double> before;
  double left = infinity;
  Mixing mixing;
  double slowest = 0; // contraction that mixing began with
  for (int c = 0; c < most_cycles; ++c) {
    ++progress.cycles;
    before = level.u;
    level.shifted = false;
    hierarchy.cycle(0);
    progress.mixing_bytes = std::max(progress.mixing_bytes, mixing.memory_bytes());
    double largest = measure_change(level, before);
    const double last = progress.changes.empty() ? infinity : progress.changes.back();
    progress.changes.push_back(largest);
    if (level.shifted && from_guess)
      throw NotTrusted("the solver multilevel: " + what + ": a first guess was far off");
    if (level.shifted)
      largest = progress.changes.back() = infinity; // far off: not measured
    else if (!std::isfinite(largest))
      throw NotTrusted(beyond_double(what));
    // A first cycle says nothing of the contraction.
    const double q = std::max(slowest, std::clamp(largest / last, 0.1, 1.0));
    left = std::isfinite(last) && q < 1 ? largest * q / (1 - q) : infinity;
    if (left <= goal)
      break;
    if (largest < 1e-12 && largest >= last / 2) { // rounding
      left = 10 * largest;
      break;
    }
    // What single cycles do not contract well, several together do; not far off, where one cycle
    // says nothing of the next. Choices: with half or double of 0.3 or of 0.15 the example of
    // mixing.hpp takes the same 21 cycles, that of cycle.cpp the same 17; with -diffusion 0.02 the
    // second one of cycle.cpp takes 8 with 0.075, else 9.
    if (slowest == 0 && largest < 0.3 && q > 0.15 && q < 1)
      slowest = q;
    if (level.shifted || largest > last)
      mixing.forget();
    if (slowest > 0 && c + 1 < most_cycles)
      mixing.mix(before.data() + p.first, level.u.data() + p.first, p.last - p.first,
                 [&](Mixing::Sums& sums) {
                   for (double& sum : sums)
                     sum = p.halo.sum(sum);
                 });
  }
  return left;
}

} // namespace

void converge(Hierarchy& hierarchy, const std::string& what, double tolerance, int most_cycles,
              bool from_guess, Progress& progress) {
  double left = infinity, imbalance = 0;
  do {
    left = run_cycles(hierarchy, what, tolerance, most_cycles, from_guess, progress);
    if (!(left <= tolerance))
      continue;
    imbalance = well_imbalance(hierarchy.levels[0]);
    if (imbalance <= std::max(least_imbalance, well_tolerance * tolerance)) {
      progress.certificate = std::max(progress.certificate, left);
      return;
    }
  } while (!from_guess && hierarchy.eliminate_sooner());
  if (left <= tolerance && !std::isfinite(imbalance))
    throw NotTrusted(beyond_double(what));
  if (left <= tolerance)
    throw NotTrusted("the solver multilevel: " + what +
                     ": what flows into a well and out of it differs by " + rounded(imbalance, 2) +
                     " of it, although nothing changes any more: barriers are too high for blocks "
                     "of cells: use the solver gth");
  throw NotTrusted("the solver multilevel: " + what + " still changes by " +
                   rounded(progress.changes.back(), 2) + " after " +
                   std::to_string(progress.changes.size()) + " cycles: use the solver gth" +
                   (hierarchy.patterns[0].oblique
                        ? ", or where the noise has the same axes everywhere a grid turned to "
                          "them"
                        : ""));
}

} // namespace escapade::multilevel
