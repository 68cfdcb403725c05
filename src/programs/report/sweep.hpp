// -sweep NAME=V1,V2,…; private to this room.
#pragma once

#include "escapade/answers/number.hpp"
#include "programs/options/options.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace escapade {

struct Sweep {
  std::string name;
  std::vector<std::string> values;
  std::vector<double> numbers;
};

Sweep read_sweep(const Options& options);

/// Least squares of log(number) = intercept + slope / value; nothing for fewer than two points or
/// numbers without logarithm. The slope's standard error is 0 for two points.
struct LineFit {
  double slope = 0, intercept = 0, slope_error = 0;
};
std::optional<LineFit> fit_against_inverse(const std::vector<std::pair<double, Number>>& points);

} // namespace escapade
