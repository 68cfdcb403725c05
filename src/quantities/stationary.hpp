// The stationary state of a chain without exit: masses π, densities p = π / cell area, moments,
// the probability current and the entropy production.
//
//   current      J(x) = Σ_y (π_x w_xy − π_y w_yx) r_xy / cell area, r_xy from x to its face with y:
//                ½(y − x) on a lattice
//   entropy      σ̇ = ½ Σ_xy (π_x w_xy − π_y w_yx) log(π_x w_xy / π_y w_yx), every term ≥ 0
//                (Schnakenberg 1976, doi:10.1103/RevModPhys.48.571); zero exactly in detailed
//                balance, infinite where an edge is one-way
// Masses are given by their logarithms, one for each of this rank's rows; results per cell are
// those of its rows. With a halo of several ranks the functions are collective, and what is one
// number is the same on every rank.
#pragma once

#include "escapade/problem/problem.hpp"
#include "generator/assemble.hpp"
#include "generator/halo.hpp"
#include "generator/log_vector.hpp"
#include "grid/cells.hpp"

#include <vector>

namespace escapade {

struct Moments {
  Vec2 mean;
  Sym2 covariance;
};

/// Mean and covariance of the masses at the centroids of the cells.
Moments moments(const Cells& grid, const LogVector& log_mass, const Halo& halo = {});

/// Current density at each cell, components along the variables.
std::vector<Vec2> probability_current(const Cells& grid, const Generator& generator,
                                      const LogVector& log_mass, const Halo& halo = {});

/// The same where the drift jumps along its flow: p ℓ at the cell's centre and what the edges bear.
/// The halo is that of the edges.
std::vector<Vec2> probability_current(const Cells& grid, const FlowPart& flow,
                                      const LogVector& log_mass, const Halo& halo = {});

/// ∂₁J₂ − ∂₂J₁ at each cell by central differences along the grid's axes (order h²), on triangles
/// by the circulation around the cell; NaN where a neighbour is missing. Zero to rounding in
/// detailed balance.
std::vector<double> curl(const Cells& cells, const std::vector<Vec2>& current,
                         const Halo& halo = {});

struct EntropyProduction {
  double total = 0;             // per unit time; +inf where an edge is one-way
  std::vector<double> per_area; // half of each edge's share goes to either cell
};
EntropyProduction entropy_production(const Cells& grid, const Generator& generator,
                                     const LogVector& log_mass, const Halo& halo = {});

/// ∫ Jᵀ D⁻¹ J / p dθ from the cells' currents, a check on the sum over edges (order h²); +inf where
/// D is singular and the current does not vanish.
double entropy_production_of_current(const Problem& problem, const Cells& grid,
                                     const std::vector<Vec2>& current, const LogVector& log_mass,
                                     const Halo& halo = {});

/// The same integral as a density too; jumps along a flow have no way back that a sum over edges
/// could compare them with.
EntropyProduction entropy_production(const Problem& problem, const Cells& grid,
                                     const std::vector<Vec2>& current, const LogVector& log_mass,
                                     const Halo& halo = {});

/// Of a kinetic problem at the temperature T, whose second variable is the velocity v and changes
/// sign under time reversal: what friction and noise give to the bath, over T,
///   σ̇ = ∫ γ (v²/T − 1) p,  γ = D₂₂/T
/// (Spinney and Ford 2012, doi:10.1103/PhysRevLett.108.170603). Zero in equilibrium; its density is
/// of any sign.
EntropyProduction kinetic_entropy_production(const Problem& problem, const Cells& grid,
                                             double temperature, const LogVector& log_mass,
                                             const Halo& halo = {});

/// max_x |inflow − outflow| / (inflow + outflow) of the masses.
double balance_residual(const Generator& generator, const LogVector& log_mass,
                        const Halo& halo = {});

} // namespace escapade
