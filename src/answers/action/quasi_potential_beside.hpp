// The barrier by a second method, which shares nothing but b and D with the path: the
// quasi-potential
//   U(x) = min over paths φ from the start to x of ½ ∫ ( |b|_{D⁻¹} |φ′|_{D⁻¹} − b·D⁻¹φ′ ) ds,
// b the drift, D the noise, by ordered line integrals on the grid (Dahiya and Cameron 2018,
// doi:10.1007/s10915-017-0590-9).
#pragma once

#include "answers/action/search.hpp"
#include "landscape/action/quasi_potential.hpp"

#include <vector>

namespace escapade {

/// Potential or loss at points.
std::vector<double> heights(const Problem& problem, const std::vector<Vec2>& points);

/// Puts U at the path's end with its error, and its field, into the answer; `U` is that of `grid`,
/// which leaves out `removed`. A warning where it contradicts the path's action.
void add_quasi_potential(const Search& search, const Effort& effort, bool is_loss, const Grid& grid,
                         const Region& removed, const QuasiPotential& U, PathAnswer& answer);

} // namespace escapade
