#include "programs/compare/field_comparison.hpp"

#include <boost/math/special_functions/erf.hpp>

#include <cmath>
#include <numbers>

namespace escapade {

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
