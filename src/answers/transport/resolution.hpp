// How well a grid resolves the drift where the probability is.
//
// Over an edge with drift g in units of the noise the rates' own diffusion is ρ g/2 coth(g/2) in
// place of ρ: upwinding where |g| > 2. Summed over a cell's edges,
//   T(x) = ½ Σ_y w(x→y) |y − x|²
// is tr D(x) and what the scheme diffuses itself; where the drift jumps along its flow that is the
// spread which the noise does not make up for, and g what is left to the edges. Both are averaged
// over a weight: the masses, or where exits are asked for the time spent in a cell.
#pragma once

#include "answers/grids/chain_run.hpp"
#include "escapade/answers/answer.hpp"
#include "escapade/landscape/critical_points.hpp"
#include "generator/halo.hpp"

namespace escapade {

struct Resolution {
  double outweighed = 0; // share of the weight in cells with an edge of |g| > 2
  double scheme_diffusion = 0; // ⟨T⟩/⟨tr D⟩ − 1; infinite without noise; negative where most of the
                               // weight is in wells narrower than a cell
};

/// `log_weight`: of this rank's cells. Collective; the same on every rank.
Resolution resolution_of(const Problem& problem, const Chain& chain, const LogVector& log_weight,
                         const Halo& halo);

/// The length √(D/curvature) about a critical point, over which the weight varies there, along the
/// narrowest direction and in cells. Not a number where there is no noise or no curvature.
double cells_across(const Problem& problem, const Cells& cells, const CriticalPoint& point);

/// Puts it into the answer's grid, with a warning for critical points narrower than a cell, and
/// where the drift outweighs the noise in cells of 1 % of the weight or the scheme diffuses a tenth
/// of what the noise does, and into `unresolved` where the scheme diffuses more than the noise.
void tell_resolution(const GridQuestion& question, const ChainRun& run, const LogVector& log_weight,
                     const Halo& halo, GridAnswer& answer);

} // namespace escapade
