// How an observable of a closed system at rest fluctuates in time.
//
//   C(t) = ⟨δf(0) δf(t)⟩,  δf = f − ⟨f⟩              correlation function
//   S(f) = ∫ C(t) e^{−2πift} dt = 2 Re ⟨δf (−𝓛 + 2πif)⁻¹ δf⟩        power spectral density,
//   two-sided ∫ S df = C(0)                                   the sum rule
// Frequencies per unit time, times in the unit of 1/rate. By resolvents of the backward operator on
// a rational Krylov space (A. Ruhe, Linear Algebra Appl. 58 (1984) 391). Order 2 in the cells'
// size.
#pragma once

#include "escapade/answers/answer.hpp"
#include "escapade/grid/shape.hpp"
#include "escapade/problem/problem.hpp"

#include <mpi.h>

#include <vector>

namespace escapade {

struct SpectrumAnswer : GridAnswer {
  Number mean, variance, correlation_time; ///< correlation_time: ∫₀^∞ C dt / C(0)
  std::vector<Number> power;               ///< S at the frequencies
  std::vector<Number> correlation;         ///< C at the lags
  std::vector<Number> windowed;            ///< with a window: what periodograms show on the mean
  double integral = 0;                     ///< ∫ S df on the finest grid, to be its variance
  double variance_of_masses = 0;           ///< that, from the masses alone
  double residual = 0; ///< largest ‖δf − (−𝓛 + 2πif) u‖ / ‖δf‖ over the frequencies
  int vectors = 0, factorisations = 0; ///< of the Krylov space
};

/// Collective; numbers are the same on every rank. Frequencies and lags ascend from 0 or above.
/// `window`: the length of the sin² windows of periodograms that S is to be compared with; 0: none.
/// BadInput: an observable that is constant or not a number somewhere, a frequency that is faster
/// than the cells are left, and what stationary() refuses. NotTrusted: a solve that did not
/// converge.
SpectrumAnswer spectrum(MPI_Comm comm, const Problem& problem, const Domain& domain,
                        const GridShape& shape, const Field& observable,
                        const std::vector<double>& frequencies, const std::vector<double>& lags,
                        const Effort& effort = {}, double window = 0);

} // namespace escapade
