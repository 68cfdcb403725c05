// Edges of a block of rows on their way to becoming rates, and rows of a generator from them;
// private to this room.
#pragma once

#include "generator/assemble.hpp"
#include "generator/rates/selling.hpp"

#include <cstdint>
#include <utility>
#include <vector>

namespace escapade {

inline constexpr std::int32_t into_exit = -1, dropped = -2;

/// One directed edge x → x + (i, j); conductance in cell units (per unit time).
struct Edge {
  std::int32_t row = 0;    // unknown x
  std::int32_t target = 0; // unknown y, into_exit or dropped
  std::int16_t i = 0, j = 0;
  std::int16_t part = -1;      // exit part that the edge meets first
  bool foreign = false;        // from y's stencil only
  double rho_x = 0, rho_y = 0; // weights in the stencils at both ends
  double cut = 1;              // fraction of the edge before the exit set
  double g = 0;                // drift along the whole edge, in units of the noise
  double upwind = -1;          // rate where the noise along the edge vanishes, else −1
  Vec2 from, to;               // centres
  Vec2 place;                  // of x on the lattice: (t₁, t₂)
};

/// Largest number of rows whose edges are handled together. Longer blocks spread the cost of a call
/// of the fields over more points and hold more of them: with six edges a row and three points an
/// edge 37 000, whose coefficients take 1.5 MB. A choice.
inline constexpr std::int64_t block_rows = 2048;

/// Sets target, part and cut of every edge.
void find_cuts(const Grid& grid, const Region& exit, std::vector<Edge>& edges);

/// The same where targets are known and only the exit set can still cut an edge.
void cut_edges(const Region& exit, std::vector<Edge>& edges);

/// Sets g (or upwind) of every edge that is not dropped. `grid` is null for the edges of a mesh,
/// which run anywhere (Itô form).
void integrate_drift(const Problem& problem, const Grid* grid, RateForm form,
                     std::vector<Edge>& edges);

/// What graded cells add to g along an edge (0 elsewhere).
double grading_term(const Grid* grid, RateForm form, const Edge& e);

/// From unknown `row` to the cell (i, j) further: its ends and the place of its beginning.
Edge edge_from(const Grid& grid, std::int32_t row, int i, int j);

/// Whether D is diagonal in the grid's frame.
bool is_diagonal(const Problem& problem, const Grid& grid);

/// Values of the coefficients at a point, in the frame.
struct LocalCoefficients {
  Vec2 b;
  Sym2 d;
};

/// Drift and diffusion at points, turned into the frame of that angle, off-diagonal rounding
/// removed; throws BadInput where drift or diffusion are not finite or D is not positive
/// semi-definite. `tolerant[i]` (may be null): leave non-finite values at that point as they are.
std::vector<LocalCoefficients> coefficients_at(const Problem& problem, double angle,
                                               const std::vector<double>& x,
                                               const std::vector<double>& y,
                                               const std::vector<char>* tolerant);

/// Rates of one row from its edges, ready to append.
struct Row {
  std::vector<std::pair<std::int32_t, double>> jumps;
  std::vector<PartKilling> kills;
  double killing = 0;
  double peclet = 0;
};

/// The jump or the killing along an edge of conductance rho, all times `factor`.
void add_jump(Row& row, std::int32_t local, const Edge& e, double rho, double factor);

/// Those of an edge and its opposite (which may be null) by the rule.
void add_direction(Row& row, std::int32_t local, RateForm form, CutRule rule, Edge* pair[2]);

void append_row(Generator& G, Row& row);

} // namespace escapade
