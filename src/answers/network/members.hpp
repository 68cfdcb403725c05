// The cells of a network's states: where they are and what share of the stationary law each has.
//
//   ⟨v⟩_i = Σ_x w_x v_x,    w_x = s_x p_x / Σ_y s_y p_y
// over the cells x of which the state S_i covers the share s_x > 0; p_x is the stationary law's
// mass of a cell. Weights and shares have no unit. These are the averages of network.hpp (Metzner,
// Schütte, Vanden-Eijnden 2009, doi:10.1137/070699500).
#pragma once

#include "escapade/problem/region.hpp"
#include "generator/chain.hpp"
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

/// Points of the region, spread as its members' weights are and evenly within a cell: those of an
/// additive recurrence, of which the first ones are spread alike (Roberts 2018, the R₂ sequence).
std::vector<Vec2> points_of(const Cells& cells, const Region& region, const Members& members,
                            std::size_t count);

/// log Σ exp v over the rows of all ranks. Collective.
long double log_total(const LogVector& v, const Halo& halo);

/// log w of each of this rank's rows; −∞ of those that are no members. Members that the chain has
/// not (it ends there, or nothing joins them) are left out.
LogVector log_weights(const Cells& cells, const Members& members, const Halo& halo,
                      std::size_t rows);

/// log ⟨exp v⟩ over the members; those that the chain has not count as 0. Collective.
long double log_mean(const Cells& cells, const LogVector& v, const Members& members,
                     const Halo& halo);

/// The state that holds the centre of each cell of all ranks, −1 for none. BadInput if a cell lies
/// in two.
std::vector<int> states_of_cells(const Cells& cells, const std::vector<Region>& states,
                                 const std::vector<std::string>& names);

/// BadInput if an edge of the chain's rows joins two states.
void check_apart(const Chain& chain, const std::vector<int>& state_of,
                 const std::vector<std::string>& names);

} // namespace escapade
