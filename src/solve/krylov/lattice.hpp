// The lattice of the cells as PETSc knows it: a DMDA of 1 × P processes, each with the rows of the
// lattice that its cells lie on, so that PETSc's numbering is the lattice's, row by row.
//
// Where every place of the lattice has a cell, the matrix as it is fits this DMDA; its stencil is
// as wide as edges reach. It is made where options name a preconditioner or ask to see it.
// Geometric multigrid (-solve_pc_type mg) needs more: its lattices have vertices, and a coarse one
// takes every second vertex of the finer one (bilinear interpolation, DMDA_Q1), so a side has m 2^k
// + 1 vertices for k coarsenings. The cells' middles are taken for the first vertices of such a
// lattice; rows with nothing but a diagonal, and right side 0, stand for the places that carry no
// cell: beyond the last cell, outside a turned frame, in an exit set. (Piecewise constants,
// DMDA_Q0, fit cells and even sides, but their iterations grow with the number of levels.)
//
// Private to the Krylov solver.
#pragma once

#include "generator/generator.hpp"
#include "solve/ordering.hpp"
#include "support/petsc.hpp"

#include <mpi.h>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace escapade::krylov {

/// How the cells and the rows of the lattice are shared out, the same on every rank but `place`.
struct LatticeShares {
  std::int64_t nx = 0, ny = 0;
  int reach = 1;
  std::vector<std::int64_t> first_row; // of each rank, then ny
  bool full = false;                   // every place has a cell: cell i lies at place i
  std::vector<std::int64_t> place;     // of this rank's cells, where not full; see lattice_shares
  std::string unknown;                 // why nothing of this is known; else empty
  bool multigrid = false;              // -solve_pc_type mg is asked for
};

/// Collective. `lattice`: places of all cells or of this rank's, or null. Places are kept only
/// where -solve_pc_type or -solve_gauge_pc_type is mg; no one else asks for them.
LatticeShares lattice_shares(MPI_Comm comm, const Generator& rows, const Lattice* lattice);

/// Rows of a matrix that hold cells, and the lattice that all rows are the places of, if any.
struct MatrixRows {
  std::int64_t size = 0, first = 0, rows = 0; // of the matrix: in all, first and count of this rank
  std::vector<PetscInt> row;    // of each cell of this rank, from its first one; empty: in order
  std::vector<PetscInt> column; // of each entry; empty: as they are
  PetscHandle<DM> lattice;      // null where there is none
  int levels = 0;               // for geometric multigrid; 0 where it is not asked for
};

/// The numbering of the matrix whose options begin with `prefix`, of `cells` cells [first, …) on
/// this rank and `size` in all; `column` holds their entries' columns by rows. With
/// -PREFIXpc_type mg that of the padded lattice, with a stencil for interpolation; else the cells'
/// own. Collective. BadInput where mg is asked for without a lattice or of more levels than there
/// can be.
MatrixRows matrix_rows(MPI_Comm comm, std::int64_t size, std::int64_t first,
                       std::span<const std::int64_t> row_start,
                       std::span<const std::int32_t> column, const LatticeShares& shares,
                       const std::string& prefix);

} // namespace escapade::krylov
