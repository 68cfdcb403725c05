// Relaxation modes of a closed chain: 𝓛u = −λu, the slowest to decay (least Re λ) among those with
// the smallest |λ| beside 0, complex pairs included. A slow mode that oscillates fast lies farther
// from 0 and is not among them; the frequency up to which none is missed is known: all |λ| < R
// are found, so that one with Re λ < a that is not has |Im λ| > √(R² − a²); further ones are looked
// for near given frequencies (pencil.hpp). SLEPc's Krylov–Schur
// with shift-and-invert (Hernandez, Roman, Vidal 2005, doi:10.1145/1089014.1089019), options prefix
// solve_. The inverse is an LU factorisation, so eigenvalues below about 1e-12 of the largest rate
// drown in rounding and are refused.
//
// Where drift jumps along its flow ℱ, J = ℱ + (Δt/2)ℱ² + O(Δt²): the second term spreads phases,
// since jumps come at exponential times. A mode need not be a process of jumps. With the edges
// alone, ℰ = 𝓛 − ℱ, and F = Q − ℰ the chain's own generator Q without them,
//   (1 + ½Δt F)(ℱ + ℰ) = F + (1 + ½Δt F)ℰ + O(Δt²):   (Q + ½Δt Fℰ) u = −λ (1 + ½Δt F) u,
// which is the step of Crank and Nicolson: a phase ωΔt is wrong by (ωΔt)³/12 and is not damped.
#pragma once

#include "generator/assemble.hpp"

#include <mpi.h>

#include <complex>
#include <vector>

namespace escapade {

struct Modes {
  std::vector<std::complex<double>> eigenvalue; // of −𝓛, ascending real part, 0 left out
  /// Local rows: of largest size 1, real and positive at the first cell that is about as large.
  std::vector<std::vector<std::complex<double>>> mode;
  std::vector<double> residual;             // ‖𝓛u + λu‖ / (|λ| ‖u‖)
  std::vector<std::complex<double>> faster; // eigenvalues found beyond those, as they come
  double frequency_searched = 0; // no mode slower than the last listed oscillates below this and
                                 // is not listed
  int iterations = 0;
};

/// Collective. At least `count` modes (one more where a complex pair would be cut), the slowest of
/// those and `beyond` more that lie nearest to 0; −1: count + 5. NotTrusted
/// where the iteration does not converge or an eigenvalue drowns in rounding.
/// `flow`: of a chain whose drift jumps, else null. `frequencies`: near which slow modes are looked
/// for as well; the nearest count + 4 of each, two for a pair.
Modes relaxation_modes(MPI_Comm comm, const Generator& generator, int count,
                       const FlowPart* flow = nullptr, int beyond = -1,
                       const std::vector<double>& frequencies = {});

/// All λ of a small chain on one process, by its dense matrix; 0 is among them.
std::vector<std::complex<double>> whole_spectrum(const Generator& generator, const FlowPart* flow);

} // namespace escapade
