// -sweep NAME=V1,V2,…: what is varied, and the options of each run. Two of them make a product, the
// last one runs fastest. Private to programs.
#pragma once

#include "escapade/answers/number.hpp"
#include "programs/options/options.hpp"
#include "programs/report/json.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace escapade {

struct Sweep {
  std::string name;
  std::vector<std::string> values; // texts, as an option takes them
  std::vector<double> numbers;
  bool parameter = false; // one of -parameters rather than an option
};

/// One or two. BadInput also for an option of which the program makes no use, and for a parameter
/// that stands in nothing that was given.
std::vector<Sweep> read_sweeps(const Options& options);

std::size_t runs_of(const std::vector<Sweep>& sweeps);

/// Which value of each sweep run number `run` has.
std::vector<std::size_t> place_of(const std::vector<Sweep>& sweeps, std::size_t run);

/// The options of a run.
Options options_of(const Options& options, const std::vector<Sweep>& sweeps, std::size_t run);

/// "k = 1, eps = 0.1" of a run.
std::string title_of(const std::vector<Sweep>& sweeps, std::size_t run);

/// Least squares of log(number) = intercept + slope / value; nothing for fewer than two points or
/// numbers without logarithm. Two points tell nothing of the slope's standard error.
struct LineFit {
  double slope = 0, intercept = 0;
  std::optional<double> slope_error;
};
std::optional<LineFit>
fit_against_inverse(const std::vector<std::pair<double, std::optional<double>>>& logs);

} // namespace escapade
