// Elimination orders of the cells of a generator.
//
// Eliminating a cell joins all its remaining neighbours, so the order decides time and memory.
// Nested dissection takes a thin separator out last and orders the two halves on either side of it
// the same way: on n cells of a plane lattice O(n log n) entries and O(n^{3/2}) operations, which
// is optimal. A. George, SIAM J. Numer. Anal. 10 (1973) 345, doi:10.1137/0710032. Where there is no
// lattice, METIS finds the separators in the graph of the rates: G. Karypis, V. Kumar, SIAM J. Sci.
// Comput. 20 (1998) 359, doi:10.1137/S1064827595287997.
#pragma once

#include "generator/generator.hpp"

#include <cstdint>
#include <vector>

namespace escapade {

/// Cells on an nx × ny lattice: position[c] = i + nx·j of cell c, each place used at most once.
/// `reach` is the largest |Δi| or |Δj| of any edge; edges that wrap around a periodic side are not
/// covered (use metis_order). Without diagonal edges (5-point stencil: |Δi| + |Δj| ≤ reach always)
/// separators may run diagonally, which halves the memory. A wrong value costs time, not accuracy.
struct Lattice {
  std::int64_t nx = 0;
  std::int64_t ny = 0;
  std::vector<std::int64_t> position;
  int reach = 1;
  bool diagonal_edges = true;
};

/// order[k] = the cell eliminated k-th, by geometric nested dissection. BadInput if positions lie
/// outside the lattice or coincide.
std::vector<std::int32_t> nested_dissection(const Lattice& lattice);

/// order[k] = the cell eliminated k-th, by METIS on the pattern of G + Gᵀ (through CHOLMOD).
/// NotTrusted if METIS fails.
std::vector<std::int32_t> metis_order(const Generator& generator);

/// The order that suits the edges there are (whatever `lattice` says of them): nested dissection
/// where every edge joins neighbours on the lattice, METIS where some reach further or wrap around,
/// or where `lattice` is null. With edges of reach 2 METIS needs half the memory of wide
/// separators.
std::vector<std::int32_t> elimination_order(const Generator& generator, const Lattice* lattice);

} // namespace escapade
