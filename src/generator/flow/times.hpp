// How long jumps along a flow take; private to this room.
//
//   Δt = 1/(8 λ_min(D)),  but |b_a| Δt ≤ 32      with b and D in cells of the grid's axes a
// λ_min is the least eigenvalue, of which an oblique D keeps a tenth; of a D in the grid's frame
// the least along the axes on which anything is carried. The spread of a jump, at most 1/(8Δt) an
// axis (flow.hpp), then leaves D − N ≥ 0. Where D vanishes along an axis nothing can make up for a
// spread: all jumps take one time, so many crossings of a cell at the mean speed, since jumps of
// one time alone keep what the flow keeps. Times in the problem's unit. Chosen by measurement:
// docs/explanation/flow.md and times.cpp.
#pragma once

#include "generator/flow/ends.hpp"
#include "generator/flow/flow.hpp"
#include "generator/flow/streamlines.hpp"

#include <vector>

namespace escapade {

class JumpTimes {
public:
  /// `diagonal`: D in the grid's frame. `rest`: only the stationary state is asked for; `sets`:
  /// transitions between sets.
  JumpTimes(const Problem& problem, const Grid& grid, const Region& exit, const Carried& carried,
            bool diagonal, bool rest, bool sets);

  /// The axis of the frame along which D vanishes all over a lattice of points, −1 for none.
  int across() const { return across_; }
  /// Δt of a jump from a cell with D and drift in cell units: the least that leaves D − N positive,
  /// where that is not further than `most_cells`; without noise along an axis the common time.
  double of(Sym2 d, Vec2 drift) const;
  /// Δt of whole steps, the same for all cells: what each of a lattice of points asks for at least.
  double of_steps() const;
  /// Cells that the longest jumps from points of a lattice over the box lead over.
  int reach() const;

  /// The furthest jump. A choice: factors fill with it.
  static constexpr int most_cells = 32;

private:
  const Problem& problem_;
  const Grid& grid_;
  bool diagonal_, still_[2] = {true, true}; // axes along which nothing is carried
  std::vector<double> x_, y_; // of a lattice of points over the box, outside of the exit
  int across_ = -1;
  double common_ = 0, steps_ = 0; // of chains; of whole steps
  double from_rest(const Carried& carried) const;
  /// γ of a kinetic problem, else 0.
  double largest_friction(const Carried& carried) const;
};

} // namespace escapade
