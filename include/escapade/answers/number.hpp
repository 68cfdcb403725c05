// A printed number with its error. Times and rates of rare events leave the range of double, so
// the natural logarithm is kept beside the value: where the value over- or underflows it is empty
// and the logarithm carries the number.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace escapade {

struct Estimate; // paths/statistics.hpp

/// Errors are absolute, log_error is the error of the logarithm. For trajectories standard_error
/// and samples stand in place of error. A number on grids whose error cannot be told says why.
struct Number {
  std::optional<double> value, log, error, log_error;
  std::optional<double> order; ///< q of the error C h^q that the grids show
  std::optional<double> extrapolated, extrapolated_error; ///< at h = 0, where the order is clean
  std::optional<double> log_extrapolated, log_extrapolated_error;
  std::optional<double> table_error; ///< the share of `error` that comes of the problem's tables
  std::string error_unknown;         ///< why there is no error; empty where there is one
  std::optional<double> standard_error;
  std::optional<std::int64_t> samples;
};

/// The error_unknown of a number found on one grid.
inline constexpr const char* one_grid_only = "one grid only";

/// A value of any sign. A positive one gets its logarithm and log_error = error / value.
/// NotTrusted if value or error is not finite, or error is negative.
Number number(double value, std::optional<double> error = {});

/// exp(log_value): value and error are filled where they neither over- nor underflow.
/// NotTrusted if log_value or log_error is not finite, or log_error is negative.
Number positive(long double log_value, std::optional<double> log_error = {});

/// A mean over independent samples; a positive one gets its logarithm.
/// NotTrusted if mean or standard_error is not finite, or standard_error is negative.
Number estimate(double mean, double standard_error, std::int64_t samples);

/// The same of what simulated paths tell.
Number number(const Estimate& mean);

/// For tables: "30.8213 ± 0.0002", "(1.63 ± 0.02)e-09", "e^(500.80 ± 0.03)" where the value is not
/// representable; six digits where no error is known.
std::string to_text(const Number& number);

} // namespace escapade
