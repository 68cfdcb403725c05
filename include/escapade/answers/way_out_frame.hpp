// A grid for weak noise: turned and proportioned to the momentum of the most probable path out.
//
// At weak noise log τ is an action over the noise, and what a grid makes of it is too low by
// (h/noise)², other than in one frame, in which that error vanishes:
// docs/explanation/weak-noise.md.
#pragma once

#include "escapade/answers/path.hpp"

namespace escapade {

struct WayOutFrame {
  GridShape shape; ///< `otherwise` where turning gains less than a tenth of log τ
  bool turned = false;
  double lost = 0; ///< what the grid takes from log τ by this error, at most
};

/// For exits from `ends.start` into `ends.exit` or through absorbing sides of `domain`, with about
/// as many cells as `otherwise` has. Turned only where a trial with fewer cells and more noise
/// agrees: where momenta differ from place to place another way may become cheaper than the true
/// one. Serial, but MPI must have begun. BadInput: what check_way_out says, a start that the drift
/// carries into the exit set. NotTrusted: no path of least action was found, or the noise is
/// singular on it.
WayOutFrame way_out_frame(const Problem& problem, const Domain& domain, const PathEnds& ends,
                          const GridShape& otherwise);

/// BadInput: a mesh, a graded grid, periodic sides, nothing to leave through.
void check_way_out(const Domain& domain, const Region& exit, const GridShape& otherwise);

/// The one stable rest point of the drift in the domain that lies within a set, or beside it.
/// BadInput where there is none or several.
Vec2 well_within(const Problem& problem, const Domain& domain, const Region& set);
Vec2 well_beside(const Problem& problem, const Domain& domain, const Region& set);

} // namespace escapade
