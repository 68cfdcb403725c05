// From a problem and a grid to a generator: rates along Selling's edges with Bernoulli weights.
//
// D(x) = Σ_e ρ_e(x) e eᵀ in cell units; along the edge from x to y = x + h∘e
//   Itô form          w(x→y) = ρ_e(x) Bern(−g),                 g = ∫_x^y D⁻¹b · dl
//   divergence form   w(x→y) = ½(ρ_e(x) + ρ_e(y)) Bern(−g),     g = ∫_x^y D⁻¹(b − ∇·D) · dl
// The Itô form is used where D(x) = s(x) D₀ or D is diagonal in the frame, the divergence form
// everywhere else (there the Itô form would keep a spurious entropy production). The line integral
// is Simpson's rule, or K_e (Φ(x) − Φ(y)) where D⁻¹b = −K∇Φ is known and the edge is an eigenvector
// of K with eigenvalue K_e: for scalar K detailed balance is then exact to rounding.
//
// Edges that meet the exit set, first at the fraction s of their length, become killing:
//   killing rule       k += ρ_e Bern(−s g)/s, other rates unchanged (forward quantities)
//   Shortley–Weller    both rates of that direction × 2/(s₊ + s₋)   (backward quantities, order 2)
// Edges that leave through a reflecting side are dropped; absorbing sides count as exit parts after
// those of the exit set, in the order x0, x1, y0, y1. Where parts of the exit meet within reach of
// an edge, its killing is divided among them by the rim that each has there. What leaves over
// single edges beside each other is then needed, to which the killing rule is true and
// Shortley–Weller's is not: cells around take the killing rule.
#pragma once

#include "escapade/grid/mesh.hpp"
#include "escapade/problem/problem.hpp"
#include "generator/generator.hpp"
#include "grid/grid.hpp"
#include "parallel/rows.hpp"

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <vector>

namespace escapade {

enum class CutRule { killing, shortley_weller };
enum class RateForm { ito, divergence };

/// What is known of rows whose drift jumps along its flow besides their rates.
struct FlowPart {
  std::vector<Vec2> drift;   // per local row: what the jumps carry, at the cell's centre
  Generator edges;           // of all of D and the rest of the drift alone
  std::vector<float> excess; // per local row: spread that D does not make up for, area/time
  std::vector<double> time;  // per local row: Δt, ½ Σ rate·time² of its jumps being Δt/2
  bool along_lines = false;  // without noise along an axis: jumps end on lines across it
};

/// A jump x → y whose edge meets a set that is part of the chain, for questions that end there.
struct SetCut {
  std::int32_t row = 0;    // x, local
  std::int32_t cell = -1;  // y, global; −1 where the set ends at a side of the box
  std::int16_t set = 0;    // the set that comes first
  bool more_sets = false;  // the edge meets another one, too
  bool noiseless = false;  // the drift alone moves along the edge
  bool along_axis = false; // an edge of a lattice along one of its axes
  double fraction = 1;     // s of the edge before the set
  double jump = 0;         // w(x→y)
  double rate = 0;         // into the set, as killing: ρ_e Bern(−s g)/s, or w/s where noiseless
};

struct Assembly {
  Generator generator;
  std::vector<SetCut> set_cuts; // ascending in row
  RateForm form = RateForm::ito;
  int reach = 1;             // largest offset of an edge, in cells
  bool cut_anywhere = false; // sets cut edges elsewhere than at faces or centres of cells
  std::vector<Vec2> shared;  // lattice places of cells with an edge that parts of the exit share
  std::vector<float> peclet; // per local row: max |g| over its edges
  std::optional<FlowPart> flow = std::nullopt;
};

/// Beyond so many cells what single edges carry does not depend on the rule elsewhere.
inline constexpr double killing_reach = 6;

/// Form that `assemble` takes for a problem in a frame.
RateForm rate_form(const Problem& problem, const Domain& domain, double angle);

/// The sides at which the noise across them vanishes like the distance, with a finite drift there:
/// on grids along the axes where D is diagonal. Null where there are none. A grid that
/// has them as its `walls` gets rates that know of them (generator/rates/walls.hpp).
std::shared_ptr<const WallShapes> wall_shapes(const Problem& problem, const Grid& grid);

/// Throws BadInput, naming the point, where drift, diffusion or exit function are not finite, where
/// D is not positive semi-definite, or singular where its inverse is needed. The divergence form
/// looks at the stencils of `rows_around` rows of the lattice about its own: as many as
/// `rows_reached` tells of any rank's cells. `sets` change no rates; where edges from outside meet
/// them is told. Cells less than `killing_reach` from a place of `by_killing` take the killing
/// rule.
Assembly assemble(const Problem& problem, const Grid& grid, const Region& exit, CutRule rule,
                  RowRange rows,
                  std::int64_t rows_around = std::numeric_limits<std::int32_t>::max(),
                  const std::vector<Region>& sets = {}, const std::vector<Vec2>& by_killing = {});

/// Over how many rows of the lattice edges from the cells `rows` lead, in the divergence form; 0 in
/// the Itô form. Errors as above.
std::int64_t rows_reached(const Problem& problem, const Grid& grid, RowRange rows);

/// On triangles, in the Itô form: D(x) = s(x) D₀ with the D₀ that the mesh was made for, and
///   w(x→y) = s(x) (face/edge)/area Bern(−g), everything in the metric of D₀.
/// An edge that meets the exit set, or ends on an absorbing curve, becomes killing as above by the
/// killing rule (edges have no opposite here). Absorbing curves count as parts after those of the
/// exit set.
Assembly assemble(const Problem& problem, const MeshCells& cells, const Region& exit, RowRange rows,
                  const std::vector<Region>& sets = {});

} // namespace escapade
