// Probabilities of regions from the masses of cells, of order 2 wherever the boundary runs.
//
// A mass stands for the density at the cell's centre. The integral of the density over a cell is
//   m_x = π_x + Σ_faces √(π_x π_y) (1/G − 1/(2 sinh(G/2))),   G = log(π_y/π_x),
// which is right to order 4 on a lattice, exact for exponentials along an axis, positive, and adds
// up to 1. A cell that the boundary crosses counts by its share of a density whose logarithm is
// quadratic (regions/shares.hpp).
#pragma once

#include "generator/halo.hpp"
#include "generator/log_vector.hpp"
#include "grid/cells.hpp"
#include "quantities/neighbours.hpp"
#include "quantities/regions/shares.hpp"

#include <cstdint>
#include <vector>

namespace escapade {

class RegionProbabilities {
public:
  /// One mass for each of this rank's rows. `cells` outlives it. Collective with a halo of several
  /// ranks, as is `of`.
  RegionProbabilities(const Cells& cells, const LogVector& log_mass, const Halo& halo = {});
  RegionProbabilities(Cells&&, const LogVector&, const Halo& = {}) = delete;

  /// Σ_x m_x share_x over the points of {φ ≥ 0} of any part.
  double of(const Region& region) const;

private:
  LogShape shape_at(std::int32_t cell) const;

  const Cells& cells_;
  Halo halo_;
  Around<long double> log_density_;
  std::vector<long double> integral_; // m of own cells
};

} // namespace escapade
