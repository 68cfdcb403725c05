// -sweep NAME=V1,V2,…; private to this room.
#pragma once

#include "escapade/answers/number.hpp"
#include "programs/options/options.hpp"

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace escapade {

struct Sweep {
  std::string name;
  std::vector<std::string> values;
  std::vector<double> numbers;
  bool parameter = false; // one of -parameters rather than an option
};

/// BadInput also for an option of which the program makes no use.
Sweep read_sweep(const Options& options);

/// Calls `read` with the options at each value: all must be usable before the first.
void read_values(const Options& options, const Sweep& sweep,
                 const std::function<void(const Options&)>& read);

/// The options at one of its values.
Options with_value(const Options& options, const Sweep& sweep, std::size_t k);

/// Least squares of log(number) = intercept + slope / value; nothing for fewer than two points or
/// numbers without logarithm. The slope's standard error is 0 for two points.
struct LineFit {
  double slope = 0, intercept = 0, slope_error = 0;
};
std::optional<LineFit> fit_against_inverse(const std::vector<std::pair<double, Number>>& points);

} // namespace escapade
