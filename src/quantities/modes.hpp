// Relaxation modes of a closed chain: 𝓛u = −λu, the slowest to decay (least Re λ) among those with
// the smallest |λ| beside 0, complex pairs included. SLEPc's Krylov–Schur with shift-and-invert
// (Hernandez, Roman, Vidal 2005, doi:10.1145/1089014.1089019), options prefix solve_. The inverse
// is an LU factorisation, so eigenvalues below about 1e-12 of the largest rate drown in rounding
// and are refused.
#pragma once

#include "generator/generator.hpp"

#include <mpi.h>

#include <complex>
#include <vector>

namespace escapade {

struct Modes {
  std::vector<std::complex<double>> eigenvalue; // of −𝓛, ascending real part, 0 left out
  /// Local rows: of largest size 1, real and positive at the first cell that is about as large.
  std::vector<std::vector<std::complex<double>>> mode;
  std::vector<double> residual; // ‖𝓛u + λu‖ / (|λ| ‖u‖)
  int iterations = 0;
};

/// Collective. At least `count` modes (one more where a complex pair would be cut). NotTrusted
/// where the iteration does not converge or an eigenvalue drowns in rounding.
Modes relaxation_modes(MPI_Comm comm, const Generator& generator, int count);

} // namespace escapade
