// A field of z-scores as one comparison.
//
// Of m z-scores the largest is beyond 4 by chance ever more often as m grows. The chance that none
// of m standard normals exceeds a is at least (2Φ(a) − 1)^m however they depend on each other
// (Šidák 1967, doi:10.1080/01621459.1967.10482935), so that
//   P = 1 − (2Φ(max|z|) − 1)^m
// bounds the chance of so large a maximum, and the z of a single comparison that is as unlikely,
// 2(1 − Φ(z)) = P, may be held against the same threshold.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace escapade {

struct FieldComparison {
  std::string field;
  std::int64_t count = 0; // z-scores that take part
  double largest = 0;     // the largest |z|, with its sign
  std::size_t where = 0;  // its index
  double z = 0;           // as unlikely as a single comparison, ≥ 0
};

/// Those that are not a number take no part.
FieldComparison compare_field(const std::string& field, std::span<const double> z);

/// The z of one comparison that is as unlikely as a maximum of `largest` among `count`.
double equivalent_z(double largest, std::int64_t count);

} // namespace escapade
