// Edges of a block of rows on their way to becoming rates, and rows of a generator from them;
// private to this room.
#pragma once

#include "generator/assemble.hpp"
#include "generator/rates/selling.hpp"

#include <array>
#include <cstdint>
#include <utility>
#include <vector>

namespace escapade {

inline constexpr std::int32_t into_exit = -1, dropped = -2;

/// The least fraction of an edge before the exit set: a centre on its boundary to rounding.
inline constexpr double at_once = 1e-9;

/// Share of an edge's killing that goes to a part of the exit, −1 for none.
struct PartShare {
  std::int16_t part = -1;
  double share = 0;
};

/// One directed edge x → x + (i, j); conductance in cell units (per unit time).
struct Edge {
  std::int32_t row = 0;    // unknown x
  std::int32_t target = 0; // unknown y, into_exit or dropped
  std::int16_t i = 0, j = 0;
  std::int16_t part = -1;          // exit part that the edge meets first
  std::array<PartShare, 2> others; // parts of the exit that share in it
  bool foreign = false;            // from y's stencil only
  double rho_x = 0, rho_y = 0;     // weights in the stencils at both ends
  double cut = 1;                  // fraction of the edge before the exit set
  double g = 0;                    // drift along the whole edge, in units of the noise
  double weight = 1;               // of the rate, beside walls at which the noise vanishes
  double upwind = -1;              // rate where the noise along the edge vanishes, else −1
  std::int16_t set = -1;           // the set within the chain that the edge meets first, and
  bool more_sets = false;          // whether it meets another one, too
  bool to_side = false;            // only the set lies there, before a reflecting side
  double set_cut = 1;              // fraction of the edge before the set
  Vec2 from, to;                   // centres
  Vec2 place;                      // of x on the lattice: (t₁, t₂)
};

/// Largest number of rows whose edges are handled together. Longer blocks spread the cost of a call
/// of the fields over more points and hold more of them: with six edges a row and three points an
/// edge 37 000, whose coefficients take 1.5 MB. A choice.
inline constexpr std::int64_t block_rows = 2048;

/// Sets target, part and cut of every edge.
void find_cuts(const Grid& grid, const Region& exit, std::vector<Edge>& edges);

/// The same where targets are known and only the exit set can still cut an edge.
void cut_edges(const Region& exit, std::vector<Edge>& edges);

/// Sets set, more_sets and set_cut of every edge that begins outside of all sets. Those that a side
/// would have dropped lead into the exit set for the drift's sake, with `to_side`. `grid` is null
/// for the edges of a mesh.
void meet_sets(const std::vector<Region>& sets, const Grid* grid, std::vector<Edge>& edges);

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

/// Whether D is positive semi-definite, or is so but for the rounding of its own entries: these are
/// then made consistent.
bool semi_definite(Sym2& d);

/// What to do where the noise is singular.
std::string noise_floor_advice(Sym2 d);

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
  std::vector<SetCut> set_cuts;
  double killing = 0;
  double peclet = 0;
};

/// The jump or the killing along an edge of conductance rho, all times `factor`.
void add_jump(Row& row, std::int32_t local, const Edge& e, double rho, double factor);

/// Those of an edge and its opposite (which may be null) by the rule. `by_end`: conductances at the
/// edge's beginning, with their change in g, in place of means.
void add_direction(Row& row, std::int32_t local, RateForm form, CutRule rule, bool by_end,
                   Edge* pair[2]);

/// The cut of an edge of conductance rho that meets a set.
void add_set_cut(Row& row, std::int32_t local, const Edge& e, double rho);

/// The row's rates, cuts and largest drift.
void append_row(Assembly& out, Row& row);

} // namespace escapade
