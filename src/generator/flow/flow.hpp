// Rates of a lattice on which the drift is carried along its flow.
//
// From a cell x the chain jumps at the rate 1/Δt to φ_Δt(x), where the flow of the drift is after
// Δt, spread over the four nearest cells by bilinear weights w: the mean is exact, and the spread
//   N_a = f_a (1 − f_a)/(2Δt) ≤ 1/(8Δt)     in cell units an axis, f the fractions of a cell
// is taken out of the noise that the edges bear: D(x) − N ≥ 0 where Δt ≥ 1/(8 λ_min(D)) in cell
// units. What is left is (Δt/2)(b·∇)², diffusion along the streamlines themselves.
//   edges, Itô form   w(x→y) = d Bern(−g ρ/d),  d the weight of D − N, ρ that of D,
//                     g = Ψ(x) − Ψ(y) the drift that stays on the edges (none as a rule)
// Along an axis without any noise nothing could make up for a spread: there the jumps go to where
// the streamline crosses lines of centres across that axis, and spread along those lines alone.
//   J = p ℓ + what edges of D and the drift left to them bear,  ℓ the drift that jumps carry
#pragma once

#include "escapade/problem/problem.hpp"
#include "escapade/problem/region.hpp"
#include "generator/assemble.hpp"
#include "generator/rates/edges.hpp"
#include "grid/grid.hpp"

#include <optional>

namespace escapade {

/// Which part of the drift jumps carry.
struct Carried {
  Field drift;     // ℓ, 2 components in the variables
  Field potential; // Ψ along each axis of the frame, 2 components: ℓ = b + (D₁₁∂₁Ψ₁, D₂₂∂₂Ψ₂);
                   // null: all of the drift is carried
};

/// The temperature T of a kinetic problem ẋ = c v, v̇ = f(x) − γ(x) v with D = diag(0, γT), looked
/// at in points of a lattice over the box; nothing where the problem is none.
std::optional<double> kinetic_temperature(const Problem& problem, const Domain& box);

/// Of a kinetic problem in the axes' own frame the part that is free of friction, Ψ₂ = v²/(2T).
/// Else all of the drift.
Carried carried_drift(const Problem& problem, const Grid& grid);

/// About how many cells the longest jumps lead over, before anything is assembled.
int reach_of_flow(const Problem& problem, const Grid& grid, const Region& exit, bool rest);

/// As `assemble`, in the Itô form; `flow` of the result is set. `rest`: only the stationary state
/// is asked for, which long jumps keep best.
Assembly assemble_flow(const Problem& problem, const Grid& grid, const Region& exit, CutRule rule,
                       RowRange rows, const std::vector<Region>& sets = {}, bool rest = false);

/// A step of the time Δt for evolution: noise for Δt/2, every cell's jump to where its streamline
/// is after Δt, on time, noise for Δt/2. Without noise along an axis the jump goes to the lines
/// crossed at t₁ ≤ Δt ≤ t₂, with the probabilities q₁, q₂ of q₁t₁ + q₂t₂ = Δt; t₁ = 0 is the cell.
struct FlowSteps {
  double time = 0; // Δt
  Generator jumps; // probabilities over Δt, as rates; into the exit where the streamline meets it
  Generator edges; // of the noise less the spread of the jumps, and the rest of the drift
};

/// Rows of a chain by flow that `assemble_flow` made of the same grid. A whole number of steps
/// makes `interval` if that is not shorter than the time which the noise asks for. `in_one`: so
/// many steps in place of one.
FlowSteps flow_steps(const Problem& problem, const Grid& grid, const Region& exit, RowRange rows,
                     double interval, double in_one = 1);

} // namespace escapade
