// How strongly the cells of the finest level exchange along its axes, which decides how its levels
// are coarsened. An edge with fluxes a and b there and back exchanges (a − b)/log(a/b).
#pragma once

#include "solve/multilevel/coarsen/level.hpp"

#include <array>

namespace escapade::multilevel {

// Exchange along one axis that many times that along the other, from which on only the stronger
// axis is coarsened. Cycles and products with 1.25, 2.5 and 5: 9 and 143, 8 and 122, 9 and 137
// (fp-stationary -drift "x-x^3-0.4*y, 0.4*x-y" -diffusion 0.02,0,0.06 -domain -2,2,-2,2 -frame 0
// -cells 256,256 -solver multilevel -error_estimate false).
constexpr double strong = 2.5;

/// Exchange along the two axes of a level.
struct Strength {
  double ratio = 1;              // mean conductance of the edges along x, per that along y
  bool oblique = false;          // edges along neither axis matter
  bool currents = false;         // strong ones circulate
  std::array<double, 2> steep{}; // largest work along an edge, |log(w_xy/w_yx)|, by axis
};

/// Of the edges between cells that one rank owns. Collective.
Strength strength_of(const Generator& rows, const Pattern& finest);

} // namespace escapade::multilevel
