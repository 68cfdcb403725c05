// The slowest relaxation modes of a closed domain: 𝓛u = −λu, least Re λ > 0 first, complex pairs
// included. A density's distance from the stationary one decays as Σ c_k e^{−λ_k t}. Where drift
// circulates, a slow mode may oscillate so fast that it lies far from 0: it is looked for near the
// frequencies that all modes of a coarse grid show.
#pragma once

#include "escapade/answers/answer.hpp"
#include "escapade/grid/shape.hpp"
#include "escapade/problem/problem.hpp"

#include <mpi.h>

#include <optional>
#include <vector>

namespace escapade {

/// λ of one mode, per unit time; real where `imaginary` is 0.
struct ModeNumbers {
  Number real, imaginary;
  double residual = 0; ///< ‖𝓛u + λu‖ / (|λ| ‖u‖)
};

/// Fields: mode_k, of largest size 1, and mode_k_imaginary of complex ones.
struct ModesAnswer : GridAnswer {
  std::vector<ModeNumbers> modes;
  /// No mode slower than the last one oscillates at |Im λ| below this and is missing. Not given in
  /// detailed balance, where none oscillates.
  std::optional<double> frequency_searched;
  std::vector<double> searched_near; ///< and these frequencies above it
};

/// At least `count` modes (one more where a complex pair would be cut). Collective; PETSc and SLEPc
/// must be running. NotTrusted where the iteration does not converge or an eigenvalue drowns in
/// rounding; BadInput as of stationary().
ModesAnswer relaxation_modes(MPI_Comm comm, const Problem& problem, const Domain& domain,
                             const GridShape& shape, int count, const Effort& effort = {});

} // namespace escapade
