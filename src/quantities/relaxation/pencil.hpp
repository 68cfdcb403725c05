// The pencil A u = λ B u of a chain's relaxation modes, 𝓛u = −λu: A = M and B = 1, or where drift
// jumps those of modes.hpp.
//
// Slow modes that oscillate at a frequency near ω lie far from 0, and near iω. In twice as many
// real unknowns z = u ⊗ (1, ±i),
//   (A ⊗ 1 + ω B ⊗ J) z = μ (B ⊗ 1) z,   J = (0 1; −1 0),   λ = μ ∓ iω,
// they lie near 0 again, and their complex conjugates with them.
#pragma once

#include "generator/assemble.hpp"
#include "support/petsc.hpp"

#include <mpi.h>

#include <complex>
#include <vector>

namespace escapade {

struct Pencil {
  PetscHandle<Mat> A, B; // B null: the identity
  double largest = 0;    // diagonal entry of the chain's own matrix
};

/// `flow`: of a chain whose drift jumps, else null. Rows are distributed as the generator's.
Pencil pencil_of(MPI_Comm comm, const Generator& generator, const FlowPart* flow);

/// Turned by the frequency: rows 2u and 2u + 1 are cell u's.
Pencil turned(const Pencil& pencil, double frequency);

/// All eigenvalues of a small one on one process, by dense matrices.
std::vector<std::complex<double>> all_eigenvalues(const Pencil& pencil);

} // namespace escapade
