// Edges of a block of rows on their way to becoming rates; private to this room.
#pragma once

#include "generator/assemble.hpp"
#include "generator/rates/selling.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace escapade {

inline constexpr std::int32_t into_exit = -1, dropped = -2;

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
  double upwind = -1;              // rate where the noise along the edge vanishes, else −1
  std::int16_t set = -1;           // the set within the chain that the edge meets first, and
  bool more_sets = false;          // whether it meets another one, too
  double set_cut = 1;              // fraction of the edge before the set
  Vec2 from, to;                   // centres
  Vec2 place;                      // of x on the lattice: (t₁, t₂)
};

/// Largest number of rows whose edges are handled together.
inline constexpr std::int64_t block_rows = 2048;

/// Sets target, part and cut of every edge.
void find_cuts(const Grid& grid, const Region& exit, std::vector<Edge>& edges);

/// The same where targets are known and only the exit set can still cut an edge.
void cut_edges(const Region& exit, std::vector<Edge>& edges);

/// Sets set, more_sets and set_cut of every edge that begins outside of all sets. `grid` is null
/// for the edges of a mesh.
void meet_sets(const std::vector<Region>& sets, const Grid* grid, std::vector<Edge>& edges);

/// Sets g (or upwind) of every edge that is not dropped or that meets a set. `grid` is null for the
/// edges of a mesh, which run anywhere (Itô form).
void integrate_drift(const Problem& problem, const Grid* grid, RateForm form,
                     std::vector<Edge>& edges);

/// "(0.5, -1)" for messages.
std::string at_point(Vec2 p);

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

} // namespace escapade
