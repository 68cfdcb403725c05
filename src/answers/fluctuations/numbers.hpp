// Fluctuations of several grids become numbers with errors:
//
//   value = that of the finest grid, error from its differences to the coarser ones
//                                                                  answers/grids/error_estimate.hpp
// for each observable and each component of v and D (measure.hpp) by itself. A number that the
// finest grid does not have says why in `error_unknown`; nothing is thrown.
#pragma once

#include "answers/fluctuations/measure.hpp"

namespace escapade {

/// A number of the levels, or none with the reason.
template<class Numbers, class Which>
Number number_unless(const std::string& unknown, const std::vector<Level<Numbers>>& levels,
                     const Which& which) {
  if (unknown.empty())
    return with_error(levels, which);
  Number n;
  n.error_unknown = unknown;
  return n;
}

/// `of(numbers)`: the fluctuations among the numbers of a level.
template<class Numbers, class Of>
void tell_fluctuations(const std::vector<Level<Numbers>>& levels, const Of& of,
                       StationaryAnswer& answer) {
  const MeasuredFluctuations fine = of(levels.front().numbers);
  for (std::size_t k = 0; k < fine.observables.size(); ++k) {
    const auto one = [&](const std::string& unknown, Measured MeasuredObservable::*which) {
      return number_unless(unknown, levels,
                           [&](const Numbers& m) { return of(m).observables[k].*which; });
    };
    answer.observables.push_back(
        {one({}, &MeasuredObservable::mean), one({}, &MeasuredObservable::variance),
         one(fine.observables[k].no_time, &MeasuredObservable::correlation_time)});
  }
  if (!fine.motion)
    return;
  MotionNumbers motion;
  for (std::size_t a = 0; a < 2; ++a)
    motion.mean_velocity[a] = number_unless(
        fine.motion->unknown, levels, [&](const Numbers& m) { return of(m).motion->velocity[a]; });
  for (std::size_t a = 0; a < 3; ++a)
    motion.effective_diffusion[a] = number_unless(
        fine.motion->unknown, levels, [&](const Numbers& m) { return of(m).motion->diffusion[a]; });
  answer.motion = motion;
}

} // namespace escapade
