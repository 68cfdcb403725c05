// The cells of a network's states: where they are and what share of the stationary law each has.
//
//   ⟨v⟩_i = Σ_x w_x v_x,    w_x = s_x p_x / Σ_y s_y p_y
// over the cells x of which the state S_i covers the share s_x > 0; p_x is the stationary law's
// mass of a cell. Weights and shares have no unit. These are the averages of network.hpp (Metzner,
// Schütte, Vanden-Eijnden 2009, doi:10.1137/070699500).
#pragma once

#include "escapade/problem/region.hpp"
#include "generator/halo.hpp"
#include "generator/log_vector.hpp"
#include "grid/cells.hpp"

#include <mpi.h>

#include <string>
#include <vector>

namespace escapade {

/// A cell in a state and its share of the stationary law within the state.
struct Member {
  Vec2 centre;
  double weight;
};
using Members = std::vector<Member>;

/// The cells of a state with their weights, the same on every rank. BadInput if there are none.
/// Collective.
Members members_of(MPI_Comm comm, const Cells& cells, const LogVector& log_mass,
                   const Region& region, const std::string& name, const Halo& halo);

/// log ⟨exp v⟩ over the members; cells that the chain has not (it ends there, or nothing joins
/// them) count as 0. Collective.
long double log_mean(const Cells& cells, const LogVector& v, const Members& members,
                     const Halo& halo);

/// BadInput if a cell lies in two states, or an edge of these rows joins two.
void check_apart(const Cells& cells, const Generator& rows, const std::vector<Region>& states,
                 const std::vector<std::string>& names);

} // namespace escapade
