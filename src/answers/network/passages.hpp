// The passages between the states of a network on one grid.
//
//   M_j τ_j = 1             M_j of the chain that ends in S_j:            ⟨τ_j⟩_i
//   M_iᵀ v_i = w_i          M_i of the chain that ends in all but S_i,    w_i the weights ⟨·⟩_i
//   T_i = Σ_x v_i,          P_ij = Σ_x v_i k_j / Σ_x v_i k                k_j the killing into S_j
// v_i is the mean time spent in each cell on the way from S_i to another state: one solve gives the
// mean time and every probability of network.hpp. All chains are cut out of the whole one
// (generator/cut_out.hpp) where that can be done, else assembled. Times in the unit of 1/rate.
#pragma once

#include "answers/grids/chain_run.hpp"
#include "answers/network/members.hpp"

#include <string>
#include <vector>

namespace escapade {

/// The states on one grid. References must outlive it.
struct StatesOnGrid {
  const GridQuestion& question; // of the whole chain, which is made with the states as `sets`
  const ChainRun& run;          // of the whole chain
  const std::vector<std::string>& names;
  std::vector<int> state_of;    // of every cell of all ranks, −1 for none
  std::vector<Members> members; // of each state
  bool cut_out = false;         // chains are
};

/// log ⟨τ_j⟩_i for every i; that of j itself is not used. Collective.
std::vector<long double> log_first_passage(const StatesOnGrid& on, std::size_t j);

struct Departure {
  long double log_time = 0;          // T_i
  std::vector<long double> log_next; // P_ij, −∞ where no way leads to j past the others
};
/// What follows the state i. Collective.
Departure departure(const StatesOnGrid& on, std::size_t i);

/// The chance of every state to be the first to be met, from the cells outside of all. Collective.
FieldFile hitting_probabilities(const StatesOnGrid& on);

} // namespace escapade
