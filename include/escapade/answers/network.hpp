// A system seen as a walk between sets S_1 … S_n, the states: from each, when and where it arrives.
//
//   𝓛τ_j = −1, τ_j = 0 on S_j             first passage: M_ij = ⟨τ_j⟩_i
//   𝓛t_i = −1, t_i = 0 on ∪_{j≠i} S_j      first arrival in any other state: T_i = ⟨t_i⟩_i
//   𝓛h_j = 0, h_j = 1 on S_j, 0 on the other S_k, k ≠ i, k ≠ j      P_ij = ⟨h_j⟩_i, Σ_j P_ij = 1
// ⟨·⟩_i is the mean over the stationary law within S_i. The jump process that stands for the system
// has the rates K_ij = P_ij/T_i; it is a good one if the eigenvalues of −K are those of −𝓛, the
// slowest. Times in the unit of the problem's drift and noise.
// Metzner, Schütte, Vanden-Eijnden 2009, doi:10.1137/070699500; Bovier, den Hollander 2015,
// doi:10.1007/978-3-319-24777-9.
#pragma once

#include "escapade/answers/modes.hpp"
#include "escapade/answers/stationary.hpp"

#include <mpi.h>

#include <array>
#include <string>
#include <vector>

namespace escapade {

using NumberMatrix = std::vector<std::vector<Number>>;

/// Fields: hitting_probability_NAME, the chance that NAME is the first of all states to be met.
struct NetworkAnswer : GridAnswer {
  std::vector<std::string> states;
  std::vector<Vec2> positions; ///< the centre of the densest cell in each
  /// Points in each, spread as the stationary law of the finest grid is; as many as one likes of
  /// the first ones are.
  std::vector<std::vector<Vec2>> samples;
  NumberMatrix first_passage;              ///< M; its diagonal is 0
  NumberMatrix next_state;                 ///< P; its diagonal is 0
  std::vector<Number> mean_exit_time;      ///< T
  NumberMatrix rates;                      ///< K; its diagonal is 0
  std::vector<Number> stationary;          ///< of the jump process, sum 1
  std::vector<Number> in_state;            ///< the stationary law's own share of each set
  std::vector<std::array<Number, 2>> jump; ///< eigenvalues of −K without the 0, real and imaginary
  std::vector<ModeNumbers> chain;          ///< as many of −𝓛; empty if they were not found
  std::string chain_unknown;               ///< why they were not
};

/// Collective; numbers are the same on every rank. BadInput: fewer than two states, states that
/// overlap, touch or hold no cell, what stationary() refuses. NotTrusted: a solve that did not
/// converge, a state that is not reached from another.
NetworkAnswer network(MPI_Comm comm, const Problem& problem, const Domain& domain,
                      const GridShape& shape, const NamedRegions& states,
                      const Effort& effort = {});

/// By x, then y; coordinates that differ by less than 1e-6 of the box are the same.
void sort_wells(std::vector<Vec2>& points, const Domain& domain);

/// The stable rest points of the drift, the wells 1, 2, … in that order.
std::vector<Vec2> wells(const Problem& problem, const Domain& domain);

/// Cores about the wells, named "1", "2", …: the ellipses (θ − m)ᵀC⁻¹(θ − m) ≤ r², where C is the
/// covariance that the noise gives the linearised drift there and r half of the distance, in that
/// metric, to the nearest other rest point, smaller if an axis would exceed half of that distance
/// in boxes; sides of the box may cut them. BadInput if there are fewer than two.
NamedRegions well_cores(const Problem& problem, const Domain& domain);

} // namespace escapade
