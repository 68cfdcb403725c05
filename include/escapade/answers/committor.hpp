// Transitions between two sets A and B of a closed domain.
//
//   𝓛q⁺ = 0, q⁺ = 0 on A, 1 on B     chance q⁺(θ) to reach B before A
//   q⁻                               the same of the reversed process: having come from A
//   rate = Σ_{x∈A, y∉A} π_x q⁻_x w_xy q⁺_y    transitions per unit time, k_AB = rate / ∫ p q⁻
// Metzner, Schütte, Vanden-Eijnden 2009, doi:10.1137/070699500.
#pragma once

#include "escapade/answers/answer.hpp"
#include "escapade/grid/shape.hpp"
#include "escapade/problem/problem.hpp"
#include "escapade/problem/region.hpp"

#include <mpi.h>

#include <vector>

namespace escapade {

/// Fields: committor_forward, committor_backward, reactive_density, reactive_current.
struct CommittorAnswer : GridAnswer {
  Number rate, rate_constant_ab;
  Number probability_a;        ///< of having been in A last
  std::vector<Number> forward; ///< q⁺ at the starts
  double flux_spread =
      0; ///< largest relative deviation of the flux through {q⁺ < c}, c = 0.1 … 0.9
};

/// Collective; numbers are the same on every rank. BadInput: sets that overlap, touch or hold no
/// cell, and what stationary() refuses. NotTrusted: a solve that did not converge.
CommittorAnswer committor(MPI_Comm comm, const Problem& problem, const Domain& domain,
                          const GridShape& shape, const Region& a, const Region& b,
                          const std::vector<Vec2>& starts = {}, const Effort& effort = {});

} // namespace escapade
