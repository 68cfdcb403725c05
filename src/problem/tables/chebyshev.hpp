// A smooth field that takes long to evaluate, by its values at Chebyshev's points of the box: the
// error falls faster than any power of their number where the field is analytic.
#pragma once

#include "escapade/problem/domain.hpp"

#include <cstddef>
#include <memory>
#include <optional>

namespace escapade {

struct ChebyshevField {
  Field field;            // the polynomial in the box and a margin about it, the exact field beyond
  std::size_t points = 0; // along each axis
  double error = 0;       // at points of the box, over the component's largest value there
};

/// Nothing where 64 × 64 points do not bring the error to 1e-8. While `coarser` holds, a quarter of
/// the polynomial's degrees is left out.
std::optional<ChebyshevField> chebyshev_field(const Field& exact, std::size_t components,
                                              const Domain& box,
                                              const std::shared_ptr<const bool>& coarser);

} // namespace escapade
