// Levels of the positive multilevel solver (multilevel.hpp) and what is done on one level or
// between two. x_i = e^{φ_i} u_i are the masses; row i of a level holds the rates into cell i.
//
// Where ranks share a level, each holds its own cells and a halo around them (halo.hpp);
// what has a value per cell has one for each cell held. Functions of levels are then collective.
#pragma once

#include "solve/multilevel/halo.hpp"

#include "generator/generator.hpp"
#include "generator/log_vector.hpp"
#include "solve/ordering.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace escapade::multilevel {

/// Where the cells of a level lie, and who jumps into whom.
struct Pattern {
  std::int64_t nx = 0, ny = 0;
  bool wraps_x = false, wraps_y = false;
  Halo halo;                        // without borders where this rank owns all cells
  std::int32_t first = 0, last = 0; // own cells: [first, last) of those held
  std::int64_t total = 0;           // cells of all ranks
  std::int64_t reach = 1;           // rows on each side of the own ones that the halo covers
  std::vector<std::int32_t> place;  // i + nx·j of each cell, ascending among the own ones
  std::vector<std::int32_t> line;   // first cell of each line of own places that has any, and last
  // Of each place in the rows held, from row `bottom` on; −1 where there is none; not on the
  // finest.
  std::vector<std::int32_t> cell;
  std::int64_t bottom = 0;
  std::vector<std::int32_t> block;     // cell of the next level; empty on the last
  bool oblique = false;                // edges along neither axis matter (oblique.hpp)
  bool corners = false;                // blocks exchange over corners (diagonal.hpp)
  std::int64_t step_x = 2, step_y = 2; // this level's cells in a block of the next, 1 or 2
  std::vector<std::int32_t> row_start; // cells + 1; rows of the halo are empty
  // Cell that an edge leads from, ascending within a row: how much higher its number is than the
  // row's, in 2 bytes where all of them fit.
  std::vector<std::int16_t> near_from;
  std::vector<std::int32_t> far_from;

  std::int32_t from(std::int64_t i, std::int64_t e) const {
    return static_cast<std::int32_t>(i) + (far_from.empty() ? near_from[e] : far_from[e]);
  }
  bool owns(std::int32_t i) const { return i >= first && i < last; }
  /// The cell at column x and row y of the lattice, −1 where none is held.
  std::int32_t at(std::int64_t x, std::int64_t y) const {
    if (wraps_x)
      x = (x + nx) % nx;
    std::int64_t row = y - bottom;
    if (wraps_y)
      row = (row + ny) % ny;
    const bool held =
        x >= 0 && x < nx && row >= 0 && row * nx < static_cast<std::int64_t>(cell.size());
    return held ? cell[x + nx * row] : -1;
  }
  std::int64_t size() const { return static_cast<std::int64_t>(place.size()); }
  std::int64_t edges() const { return row_start.back(); }
};

/// Only cells next to an exit have any.
struct Killing {
  std::int32_t cell;
  double rate;
};

/// The chain on a level and its masses: d_i u_i = s_i + Σ_j v_ji u_j in the gauge φ,
/// v_ji = w_ji e^{φ_j − φ_i}, s_i = e^{−φ_i} f_i, d_i = k_i + Σ_j w_ij.
struct Level {
  const Pattern* pattern = nullptr;
  std::vector<double> v;      // per edge, divided by d of its row
  std::vector<double> s;      // divided by d; empty for stationary masses
  std::vector<Killing> k;     // by cell; none for stationary masses
  std::vector<double> d, phi; // per cell
  std::vector<double> u;
  bool shifted = false; // the gauge changed since this was last reset
  bool lost = false;    // a rate fell out of double's range in its gauge
};

/// rate ← rate · factor, and whether it can no more be had back from that.
inline void scale(double& rate, double factor, bool& lost) {
  const bool some = rate > 0;
  rate *= factor;
  lost = lost || (some && !(rate > 1e-290 && rate < 1e290));
}

/// The finest pattern of one process. BadInput where the lattice does not fit.
Pattern finest_pattern(const Generator& rows, const Lattice& lattice);
/// The same of ranks that hold the rows and places of their own cells. Nothing, on every rank,
/// where they cannot share the work: one has fewer than four rows of the lattice, or edges that
/// reach beyond the ranks next to it. BadInput where the lattice does not fit. Collective.
std::optional<Pattern> spread_pattern(MPI_Comm comm, const Generator& rows, const Lattice& lattice);
/// Blocks of step_x × step_y cells; sets fine.block. Collective.
Pattern coarser(Pattern& fine);
/// Whether ranks can share the blocks of this size, too: none lies on two ranks, and each rank has
/// enough of them. Collective.
bool can_spread_blocks(const Pattern& fine);
/// All cells of a spread pattern in one, on the first rank (elsewhere without cells), with the
/// edges of all ranks in their order: around a periodic side those of a row may not ascend.
/// Collective.
Pattern gathered(const Pattern& part);

/// Killing by cell, from that of all cells; and back.
std::vector<Killing> sparse(const std::vector<double>& killing);
std::vector<double> dense(const std::vector<Killing>& killing, std::int64_t cells);

/// The corner of the lattice where a sweep starts.
struct Corner {
  bool bottom, left;
};

/// One Gauss-Seidel sweep, line after line; with the halo's values of before it.
void sweep(Level& level, Corner start);

/// NotTrusted: numbers that neighbours differ by are beyond double.
[[noreturn]] void out_of_range();
/// Positive and finite.
bool usable(double x);

/// c of an edge with fluxes c Bern(−g) and c Bern(g): their logarithmic mean; 0 where one is 0.
double conductance(double there, double back);

/// The step between two cells' places: its axis, 0 along x, 1 along y, 2 both; and whether it leads
/// up.
struct Step {
  int axis;
  bool up;
};
Step step(const Pattern& pattern, std::int32_t a, std::int32_t b);

/// The edge from cell j into cell i of a pattern that has it.
std::int64_t edge(const Pattern& pattern, std::int32_t j, std::int32_t i);

/// What aggregation takes for a while, for each coarse cell without oblique edges and each axis
/// along which it is of two cells.
constexpr std::int64_t aggregation_bytes = 32;

/// The coarse chain of the masses of the moment, with u = 1. The halo of u is brought up to date,
/// as in `correct`. NotTrusted where a rate leaves the
/// range of double.
void aggregate(Level& fine, Level& coarse);

/// u_i ← u_i e^{δ_i}, δ the logarithm of the coarse level's u interpolated bilinearly.
void correct(Level& fine, Level& coarse);

/// f(c) of coarse cells, all that are held, interpolated to the places of fine cells.
void interpolate(const Pattern& fine, const Pattern& coarse, const std::vector<double>& f,
                 std::vector<double>& out);

/// Moves u into the gauge: φ_i += log u_i, u = 1.
void regauge(Level& level);

// Rates of the finest chain are kept once, in the level that holds them, and taken back from there:
// v_ji = w_ji e^{φ_j − φ_i} / d_i is made plain by the opposite factor, with the same rounded
// exponent.

/// level.v times d_i e^{φ_i − φ_j}: plain rates w_ji. For the reversed chain, whose φ counts from
/// `masses` (else empty), these are the rates w_ij of the chain itself.
void make_plain(Level& level, const std::vector<double>& masses);

/// Exchanges the values of the two directions of every edge.
void turn_round(const Pattern& pattern, std::vector<double>& per_edge);

/// Sums over the edges of each row.
void add_rows(const Pattern& pattern, const std::vector<double>& per_edge,
              std::vector<double>& sums);

/// A guess of what assembly on the next level's lattice would give, from a level's rates into each
/// cell: edges twice as long (see aggregate) between blocks of equally likely cells.
std::vector<double> rough_rates(const Pattern& fine, const Pattern& coarse,
                                const std::vector<double>& incoming);

/// log x of a level's problem, which one rank holds, exact; Σx = 1 without a source, where parts of
/// the chain that no edge joins keep their mass to each other. NotTrusted where a rate leaves the
/// range of double.
LogVector log_masses(const Level& level);
/// u of the coarsest level, exact. NotTrusted where a rate leaves the range of double.
void eliminate(Level& level);

} // namespace escapade::multilevel
