#include "escapade/answers/number.hpp"

#include "escapade/error.hpp"
#include "escapade/paths/statistics.hpp"
#include "support/exact.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace escapade {

namespace {

void require_finite(long double value, const char* what) {
  if (!std::isfinite(value))
    throw NotTrusted(std::string(what) + " is not a finite number");
}

void require_error(const std::optional<double>& error, const char* what) {
  if (error && !(std::isfinite(*error) && *error >= 0))
    throw NotTrusted(std::string(what) + " is negative or not a finite number");
}

std::optional<double> finite(double value) {
  return std::isfinite(value) ? std::optional(value) : std::nullopt;
}

/// exp(log) if that is a normal double.
std::optional<double> normal_exp(long double log) {
  const long double value = std::exp(log);
  if (value > std::numeric_limits<double>::max() || value < std::numeric_limits<double>::min())
    return std::nullopt;
  return static_cast<double>(value);
}

std::string fixed(double value, int decimals) {
  return printed("%.*f", std::clamp(decimals, 0, 17), value);
}

/// Decimals that show `digits` digits of the error.
int decimals_for(double error, int digits) {
  return digits - 1 - static_cast<int>(std::floor(std::log10(error)));
}

/// "value ± error" as fixed-point numbers; one digit of the error, two where it is a 1.
std::string with_error(double value, double error) {
  if (!(error > 0))
    return fixed(value, 6) + (error == 0 ? " ± 0" : "");
  const double lead = error / std::pow(10, std::floor(std::log10(error)));
  const int decimals = decimals_for(error, lead < 2 ? 2 : 1);
  return fixed(value, decimals) + " ± " + fixed(error, decimals);
}

std::string general(double value) {
  return printed("%.6g", value);
}

} // namespace

Number number(double value, std::optional<double> error) {
  require_finite(value, "a result");
  require_error(error, "the error of a result");
  Number n;
  n.value = value;
  n.error = error;
  if (value > 0) {
    n.log = std::log(value);
    if (error)
      n.log_error = finite(*error / value);
  }
  return n;
}

Number positive(long double log_value, std::optional<double> log_error) {
  require_finite(log_value, "the logarithm of a result");
  require_error(log_error, "the error of the logarithm of a result");
  Number n;
  n.log = static_cast<double>(log_value);
  n.log_error = log_error;
  n.value = normal_exp(log_value);
  if (log_error && n.value)
    n.error = *log_error > 0
                  ? normal_exp(log_value + std::log(static_cast<long double>(*log_error)))
                  : std::optional(0.0);
  return n;
}

Number estimate(double mean, double standard_error, std::int64_t samples) {
  require_finite(mean, "a mean");
  require_error(standard_error, "a standard error");
  Number n;
  n.value = mean;
  if (mean > 0)
    n.log = std::log(mean);
  n.standard_error = standard_error;
  n.samples = samples;
  return n;
}

Number number(const Estimate& mean) {
  return estimate(mean.mean, mean.standard_error, mean.samples);
}

std::string to_text(const Number& n) {
  if (!n.value) {
    if (!n.log)
      return "unknown";
    return n.log_error ? "e^(" + with_error(*n.log, *n.log_error) + ")" : "e^" + general(*n.log);
  }
  const auto error = n.standard_error ? n.standard_error : n.error;
  if (!error || *error == 0)
    return general(*n.value) + (error ? " ± 0" : "");
  if (*error < 1e-12 * std::abs(*n.value)) // more digits than anyone reads
    return printed("%.12g ± %.0e", *n.value, *error);
  const double size = std::max(std::abs(*n.value), *error);
  const bool beyond = size >= 1e7 || size < 1e-30;
  // "(0 ± 4)e+193" would tell nothing, nor does e^(-128 ± 691466)
  if (beyond && *error > *n.value && n.log && n.log_error && *n.log_error < std::abs(*n.log))
    return "e^(" + with_error(*n.log, *n.log_error) + ")";
  if (size >= 1e-3 && size < 1e7 && *error > 1e-14)
    return with_error(*n.value, *error);
  const int exponent = static_cast<int>(std::floor(std::log10(size)));
  const long double scale = std::pow(10.0L, exponent);
  return "(" +
         with_error(static_cast<double>(*n.value / scale), static_cast<double>(*error / scale)) +
         printed(")e%+03d", exponent);
}

} // namespace escapade
