// A smooth field that takes long to evaluate, by its values at Chebyshev's points of the box: the
// error falls faster than any power of their number where the field is analytic.
#pragma once

#include "escapade/problem/domain.hpp"

#include <array>
#include <cstddef>
#include <memory>
#include <optional>

namespace escapade {

struct ChebyshevField {
  Field field; // the polynomial in the box and a margin about it, the exact field beyond
  std::array<std::size_t, 2> points; // along each axis
  double error = 0; // at points of the box, over the component's largest value there
};

/// Nothing where 4096 points do not bring the error to 1e-8. Each axis begins with as many points
/// as `fewest` says and gets more while the terms of its highest degrees count. While `coarser`
/// holds, a quarter of the polynomial's degrees is left out. Points are shared by the threads of
/// OpenMP, with the same result for any number.
std::optional<ChebyshevField> chebyshev_field(const Field& exact, std::size_t components,
                                              const Domain& box,
                                              const std::shared_ptr<const bool>& coarser,
                                              std::array<std::size_t, 2> fewest = {6, 6});

} // namespace escapade
