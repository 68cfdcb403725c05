// One step of a chain in discrete time: the sub-stochastic P = 1 − Mᵀ/Λ of its rates, Λ at least
// the fastest rate k_x + Σ_y w_xy, applied to masses spread over ranks. Entries are not negative
// and columns have the sum 1 − k_x/Λ to half a rounding.
#pragma once

#include "generator/distribute.hpp"

#include <cstdint>
#include <vector>

namespace escapade {

/// max_x (k_x + Σ_y w_xy), per unit time. Collective.
double fastest_rate(MPI_Comm comm, const Generator& rows);

class JumpMatrix {
public:
  /// Collective. `rate`: Λ; 0 for a chain in which nothing moves. `comm` must outlive it.
  JumpMatrix(MPI_Comm comm, const Generator& rows, double rate);

  /// x ← P x, local masses. Collective.
  void apply(std::vector<double>& x) const;
  /// Most terms of an entry of P x.
  std::int64_t widest() const { return widest_; }

private:
  JumpMatrix(MPI_Comm comm, const Generator& rows, const Generator& in, double rate);

  int ranks_ = 1;
  std::int64_t widest_ = 0;
  GhostExchange ghosts_;
  std::vector<std::int64_t> row_start_;
  std::vector<std::int32_t> column_;
  std::vector<double> jump_, stay_; // w/Λ by the cell it leads to; 1 − (k + Σw)/Λ
  mutable std::vector<double> next_;
};

} // namespace escapade
