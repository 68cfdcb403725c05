// Coarse chains of the positive multilevel solver (multilevel.hpp) where strong currents
// circulate.
//
// Fluxes a and b between two cells, there and back, mix like exchange (a + b)/2, whatever the noise
// is: more than their logarithmic mean c, by a growing part of the net flux where that is large
// against c. The excess grows with the cells' size. A current that crosses the lattice obliquely
// then mixes blocks across its way twice as much as their cells, and a cycle leaves about half of
// an error that differs from one closed way to the next. Steps along the diagonal mix less across
// the current (as in the N scheme of advection).
// At each block K, for a block J beside it along one axis and I along the other, part of what goes
// J → K → I goes J → I instead:
//   φ = ½ κ n_J m_I / max(n_J + n_J', m_I + m_I'),   n_J = a_J + b_J − 2c_J where a_J > b_J, else
//   0,
// a_J and b_J the fluxes from J into K and back, m_I the same of the net flux out of K, the primes
// the blocks on the other side. An edge gives away at most the share κ, so all fluxes stay
// positive. Each block loses as much as before to all others together and gets as much in exact
// balance: the exact masses stay a fixed point. In detailed balance nothing is changed.
// κ = 0.8 mixes about as the cells do: of 0.5, 0.65 and 0.8 it took the fewest cycles.
#pragma once

#include "solve/multilevel/coarsen/level.hpp"

#include <cstdint>
#include <vector>

namespace escapade::multilevel {

/// Blocks of the rank's own that touch block I's corners: appended to `row`.
void add_corners(const Pattern& blocks, std::int32_t I, std::vector<std::int32_t>& row);

/// Leads part of the rates v (not yet divided by d) between own blocks over their corners; masses
/// are e^top.
void lead_over_corners(Level& coarse, const std::vector<double>& top);

/// Σ |log of the rates around, one way over the other| over the unit squares of a rank's own cells:
/// the work of the drift around the whole lattice over the noise.
double circulation(const Generator& rows, const Pattern& finest);

} // namespace escapade::multilevel
