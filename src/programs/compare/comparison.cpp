#include "programs/compare/crosscheck.hpp"

#include <boost/math/special_functions/erf.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace escapade {
namespace {

/// Binomial standard error at the finite-volume probability where no path, or every one, took a
/// part: the sample's own would be 0 and claim certainty.
Estimate with_rare_event_error(const Number& fv, Estimate e) {
  if (e.standard_error == 0 && e.samples > 0 && fv.value && *fv.value >= 0 && *fv.value <= 1) {
    const auto n = static_cast<double>(e.samples);
    e.standard_error = std::max(std::sqrt(*fv.value * (1 - *fv.value) / n), 1 / n);
  }
  return e;
}

} // namespace

Comparison compare(const std::string& quantity, const Number& fv, const Estimate& at_step,
                   const Estimate& at_half_step, double small_against) {
  const bool probability =
      quantity.find("_probability") != std::string::npos || quantity.starts_with("committor");
  const Estimate fine = probability ? with_rare_event_error(fv, at_half_step) : at_half_step;
  Estimate stated = fine; // of both sides' tables the error counts once in z, as the grids'
  stated.standard_error = std::hypot(fine.standard_error, fv.table_error.value_or(0));
  Comparison c{quantity, fv, number(stated), std::abs(at_step.mean - fine.mean), 0};
  const double difference = fv.value.value_or(std::numeric_limits<double>::infinity()) - fine.mean;
  const double spread = std::hypot(fine.standard_error, fv.error.value_or(0), c.step_error);
  c.z = difference == 0 ? 0 : difference / spread;
  // a mean may be near 0 for no reason but where the origin lies: no share of it is small
  const double scale = probability                     ? 1
                       : quantity.starts_with("mean ") ? std::numeric_limits<double>::infinity()
                                                       : std::abs(fine.mean);
  c.step_resolved = c.step_error <= 0.05 * scale ||
                    c.step_error <= 4 * std::hypot(at_step.standard_error, fine.standard_error);
  const double whole = probability ? 1
                       : small_against > 0
                           ? small_against
                           : std::max(std::abs(fine.mean), std::abs(fv.value.value_or(0)));
  c.conclusive =
      (fv.error || !fv.error_unknown.size()) &&
      std::max({stated.standard_error, fv.error.value_or(0), c.step_error}) <= 0.05 * whole;
  return c;
}

bool agrees(const Comparison& comparison) {
  return std::abs(comparison.z) < 4 && comparison.step_resolved;
}

double equivalent_z(double largest, std::int64_t count) {
  const double one = std::erfc(std::fabs(largest) / std::numbers::sqrt2);
  if (count < 1 || !(one > 0)) // beyond the range of erfc: as far out as can be
    return std::fabs(largest);
  const double any = -std::expm1(static_cast<double>(count) * std::log1p(-one));
  return any < 1 ? std::numbers::sqrt2 * boost::math::erfc_inv(any) : 0;
}

FieldComparison compare_field(const std::string& field, std::span<const double> z) {
  FieldComparison c;
  c.field = field;
  for (std::size_t k = 0; k < z.size(); ++k) {
    if (std::isnan(z[k]))
      continue;
    ++c.count;
    if (std::fabs(z[k]) > std::fabs(c.largest)) {
      c.largest = z[k];
      c.where = k;
    }
  }
  c.z = equivalent_z(c.largest, c.count);
  return c;
}

} // namespace escapade
